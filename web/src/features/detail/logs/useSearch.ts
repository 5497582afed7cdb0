import { useState } from 'react'
import type { LogFeed, LogView } from './LogFeed'
import { firstFrom } from './LogBuffer'
import type { Target } from './LogList'

/** The place of a search among its matches, and steps from one to the next. */
export interface Search {
  /** Place of the current match, counted from 1; 0 before the first step. */
  place: number
  count: number
  current: number | null
  target: Target | null
  /** To the next match (1), the one before (-1). Around the ends it goes on at the other one. */
  step: (by: 1 | -1) => void
}

/** @param onStep called before a match is brought into view, which the newest line must not take away. */
export function useSearch(feed: LogFeed, { matches }: LogView, onStep: () => void): Search {
  const [current, setCurrent] = useState<number | null>(null)
  const [target, setTarget] = useState<Target | null>(null)
  const at = current === null ? -1 : firstFrom(matches, (key) => key >= current)
  const stands = at >= 0 && matches[at] === current
  const step = (by: 1 | -1) => {
    if (matches.length === 0) return
    // The search begins at the newest line, where one reads.
    const next = stands ? (at + by + matches.length) % matches.length : matches.length - 1
    const key = matches[next]
    if (key === undefined) return
    onStep()
    setCurrent(key)
    setTarget({ index: feed.buffer.placeOf(key) })
  }
  return { place: stands ? at + 1 : 0, count: matches.length, current: stands ? current : null, target, step }
}
