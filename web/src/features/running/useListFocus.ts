import { useLayoutEffect, useRef, type FocusEvent, type KeyboardEvent, type RefObject } from 'react'
import type { Line } from './groups'

interface Spot {
  row: string
  control: string
  index: number
}

/**
 * Keeps the keyboard where it was: when the focused row moves to another group, its button goes, or the row leaves, the
 * focus follows the row, or goes to the one in its place. Arrow up and down move between rows.
 */
export function useListFocus(list: RefObject<HTMLElement | null>, lines: readonly Line[]) {
  const spot = useRef<Spot | null>(null)

  useLayoutEffect(() => {
    const last = spot.current
    const root = list.current
    if (!last || !root) return
    const index = lines.findIndex((line) => line.key === last.row)
    if (index >= 0) last.index = index
    if (document.activeElement !== document.body) return
    const target = find(root, last.row, last.control) ?? find(root, last.row, 'name')
    const goal = target ?? near(root, lines, last.index)
    if (goal) goal.focus({ preventScroll: true })
    else spot.current = null
  })

  const onFocus = (event: FocusEvent) => {
    spot.current = spotOf(event.target, lines)
  }
  const onBlur = ({ target }: FocusEvent) => {
    // An element that went away or was switched off did not let go of the focus by the user's will.
    queueMicrotask(() => {
      const gone = !target.isConnected || (target as HTMLButtonElement).disabled
      if (!gone && document.activeElement === document.body) spot.current = null
    })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    const from = spotOf(event.target as Element, lines)
    const root = list.current
    if (!step || !from || !root || event.altKey || event.ctrlKey || event.metaKey) return
    let index = from.index + step
    while (lines[index]?.kind === 'head') index += step
    const row = lines[index]?.key
    const goal = row && (find(root, row, from.control) ?? find(root, row, 'name'))
    if (!goal) return
    event.preventDefault()
    goal.focus()
  }
  /** Index of the row with the focus, which has to stay in the page however far one scrolls. */
  const focused = () => {
    const row = spot.current?.row
    return row === undefined ? -1 : lines.findIndex((line) => line.key === row)
  }
  return { onFocus, onBlur, onKeyDown, focused }
}

function spotOf(element: Element, lines: readonly Line[]): Spot | null {
  const row = element.closest<HTMLElement>('[data-row]')?.dataset.row
  if (row === undefined) return null
  const control = element.closest<HTMLElement>('[data-control]')?.dataset.control ?? 'name'
  return { row, control, index: lines.findIndex((line) => line.key === row) }
}

function find(root: HTMLElement, row: string, control: string): HTMLElement | null {
  return root.querySelector(`[data-row="${row}"] [data-control="${control}"]:not(:disabled)`)
}

/** The name in the nearest row that is in the page. */
function near(root: HTMLElement, lines: readonly Line[], index: number): HTMLElement | null {
  for (const distance of [0, -1, 1, -2, 2]) {
    const line = lines[index + distance]
    const name = line?.kind === 'row' && find(root, line.key, 'name')
    if (name) return name
  }
  return null
}
