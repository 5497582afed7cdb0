import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useMemo } from 'react'
import type { EquitySeries } from '@/shared/charts/equity'
import { equityQuery } from '@/shared/charts/equity'
import { money } from '@/shared/format/numbers'
import { isLive } from '@/shared/sessions/open'
import { Failure } from '@/shared/ui/states'
import { Moment } from '@/shared/ui/Time'
import { Section } from '../Section'
import { stampOf } from '../stampOf'
import { useFollow } from '../useFollow'
import type { Shown } from '../useSession'
import { withNow } from './withNow'

const EquityChart = lazy(async () => ({ default: (await import('@/shared/charts/EquityChart')).EquityChart }))

const POINTS = 1000
const HEIGHT = 300

/** Equity and drawdown over the session's time, followed while it runs. */
export function EquitySection({ session }: { session: Shown }) {
  const query = useMemo(() => equityQuery(session.id, POINTS), [session.id])
  const { data, error, refetch } = useQuery(query)
  useFollow(query.queryKey, stampOf(session))
  const { equity, market_time: at } = session
  const now = isLive(session) && equity != null && at != null ? { equity, at } : null
  const [nowEquity, nowAt] = [now?.equity, now?.at]
  const curves = useMemo<readonly EquitySeries[]>(() => {
    if (!data) return []
    return [
      {
        name: 'Equity',
        points: withNow(data.equity, nowEquity, nowAt),
        settle: data.settle ?? '',
        start: data.starting_balance,
      },
    ]
  }, [data, nowEquity, nowAt])
  const [series] = curves
  const fallback = <Skeleton variant="rounded" height={HEIGHT + 50} role="status" aria-label="Loading" />
  return (
    <Section title="Equity curve">
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!series && !error && fallback}
      {series?.points.length === 0 && <p style={{ margin: 0 }}>No equity has been recorded yet.</p>}
      {series && series.points.length > 0 && (
        <Suspense fallback={fallback}>
          <EquityChart series={curves} drawdown height={HEIGHT} />
          <Ends series={series} />
        </Suspense>
      )}
    </Section>
  )
}

/** What the curve began and ended with. */
function Ends({ series }: { series: EquitySeries }) {
  const first = series.points[0]
  const last = series.points.at(-1)
  if (!first || !last) return null
  const end = (label: string, amount: number, seconds: number, right: boolean) => (
    <Box sx={{ textAlign: right ? 'right' : 'left' }}>
      <Box sx={{ fontWeight: 650 }}>{money(amount, series.settle, { sign: false })}</Box>
      <Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>
        {label}, <Moment seconds={seconds} />
      </Box>
    </Box>
  )
  return (
    <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 2, mt: 0.5 }}>
      {end('Start', series.start ?? first.equity, first.timestamp, false)}
      {end('Last', last.equity, last.timestamp, true)}
    </Box>
  )
}
