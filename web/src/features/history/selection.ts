import { useState } from 'react'
import type { Session } from '@/shared/api/types'

export const LEAST = 2
export const MOST = 6

/** Sessions that were ticked, on whatever page they were. */
export type Selection = ReadonlyMap<string, Session>

/** The selection after some sessions were ticked or no longer are. */
export function ticked(selection: Selection, sessions: readonly Session[], on: boolean): Selection {
  const changed = new Map(selection)
  for (const session of sessions) {
    if (on) changed.set(session.id, session)
    else changed.delete(session.id)
  }
  return changed
}

/** Why these cannot be compared, or null where they can. */
export function obstacle(selection: Selection): string | null {
  const trading = [...selection.values()].filter(({ type }) => type !== 'scraper').length
  if (trading < selection.size) return 'Scrapers do not trade: nothing to compare'
  if (trading < LEAST) return 'Tick two to six sessions to compare them'
  return trading > MOST ? `At most six sessions can be compared; ${trading} are ticked` : null
}

export function useSelection() {
  const [selection, setSelection] = useState<Selection>(new Map())
  return {
    selection,
    tick: (sessions: readonly Session[], on: boolean) =>
      setSelection((former) => ticked(former, sessions, on)),
    clear: () => setSelection(new Map()),
  }
}
