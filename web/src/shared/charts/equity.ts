import { queryOptions } from '@tanstack/react-query'
import type { UTCTimestamp } from 'lightweight-charts'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import type { EquityPoint } from '@/shared/api/types'
import { money, percent } from '@/shared/format/numbers'
import { dateTime } from '@/shared/format/time'

/** One session's equity over time. */
export interface EquitySeries {
  name: string
  points: readonly EquityPoint[]
  /** Currency of the points. */
  settle: string
  /** Balance at the start; null where it is not known. */
  start: number | null
}

/** The equity of a session in so many points. It is not below the key that each trade invalidates: see useFollow. */
export const equityQuery = (id: string, points: number) =>
  queryOptions({
    queryKey: [...keys.session(id), 'curve', points] as const,
    queryFn: ({ signal }) =>
      unwrap(api.GET('/sessions/{id}/equity', { params: { path: { id }, query: { points } }, signal })),
  })

/** A point as it is drawn. */
export interface Drawable {
  time: UTCTimestamp
  value: number
}

/** Whole seconds in rising order, as the chart wants them; of several points in one second the last counts. */
export function drawable(points: readonly EquityPoint[], value: (point: EquityPoint) => number): Drawable[] {
  const drawn: Drawable[] = []
  for (const point of points) {
    const time = Math.floor(point.timestamp) as UTCTimestamp
    const last = drawn.at(-1)
    if (last && time < last.time) continue
    if (last?.time === time) drawn.pop()
    drawn.push({ time, value: value(point) })
  }
  return drawn
}

/** Balance that a curve began with: the one told, or its first point. */
export function startOf({ start, points }: EquitySeries): number {
  return start ?? points[0]?.equity ?? 0
}

/** Percent that the equity has grown by since the start. */
export function growth(series: EquitySeries, equity: number): number {
  const start = startOf(series)
  return start === 0 ? 0 : (equity / start - 1) * 100
}

/** What a curve shows, for those who do not see it. */
export function summaryOf(series: EquitySeries, clock = dateTime): string {
  const first = series.points[0]
  const last = series.points.at(-1)
  if (!first || !last) return `${series.name}: no equity recorded yet`
  let [lowest, highest, deepest] = [first.equity, first.equity, 0]
  for (const { equity, drawdown } of series.points) {
    lowest = Math.min(lowest, equity)
    highest = Math.max(highest, equity)
    deepest = Math.max(deepest, drawdown)
  }
  const amount = (value: number) => money(value, series.settle, { sign: false })
  return (
    `${series.name}: from ${amount(startOf(series))} on ${clock(first.timestamp)} ` +
    `to ${amount(last.equity)} on ${clock(last.timestamp)}; ` +
    `lowest ${amount(lowest)}, highest ${amount(highest)}, deepest drawdown ${percent(deepest, 2)}`
  )
}

/** Digits behind the point that tell the smallest part of a range apart: prices on an axis stay short. */
export function digitsFor(values: readonly number[]): number {
  if (values.length === 0) return 2
  let [lowest, highest] = [Infinity, -Infinity]
  for (const value of values) {
    lowest = Math.min(lowest, value)
    highest = Math.max(highest, value)
  }
  const width = highest - lowest
  return width > 0 ? Math.max(2, Math.min(8, Math.ceil(-Math.log10(width)) + 2)) : 2
}

// In the manner of Okabe and Ito: the colour-blind tell them apart; dark or light enough to stand out from the page.
const LIGHT = ['#1f6f5c', '#b23c00', '#0061a8', '#96437c', '#7a5b00', '#3d4a56']
const DARK = ['#6fc9b0', '#ff9166', '#6cb6f5', '#e39ac6', '#e8c252', '#b9c4ce']

/** Colour of the curve at a place, for whatever else names it. */
export function colourOf(index: number, dark: boolean): string {
  const colours = dark ? DARK : LIGHT
  return colours[index % colours.length] ?? '#888888'
}

/** The last point at or before a time: what a curve stands at there. */
export function pointAt(points: readonly EquityPoint[], time: number): EquityPoint | undefined {
  let [low, high] = [0, points.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((points[middle]?.timestamp ?? Infinity) < time + 1) low = middle + 1
    else high = middle
  }
  return points[low - 1]
}
