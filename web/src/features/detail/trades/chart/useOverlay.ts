import { createSeriesMarkers, type ISeriesMarkersPluginApi, type Time } from 'lightweight-charts'
import { useEffect, useState } from 'react'
import type { DrawnCandles } from '@/shared/charts/CandleChart'
import type { ChartColours } from '@/shared/charts/chart'
import { colourOf, markersOf, isCrowded, type Mark } from './marks'
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
  const crowded = useCrowded(drawn, marks)
  useEffect(() => {
    if (!drawn) return
    const large = crowded ? marks.filter(({ id }) => id === selected) : marks
    drawn.markers.setMarkers(markersOf(large, selected, colours))
    drawn.lines.show(
      marks.map((mark) => ({
        id: mark.id,
        from: mark.entry,
        entry: mark.shown.entry_price,
        to: mark.exit,
        exit: mark.shown.exit_price,
        colour: colourOf(mark, colours),
        strong: mark.id === selected,
        ends: crowded && mark.id !== selected ? (mark.shown.side === 'LONG' ? 1 : -1) : 0,
        entryColour: colours.line,
      })),
    )
  }, [drawn, marks, selected, colours, crowded])
  return [drawn, onReady] as const
}

/** Whether too many trades are in view for a large mark of each. */
function useCrowded(drawn: DrawnCandles | null, marks: readonly Mark[]): boolean {
  const [crowded, setCrowded] = useState(false)
  useEffect(() => {
    if (!drawn) return
    const axis = drawn.chart.timeScale()
    const measure = () => {
      const range = axis.getVisibleRange()
      if (!range) return
      const seen = marks.filter(({ entry, exit }) => exit >= Number(range.from) && entry <= Number(range.to))
      setCrowded(isCrowded(seen.length, axis.width()))
    }
    measure()
    axis.subscribeVisibleTimeRangeChange(measure)
    return () => axis.unsubscribeVisibleTimeRangeChange(measure)
  }, [drawn, marks])
  return crowded
}
