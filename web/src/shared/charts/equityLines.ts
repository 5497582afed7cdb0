import {
  AreaSeries,
  BaselineSeries,
  LineSeries,
  LineStyle,
  type IChartApi,
  type IPriceLine,
  type ISeriesApi,
} from 'lightweight-charts'
import type { ChartColours } from './chart'
import { colourOf, digitsFor, drawable, growth, startOf, type EquitySeries } from './equity'

/** What is drawn of one session. */
export interface Curve {
  line: ISeriesApi<'Area' | 'Line'>
  fall: ISeriesApi<'Baseline'> | null
  start: IPriceLine | null
}

// With their widths six curves are told apart without their colours. LineSample draws the same.
const STYLES = [
  LineStyle.Solid,
  LineStyle.Dashed,
  LineStyle.Dotted,
  LineStyle.LargeDashed,
  LineStyle.SparseDotted,
  LineStyle.Solid,
] as const
const WIDTHS = [2, 2, 2, 2, 2, 4] as const

/** Puts as many curves on the chart as there are series. One alone is an area in its currency, several are lines. */
export function makeCurves(
  chart: IChartApi,
  former: readonly Curve[],
  count: number,
  drawdown: boolean,
): Curve[] {
  for (const { line, fall } of former) {
    chart.removeSeries(line)
    if (fall) chart.removeSeries(fall)
  }
  const curves = Array.from({ length: count }, (): Curve => {
    const common = { lineWidth: 2, priceLineVisible: false } as const
    const line = count === 1 ? chart.addSeries(AreaSeries, common) : chart.addSeries(LineSeries, common)
    const fall = drawdown ? chart.addSeries(BaselineSeries, { ...common, lineWidth: 1 }, 1) : null
    return { line, fall, start: null }
  })
  chart.panes()[0]?.setStretchFactor(3)
  chart.panes()[1]?.setStretchFactor(1)
  return curves
}

/** Fills the curves and gives them the theme's colours. */
export function fillCurves(
  curves: Curve[],
  series: readonly EquitySeries[],
  colours: ChartColours,
  dark: boolean,
): void {
  const alone = series.length === 1
  for (const [index, curve] of curves.entries()) {
    const shown = series[index]
    if (!shown) continue
    const colour = alone ? colours.line : colourOf(index, dark)
    const points = drawable(shown.points, ({ equity }) => (alone ? equity : growth(shown, equity)))
    const digits = alone ? digitsFor([...points.map(({ value }) => value), startOf(shown)]) : 2
    curve.line.applyOptions({
      ...(alone
        ? { lineColor: colour, topColor: `${colour}40`, bottomColor: `${colour}05` }
        : {
            color: colour,
            lineStyle: STYLES[index % STYLES.length] ?? LineStyle.Solid,
            lineWidth: WIDTHS[index % WIDTHS.length] ?? 2,
          }),
      priceFormat: alone
        ? { type: 'price', precision: digits, minMove: 10 ** -digits }
        : { type: 'custom', formatter: (value: number) => `${value.toFixed(2)} %`, minMove: 0.01 },
    })
    curve.line.setData(points)
    markStart(curve, alone ? startOf(shown) : 0, colours, index === 0)
    fillDrawdown(curve, shown, alone ? colours.loss : colour, alone)
  }
}

function markStart(curve: Curve, price: number, colours: ChartColours, first: boolean): void {
  if (curve.start) curve.line.removePriceLine(curve.start)
  curve.start = first
    ? curve.line.createPriceLine({
        price,
        color: colours.muted,
        lineWidth: 1,
        lineStyle: LineStyle.Dashed,
        axisLabelVisible: false,
        title: '',
      })
    : null
}

function fillDrawdown({ fall }: Curve, series: EquitySeries, colour: string, filled: boolean): void {
  if (!fall) return
  const points = drawable(series.points, ({ drawdown }) => -drawdown)
  const digits = digitsFor(points.map(({ value }) => value))
  const fill = filled ? [`${colour}0a`, `${colour}55`] : ['transparent', 'transparent']
  fall.applyOptions({
    baseValue: { type: 'price', price: 0 },
    topLineColor: colour,
    bottomLineColor: colour,
    topFillColor1: 'transparent',
    topFillColor2: 'transparent',
    bottomFillColor1: fill[0] ?? '',
    bottomFillColor2: fill[1] ?? '',
    lastValueVisible: filled,
    priceFormat: {
      type: 'custom',
      formatter: (value: number) => `${value.toFixed(digits)} %`,
      minMove: 10 ** -digits,
    },
  })
  fall.setData(points)
}
