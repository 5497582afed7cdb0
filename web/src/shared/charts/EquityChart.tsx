import Box from '@mui/material/Box'
import { useColorScheme } from '@mui/material/styles'
import type { IChartApi, IRange, MouseEventParams, Time, UTCTimestamp } from 'lightweight-charts'
import { useEffect, useMemo, useRef, useState } from 'react'
import { dateTime } from '@/shared/format/time'
import { useChart, useChartColours } from './chart'
import { summaryOf, type EquitySeries } from './equity'
import { EquityLegend } from './EquityLegend'
import { fillCurves, makeCurves, type Curve } from './equityLines'

interface Props {
  /** One session alone is drawn in its currency; several as growth in percent, since their currencies may differ. */
  series: readonly EquitySeries[]
  /** Shows the drawdown below, on the same time axis. */
  drawdown?: boolean
  height: number
  /** How seconds are written, where they are no points in time: such as those since the start. */
  clock?: (seconds: number) => string
}

/** Equity over time. Import it lazily: it brings the chart library along. */
export function EquityChart({ series, drawdown = false, height, clock }: Props) {
  const colours = useChartColours()
  const { colorScheme } = useColorScheme()
  const dark = colorScheme === 'dark'
  const [drawn, container] = useChart(colours, withoutLimit)
  const curves = useRef<{ chart: IChartApi; made: Curve[]; last: UTCTimestamp | null } | null>(null)
  const [hovered, setHovered] = useState<number | null>(null)

  useEffect(() => {
    if (!drawn) return
    const moved = ({ time }: MouseEventParams) => setHovered(typeof time === 'number' ? time : null)
    drawn.chart.subscribeCrosshairMove(moved)
  }, [drawn])

  useEffect(() => {
    if (!drawn) return
    const { chart } = drawn
    const former = curves.current?.chart === chart ? curves.current : { made: [], last: null }
    const fits = former.made.length === series.length
    const made = fits ? former.made : makeCurves(chart, former.made, series.length, drawdown)
    const keep = fits ? rangeToKeep(chart, former.last) : null
    curves.current = { chart, made, last: lastOf(series) }
    fillCurves(made, series, colours, dark)
    chart.applyOptions({ layout: { panes: { separatorColor: colours.grid, enableResize: false } } })
    if (keep) chart.timeScale().setVisibleRange(keep)
    else chart.timeScale().fitContent()
  }, [drawn, series, drawdown, colours, dark])

  useEffect(() => {
    if (!drawn || !clock) return
    const write = (time: Time) => clock(Number(time))
    drawn.chart.applyOptions({
      localization: { timeFormatter: write },
      timeScale: { tickMarkFormatter: write },
    })
    // The colours' own effect sets all options anew, and so does the time when it is one again.
  }, [drawn, clock, colours])

  const summary = useMemo(() => series.map((one) => summaryOf(one, clock)).join('. '), [series, clock])
  const points = series.reduce((sum, one) => sum + one.points.length, 0)
  return (
    <Box sx={{ position: 'relative' }}>
      <EquityLegend series={series} at={hovered} dark={dark} drawdown={drawdown} clock={clock ?? dateTime} />
      <Box
        ref={container}
        role="group"
        aria-label={`Equity. ${summary}`}
        tabIndex={0}
        data-points={points}
        sx={{ height, '&:focus-visible': { outline: 2, outlineColor: 'primary.main' } }}
      />
    </Box>
  )
}

/** Room for all points of a long curve on a small screen. */
function withoutLimit(chart: IChartApi) {
  chart.timeScale().applyOptions({ minBarSpacing: 0.05 })
  return {}
}

/** What is seen, where somebody has chosen it: all of the curve stays all of it when points are added. */
function rangeToKeep(chart: IChartApi, last: UTCTimestamp | null): IRange<Time> | null {
  const scale = chart.timeScale()
  const seen = scale.getVisibleLogicalRange()
  const end = last === null ? null : scale.timeToIndex(last)
  if (!seen || end === null) return null
  const whole = seen.from <= 0.5 && seen.to >= end - 0.5
  return whole ? null : scale.getVisibleRange()
}

function lastOf(series: readonly EquitySeries[]): UTCTimestamp | null {
  const times = series.flatMap(({ points }) => points.at(-1)?.timestamp ?? [])
  return times.length > 0 ? (Math.floor(Math.max(...times)) as UTCTimestamp) : null
}
