import { useCallback, useState } from 'react'
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

/** The selection without sessions that are gone. */
export function without(selection: Selection, ids: readonly string[]): Selection {
  const changed = new Map(selection)
  for (const id of ids) changed.delete(id)
  return changed
}

export function useSelection() {
  const [selection, setSelection] = useState<Selection>(new Map())
  const tick = useCallback(
    (sessions: readonly Session[], on: boolean) => setSelection((former) => ticked(former, sessions, on)),
    [],
  )
  const untick = useCallback((ids: readonly string[]) => setSelection((former) => without(former, ids)), [])
  const clear = useCallback(() => setSelection(new Map()), [])
  return { selection, tick, untick, clear }
}
