import { useCallback, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Line, RowItem } from './groups'

/** What is selected, and from where a range goes. */
export interface Chosen {
  ids: ReadonlySet<string>
  anchor: string | null
}

export const NOTHING: Chosen = { ids: new Set(), anchor: null }

/** After a click on a session's box: that one turns; with Shift, all from the last one to it follow it. */
export function turned(chosen: Chosen, order: readonly string[], id: string, range: boolean): Chosen {
  const ids = new Set(chosen.ids)
  const on = !ids.has(id)
  const [from, to] = [chosen.anchor === null ? -1 : order.indexOf(chosen.anchor), order.indexOf(id)]
  const touched =
    range && from >= 0 && to >= 0 ? order.slice(Math.min(from, to), Math.max(from, to) + 1) : [id]
  for (const one of touched) {
    if (on) ids.add(one)
    else ids.delete(one)
  }
  return { ids, anchor: id }
}

/** After a click on a group's box: all of it, or none where all were selected. */
export function turnedAll(chosen: Chosen, group: readonly string[]): Chosen {
  const all = group.every((id) => chosen.ids.has(id))
  const ids = new Set(chosen.ids)
  for (const id of group) {
    if (all) ids.delete(id)
    else ids.add(id)
  }
  return { ids, anchor: null }
}

/** Which sessions are selected. Only what is shown counts: nothing is done to what a filter hides. */
export function useSelection(lines: readonly Line[]) {
  const [chosen, setChosen] = useState(NOTHING)
  const rows = useMemo(() => lines.filter((line): line is RowItem => line.kind === 'row'), [lines])
  const selected = useMemo(
    () => (chosen.ids.size === 0 ? [] : rows.filter(({ key }) => chosen.ids.has(key))),
    [rows, chosen],
  )
  // Rows are made anew with every heartbeat; what they are given to call must not be.
  const latest = useRef(rows)
  useLayoutEffect(() => {
    latest.current = rows
  }, [rows])
  const turn = useCallback((id: string, range: boolean) => {
    const order = range ? latest.current.map(({ key }) => key) : []
    setChosen((former) => turned(former, order, id, range))
  }, [])
  const turnAll = useCallback((ids: readonly string[]) => setChosen((former) => turnedAll(former, ids)), [])
  const clear = useCallback(() => setChosen(NOTHING), [])
  return { ids: chosen.ids, selected, turn, turnAll, clear }
}
