import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { useId, useMemo, type ReactNode } from 'react'
import { coverageQuery, marketsQuery } from '@/shared/api/markets'
import { Empty, Failure, RowSkeletons } from '@/shared/ui/states'
import { useParamsPatch } from '@/shared/url/params'
import { Candles } from './Candles'
import { Coverage } from './Coverage'
import { chosenRange, judged, type Range } from './days'
import { Gaps } from './Gaps'

const USUAL_TICK = 0.01

/** Coverage, gaps and candles of a market. The chosen days are in the address. */
export function MarketData({ market, exchange }: { market: string; exchange: string }) {
  const [params, patch] = useParamsPatch()
  const { data, error, refetch } = useQuery({ ...coverageQuery(exchange, market), refetchInterval: 30_000 })
  const { data: markets } = useQuery(marketsQuery(exchange))
  const days = useMemo(() => data?.days.map(judged) ?? [], [data])
  const first = days[0]?.day
  const last = days.at(-1)?.day
  if (error && !data) return <Failure error={error} onRetry={() => void refetch()} />
  if (!data) return <RowSkeletons rows={5} height={56} />
  if (first === undefined || last === undefined) {
    return (
      <Empty title="No candles are recorded of this market">
        A scraper records them while it runs; the first ones are here a minute or so after its start.
      </Empty>
    )
  }
  const from = params.get('from') ?? ''
  const asked = days.some((day) => day.day === from) ? { from, to: params.get('to') ?? from } : null
  const range = asked ?? { from: last, to: last }
  const show = (chosen: Range) => patch({ from: chosen.from, to: chosen.to }, { replace: true })
  const tick = markets?.find((one) => one.market === market)?.tick ?? USUAL_TICK
  return (
    <>
      <Part title="Coverage">
        <Coverage
          days={days}
          gaps={data.gaps}
          range={range}
          onChoose={(day, extend) => show(chosenRange(range, day, extend))}
        />
      </Part>
      <Part title="Candles">
        <Candles
          market={market}
          exchange={exchange}
          tick={tick}
          range={range}
          first={first}
          last={last}
          onRange={show}
        />
      </Part>
      <Part title="Gaps">
        {data.gaps.length === 0 ? (
          <Typography variant="body2">Nothing is missing between the first and the last candle.</Typography>
        ) : (
          <Gaps gaps={data.gaps} onShow={show} />
        )}
      </Part>
    </>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <Box component="section" aria-labelledby={id} sx={{ minWidth: 0 }}>
      <Typography id={id} variant="h3" sx={{ mb: 1 }}>
        {title}
      </Typography>
      {children}
    </Box>
  )
}
