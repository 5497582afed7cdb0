import type { CoverageDay } from '@/shared/api/types'

/** Days of the archive as a calendar. All days are UTC. */

export type State = 'complete' | 'partial' | 'missing'

export interface Day extends CoverageDay {
  state: State
  /** Recorded share in whole percent: 100 only where nothing is missing, 0 only where nothing is there. */
  percent: number
}

export interface Month {
  /** 2024-01. */
  name: string
  /** Weekday of the first day that is shown: 0 is Monday. */
  offset: number
  days: Day[]
}

export const DAY = 86_400

export function startOf(day: string): number {
  return Date.parse(`${day}T00:00Z`) / 1000
}

export function judged(day: CoverageDay): Day {
  if (day.complete) return { ...day, state: 'complete', percent: 100 }
  if (day.rows === 0) return { ...day, state: 'missing', percent: 0 }
  const share = day.expected > 0 ? Math.floor((100 * day.rows) / day.expected) : 0
  return { ...day, state: 'partial', percent: Math.min(99, Math.max(1, share)) }
}

/** Days by month, the months in their order. */
export function months(days: readonly Day[]): Month[] {
  const found = new Map<string, Month>()
  for (const day of days) {
    const name = day.day.slice(0, 7)
    const month = found.get(name)
    if (month) month.days.push(day)
    else found.set(name, { name, offset: weekday(day.day), days: [day] })
  }
  return [...found.values()]
}

function weekday(day: string): number {
  return (new Date(startOf(day) * 1000).getUTCDay() + 6) % 7
}

const WORDS: Record<State, string> = { complete: 'complete', partial: 'partly recorded', missing: 'missing' }

/** A day in words: 2024-01-22: partly recorded, 87 %. */
export function told(day: Day): string {
  return `${day.day}: ${WORDS[day.state]}${day.state === 'partial' ? `, ${day.percent} %` : ''}`
}

export interface Range {
  /** First and last day, both included. */
  from: string
  to: string
}

/** The range after a day was chosen; `extend` keeps the other end. */
export function chosenRange(former: Range | null, day: string, extend: boolean): Range {
  if (!extend || !former) return { from: day, to: day }
  return day < former.from ? { from: day, to: former.to } : { from: former.from, to: day }
}

/** Where a key leads to in the calendar: a day, a week, or the ends. */
export function stepped(index: number, key: string, length: number): number | null {
  const to = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    ArrowUp: index - 7,
    ArrowDown: index + 7,
    Home: 0,
    End: length - 1,
  }[key]
  return to === undefined || to < 0 || to >= length ? null : to
}
