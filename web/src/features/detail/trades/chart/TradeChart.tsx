import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import useMediaQuery from '@mui/material/useMediaQuery'
import { useQuery } from '@tanstack/react-query'
import type { MouseEventParams } from 'lightweight-charts'
import { useEffect, useEffectEvent, useMemo, useRef, useState } from 'react'
import { aboutQuery } from '@/shared/api/queries'
import type { Trade } from '@/shared/api/types'
import { CandleChart } from '@/shared/charts/CandleChart'
import { useChartColours } from '@/shared/charts/chart'
import { count } from '@/shared/format/numbers'
import { Failure } from '@/shared/ui/states'
import { useTabParams } from '../../address'
import type { Shown } from '../../useSession'
import { MARKED, markedQuery } from '../queries'
import { ChartBar } from './ChartBar'
import { marksOf, tickOf, type Mark } from './marks'
import { TradeTip } from './TradeTip'
import { useOverlay } from './useOverlay'
import { useSessionCandles } from './useSessionCandles'
import { useView } from './useView'

const NO_TRADES: readonly Trade[] = []

interface Props {
  session: Shown
  /** Id of the selected trade, as the address has it. */
  selected: string | null
  /** The selected trade itself, where it was picked from the table. */
  picked: Trade | null
  onSelect: (trade: Trade | null) => void
}

/** The market beneath a session with every entry and exit. Import it lazily: it brings the chart library along. */
export function TradeChart({ session, selected, picked, onSelect }: Props) {
  const [param, setParams] = useTabParams()
  const { data: about } = useQuery(aboutQuery)
  const legs = session.market.split('+')
  const market = legs.find((leg) => leg === param('leg')) ?? legs[0] ?? session.market
  const timeframe = about?.timeframes.find((one) => one === param('timeframe')) ?? null
  const { data: found } = useQuery(markedQuery(session.id, null))
  const trades = found?.trades ?? NO_TRADES
  const trade = findTrade(trades, picked, selected)
  const chart = useSessionCandles(session, market, timeframe, trade)
  const { candles } = chart
  const [fits, setFits] = useState(0)
  const marks = useMemo(
    () => marksOf(trade && !trades.includes(trade) ? [...trades, trade] : trades, market, candles),
    [trades, trade, market, candles],
  )
  const height = useMediaQuery('(max-width: 599.95px), (max-height: 700px)', { noSsr: true }) ? 220 : 310
  return (
    <Box component="section" aria-label="Chart of the trades">
      <ChartBar
        legs={legs}
        market={market}
        onMarket={(leg) => setParams({ leg })}
        timeframe={timeframe}
        shownTimeframe={chart.timeframe}
        onTimeframe={(chosen) => setParams({ timeframe: chosen })}
        onAll={() => {
          onSelect(null)
          setFits(fits + 1)
        }}
      />
      {chart.error && candles.length === 0 && <Failure error={chart.error} onRetry={chart.retry} />}
      {chart.isLoading && <Skeleton variant="rounded" height={height} />}
      {candles.length > 0 && (
        <Marked {...{ candles, marks, selected, market, height, onSelect }} place={chart.place} fits={fits} />
      )}
      {!chart.isLoading && !chart.error && candles.length === 0 && <p>No candles have been recorded yet.</p>}
      <Notes reason={chart.reason} left={(found?.total ?? 0) - trades.length} />
    </Box>
  )
}

function findTrade(trades: readonly Trade[], picked: Trade | null, id: string | null): Trade | null {
  if (id === null) return null
  return (
    trades.find((trade) => String(trade.id) === id) ?? (picked && String(picked.id) === id ? picked : null)
  )
}

function Notes({ reason, left }: { reason: string | null; left: number }) {
  const texts = [reason, left > 0 && `Only the last ${count(MARKED)} trades are marked.`].filter(Boolean)
  return <Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>{texts.join(' ')}</Box>
}

interface MarkedProps {
  candles: Parameters<typeof CandleChart>[0]['candles']
  marks: readonly Mark[]
  selected: string | null
  market: string
  height: number
  place: string
  fits: number
  onSelect: (trade: Trade | null) => void
}

function Marked({ candles, marks, selected, market, height, place, fits, onSelect }: MarkedProps) {
  const colours = useChartColours()
  const [drawn, onReady] = useOverlay(marks, selected, colours)
  const mark = marks.find(({ id }) => id === selected)
  useView(drawn, candles, place, fits, mark)
  const frame = useRef<HTMLDivElement>(null)
  const [hover, setHover] = useState<{ id: string; x: number; width: number } | null>(null)
  const hovered = hover && marks.find(({ id }) => id === hover.id)

  const moved = useEffectEvent(({ point, hoveredInfo }: MouseEventParams) => {
    const id = hoveredInfo?.objectId
    const next =
      point && typeof id === 'string'
        ? { id, x: point.x, width: drawn?.chart.timeScale().width() ?? 0 }
        : null
    if (next?.id !== hover?.id) setHover(next)
  })
  const clicked = useEffectEvent(({ hoveredInfo }: MouseEventParams) => {
    const found = marks.find(({ id }) => id === hoveredInfo?.objectId)
    if (found) onSelect(found.trade)
  })
  // Where the selected trade was left, and what is seen: for those who drive the page from outside.
  const tell = (range: { from: number; to: number }) => {
    const data = frame.current?.dataset
    if (!data || !drawn) return
    Object.assign(data, { from: range.from, to: range.to })
    const x = mark && drawn.chart.timeScale().timeToCoordinate(mark.exit)
    const y = mark && drawn.series.priceToCoordinate(mark.shown.exit_price)
    Object.assign(data, { exitX: x ?? '', exitY: y ?? '' })
  }
  useEffect(() => {
    if (!drawn) return
    drawn.chart.subscribeCrosshairMove((event) => moved(event))
    drawn.chart.subscribeClick((event) => clicked(event))
  }, [drawn])

  return (
    <Box ref={frame} data-marks={marks.length} sx={{ position: 'relative' }}>
      <CandleChart
        candles={candles}
        tick={tickOf(candles)}
        height={height}
        label={`Candles of ${market} with ${count(marks.length)} trades. The table below says the same.`}
        onReady={onReady}
        onVisibleRange={tell}
      />
      {hovered && <TradeTip mark={hovered} x={hover.x} width={hover.width} />}
    </Box>
  )
}
