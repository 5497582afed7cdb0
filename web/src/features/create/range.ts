import { utcDay } from '@/shared/format/time'
import type { CoverageDay } from '@/shared/api/types'

/** The range of a backtest: whole UTC days (the last one included), or exact minutes of UTC. */

export const DAY = 86_400
const MINUTE = 60

/** What is typed: `2024-01-15`, or `2024-01-15T08:30` where minutes are exact. */
export interface Range {
  start: string
  end: string
  exact: boolean
}

function secondsOf(text: string): number | null {
  const value = Date.parse(`${text.length === 10 ? `${text}T00:00` : text.slice(0, 16)}Z`)
  return Number.isNaN(value) ? null : value / 1000
}

const minuteText = (seconds: number): string => new Date(seconds * 1000).toISOString().slice(0, 16)

/** First second, and the second behind the last one. A last day that is not over ends now. */
export function rangeOf(
  { start, end, exact }: Range,
  now: number,
): { start: number | null; end: number | null } {
  const first = secondsOf(start)
  const last = secondsOf(end)
  if (exact || last === null) return { start: first, end: last }
  const present = Math.floor(now / MINUTE) * MINUTE
  return { start: first, end: last <= present ? Math.min(last + DAY, present) : last + DAY }
}

/** A stored range as it stands in the fields. */
export function typedRange(start: number, end: number): Range {
  if (start % DAY === 0 && end % DAY === 0 && end > start)
    return { start: utcDay(start), end: utcDay(end - DAY), exact: false }
  return { start: minuteText(start), end: minuteText(end), exact: true }
}

/** The same range typed the other way. */
export function retyped(range: Range, exact: boolean, now: number): Range {
  const { start, end } = rangeOf(range, now)
  if (exact) {
    return { start: start === null ? '' : minuteText(start), end: end === null ? '' : minuteText(end), exact }
  }
  return { start: start === null ? '' : utcDay(start), end: end === null ? '' : utcDay(end - 1), exact }
}

const WEEK = 7

/** The range to begin with: the last seven whole days; of what is recorded where there is nothing else. */
export function firstRange(now: number, recorded: readonly CoverageDay[] | null): Range {
  const last = recorded?.at(-1)?.day
  const end = last === undefined ? Math.floor(now / DAY) * DAY - DAY : (secondsOf(last) ?? now)
  const begin = utcDay(end - (WEEK - 1) * DAY)
  const earliest = recorded?.[0]?.day ?? begin
  return { start: begin < earliest ? earliest : begin, end: utcDay(end), exact: false }
}

/** Gaps that lie in a range, cut to it. */
export function gapsWithin(
  gaps: readonly { start: number; end: number }[],
  start: number,
  end: number,
): { start: number; end: number }[] {
  return gaps
    .filter((gap) => gap.start < end && gap.end > start)
    .map((gap) => ({ start: Math.max(gap.start, start), end: Math.min(gap.end, end) }))
}

/** What is not recorded of a range: before the first day, in gaps, and behind the last day. */
export function lacking(
  coverage: { days: readonly CoverageDay[]; gaps: readonly { start: number; end: number }[] },
  start: number,
  end: number,
): { start: number; end: number }[] {
  const first = secondsOf(coverage.days[0]?.day ?? '')
  const lastDay = secondsOf(coverage.days.at(-1)?.day ?? '')
  if (first === null || lastDay === null) return [{ start, end }]
  const around = [
    { start, end: Math.min(first, end) },
    ...gapsWithin(coverage.gaps, start, end),
    { start: Math.max(lastDay + DAY, start), end },
  ]
  return around.filter((gap) => gap.end > gap.start)
}
