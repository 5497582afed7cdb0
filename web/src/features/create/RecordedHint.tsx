import Alert from '@mui/material/Alert'
import Typography from '@mui/material/Typography'
import { useQueries, useQuery } from '@tanstack/react-query'
import { coverageQuery } from '@/shared/api/markets'
import { aboutQuery } from '@/shared/api/queries'
import { count } from '@/shared/format/numbers'
import { duration, utc } from '@/shared/format/time'
import { lacking, rangeOf, type Range } from './range'

interface Props {
  exchange: string
  market: string
  range: Range
  now: number
  closed: boolean
}

/** What is recorded of the markets in the range, and where what is missing would come from. */
export function RecordedHint({ exchange, market, range, now, closed }: Props) {
  const { data: about } = useQuery(aboutQuery)
  const invented = about?.exchanges.some((one) => one.id === exchange && one.invented) ?? false
  const madeUp = invented && about?.sandbox.replays === null
  const legs = market.split('+').filter(Boolean)
  const found = useQueries({
    queries: legs.map((leg) => ({ ...coverageQuery(exchange, leg), enabled: !madeUp })),
  })
  if (madeUp) return <Says>The sandbox makes up prices for any minute that has passed.</Says>
  const { start, end } = rangeOf(range, now)
  return (
    <>
      {legs.map((leg, index) => {
        const data = found[index]?.data
        if (!data) return null
        const missing = start !== null && end !== null && end > start ? lacking(data, start, end) : []
        return <Leg key={leg} market={leg} days={data.days} missing={missing} closed={closed} />
      })}
    </>
  )
}

interface LegProps {
  market: string
  days: readonly { day: string }[]
  missing: readonly { start: number; end: number }[]
  closed: boolean
}

const SHOWN = 3

function Leg({ market, days, missing, closed }: LegProps) {
  const first = days[0]?.day
  const last = days.at(-1)?.day
  const recorded =
    first && last
      ? `Recorded of ${market}: ${first} to ${last} (${count(days.length)} ${days.length === 1 ? 'day' : 'days'}).`
      : `Nothing is recorded of ${market}.`
  if (missing.length === 0) return <Says>{recorded} The range is complete.</Says>
  const total = missing.reduce((sum, gap) => sum + gap.end - gap.start, 0)
  const gaps = missing
    .slice(0, SHOWN)
    .map((gap) => `${utc(gap.start).slice(0, 16)} to ${utc(gap.end).slice(0, 16)}`)
    .join(', ')
  const more = missing.length > SHOWN ? ` and ${count(missing.length - SHOWN)} more` : ''
  const then = closed
    ? 'The exchange is closed and cannot give it: choose other days, or allow gaps in the settings.'
    : 'It is fetched from the exchange when the backtest starts.'
  return (
    <Alert severity={closed ? 'warning' : 'info'} variant="outlined" sx={{ py: 0 }}>
      {recorded} Missing in the range: {duration(total)} ({gaps}
      {more} UTC). {then}
    </Alert>
  )
}

function Says({ children }: { children: React.ReactNode }) {
  return (
    <Typography variant="body2" sx={{ color: 'text.secondary' }}>
      {children}
    </Typography>
  )
}
