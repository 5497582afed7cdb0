import Box from '@mui/material/Box'
import {
  CandlestickSeries,
  HistogramSeries,
  type IChartApi,
  type ISeriesApi,
  type UTCTimestamp,
} from 'lightweight-charts'
import { useEffect, useEffectEvent } from 'react'
import type { Candle } from '@/shared/api/types'
import { useChart, useChartColours, type ChartColours, type Drawn } from './chart'

/** What is drawn, for those who add to it: markers, price lines, a range to show. */
export type DrawnCandles = Drawn<{ series: ISeriesApi<'Candlestick'>; volume: ISeriesApi<'Histogram'> }>

interface Props {
  candles: readonly Candle[]
  /** Size of the smallest price step, such as 0.5. */
  tick: number
  height: number
  /** Set where other candles are to be shown as a whole, and not where those before were looked at. */
  fit?: boolean
  /** What the chart shows, for those who do not see it. */
  label: string
  /** The first and last second that can be seen, whenever that changes. */
  onVisibleRange?: (range: { from: number; to: number }) => void
  /** Called with what is drawn once it is, and with null when it is gone. */
  onReady?: (drawn: DrawnCandles | null) => void
}

/** Candles with their volume. Import it lazily: it brings the chart library along. */
export function CandleChart({ candles, tick, height, label, fit = false, onVisibleRange, onReady }: Props) {
  const colours = useChartColours()
  const [drawn, container] = useChart(colours, addSeries)
  const tellReady = useEffectEvent((what: DrawnCandles | null) => onReady?.(what))
  const tellRange = useEffectEvent((range: { from: number; to: number }) => onVisibleRange?.(range))

  useEffect(() => {
    if (!drawn) return
    const scale = drawn.chart.timeScale()
    const changed = () => {
      const range = scale.getVisibleRange()
      if (range) tellRange({ from: Number(range.from), to: Number(range.to) })
    }
    scale.subscribeVisibleTimeRangeChange(changed)
    tellReady(drawn)
    // The chart itself goes before this is called, and its subscribers with it.
    return () => tellReady(null)
  }, [drawn])

  useEffect(() => {
    if (!drawn) return
    paint(drawn, colours, tick)
    drawn.series.setData(
      candles.map(({ timestamp, ...rest }) => ({ time: timestamp as UTCTimestamp, ...rest })),
    )
    drawn.volume.setData(
      candles.map(({ timestamp, volume, open, close }) => ({
        time: timestamp as UTCTimestamp,
        value: volume,
        color: `${close >= open ? colours.gain : colours.loss}55`,
      })),
    )
    if (fit) drawn.chart.timeScale().fitContent()
  }, [drawn, candles, colours, tick, fit])

  return (
    <Box
      ref={container}
      role="group"
      aria-label={label}
      tabIndex={0}
      sx={{ height, '&:focus-visible': { outline: 2, outlineColor: 'primary.main' } }}
    />
  )
}

function addSeries(chart: IChartApi) {
  const series = chart.addSeries(CandlestickSeries, { borderVisible: true })
  const volume = chart.addSeries(HistogramSeries, {
    priceScaleId: 'volume',
    priceFormat: { type: 'volume' },
    lastValueVisible: false,
    priceLineVisible: false,
  })
  // Volume keeps to the lowest fifth, prices to what is above it.
  chart.priceScale('volume').applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } })
  series.priceScale().applyOptions({ scaleMargins: { top: 0.08, bottom: 0.22 } })
  return { series, volume }
}

/** Rising candles are hollow, so that they differ from falling ones without colour. */
function paint({ series }: DrawnCandles, colours: ChartColours, tick: number): void {
  series.applyOptions({
    upColor: 'transparent',
    borderUpColor: colours.gain,
    wickUpColor: colours.gain,
    downColor: colours.loss,
    borderDownColor: colours.loss,
    wickDownColor: colours.loss,
    priceFormat: { type: 'price', minMove: tick, precision: digits(tick) },
  })
}

function digits(tick: number): number {
  return Math.max(0, Math.min(8, Math.ceil(-Math.log10(tick) - 1e-9)))
}
