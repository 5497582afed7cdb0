import { createSeriesMarkers, type ISeriesMarkersPluginApi, type Time } from 'lightweight-charts'
import { useEffect, useState } from 'react'
import type { DrawnCandles } from '@/shared/charts/CandleChart'
import type { ChartColours } from '@/shared/charts/chart'
import { colourOf, markersOf, scaleFor, type Mark } from './marks'
import { TradeLines } from './TradeLines'

interface Overlay {
  markers: ISeriesMarkersPluginApi<Time>
  lines: TradeLines
}

/** Puts the marks of trades on the candles, and takes what `CandleChart` tells of itself. */
export function useOverlay(marks: readonly Mark[], selected: string | null, colours: ChartColours) {
  const [drawn, setDrawn] = useState<(DrawnCandles & Overlay) | null>(null)
  const [onReady] = useState(() => (made: DrawnCandles | null) => {
    if (!made) {
      setDrawn(null)
      return
    }
    const lines = new TradeLines()
    made.series.attachPrimitive(lines)
    setDrawn({ ...made, lines, markers: createSeriesMarkers<Time>(made.series, []) })
  })
  const scale = useScale(drawn, marks)
  useEffect(() => {
    if (!drawn) return
    drawn.markers.setMarkers(markersOf(marks, selected, colours, scale))
    drawn.lines.show(
      marks.map((mark) => ({
        from: mark.entry,
        entry: mark.shown.entry_price,
        to: mark.exit,
        exit: mark.shown.exit_price,
        colour: colourOf(mark, colours),
        strong: mark.id === selected,
      })),
    )
  }, [drawn, marks, selected, colours, scale])
  return [drawn, onReady] as const
}

/** Marks get smaller where many are in view. */
function useScale(drawn: DrawnCandles | null, marks: readonly Mark[]): number {
  const [scale, setScale] = useState(1)
  useEffect(() => {
    if (!drawn) return
    const axis = drawn.chart.timeScale()
    const measure = () => {
      const range = axis.getVisibleRange()
      if (!range) return
      const seen = marks.filter(({ entry, exit }) => exit >= Number(range.from) && entry <= Number(range.to))
      setScale(scaleFor(seen.length, axis.width()))
    }
    measure()
    axis.subscribeVisibleTimeRangeChange(measure)
    return () => axis.unsubscribeVisibleTimeRangeChange(measure)
  }, [drawn, marks])
  return scale
}
