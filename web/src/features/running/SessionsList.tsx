import Box from '@mui/material/Box'
import { defaultRangeExtractor, useWindowVirtualizer, type VirtualItem } from '@tanstack/react-virtual'
import { useCallback, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react'
import type { OpenSession } from '@/shared/sessions/open'
import { GroupHead } from './GroupHead'
import { GROUPS, TITLES, type Group, type Line } from './groups'
import { HEIGHTS, NARROW } from './row/parts'
import { SessionRow } from './row/SessionRow'
import { useListFocus } from './useListFocus'

const OVERSCAN = 6
/** The bar at the top of the page. */
const TOP_BAR = 56

export interface ListHandle {
  show: (group: Group) => void
}

interface Props {
  lines: readonly Line[]
  chosen: ReadonlySet<string>
  search: string
  staleSeconds: number
  onTurn: (id: string, range: boolean) => void
  onTurnAll: (ids: readonly string[]) => void
  onDelete: (sessions: readonly OpenSession[]) => void
  ref: Ref<ListHandle>
}

/** Groups and their sessions; only what is near the window is in the page. */
export function SessionsList({ lines, ref, ...props }: Props) {
  const list = useRef<HTMLDivElement>(null)
  const top = useTop(list)
  const focus = useListFocus(list, lines)
  const narrow = window.innerWidth < NARROW
  // The same function as long as the lines are: otherwise all of them are placed anew at each step of scrolling.
  const getItemKey = useCallback((index: number) => lines[index]?.key ?? index, [lines])
  const virtual = useWindowVirtualizer<HTMLElement>({
    count: lines.length,
    estimateSize: (index) =>
      lines[index]?.kind === 'head' ? HEIGHTS.head : narrow ? HEIGHTS.card : HEIGHTS.row,
    getItemKey,
    overscan: OVERSCAN,
    scrollMargin: top,
    scrollPaddingStart: TOP_BAR,
    useFlushSync: false,
    rangeExtractor: (range) => {
      const shown = defaultRangeExtractor(range)
      const focused = focus.focused()
      return focused < 0 || shown.includes(focused) ? shown : [...shown, focused].sort((a, b) => a - b)
    },
  })
  useImperativeHandle(ref, () => ({
    show: (group) => {
      const index = lines.findIndex((line) => line.key === `head-${group}`)
      if (index >= 0) virtual.scrollToIndex(index, { align: 'start' })
    },
  }))
  const items = virtual.getVirtualItems()
  return (
    <Box
      ref={list}
      onFocus={focus.onFocus}
      onBlur={focus.onBlur}
      onKeyDown={focus.onKeyDown}
      sx={{ position: 'relative' }}
      style={{ height: virtual.getTotalSize() }}
    >
      {GROUPS.map((group) => {
        const members = items.filter((item) => lines[item.index]?.group === group)
        return (
          members.length > 0 && (
            <GroupPart
              key={group}
              group={group}
              items={members}
              lines={lines}
              top={top}
              measure={virtual.measureElement}
              {...props}
            />
          )
        )
      })}
    </Box>
  )
}

interface PartProps extends Omit<Props, 'ref'> {
  group: Group
  items: readonly VirtualItem[]
  top: number
  measure: (element: HTMLElement | null) => void
}

/** What is in the page of one group. */
function GroupPart({ group, items, lines, top, measure, chosen, search, ...props }: PartProps) {
  const [first] = items
  const head = first && lines[first.index]
  const rows = items.filter((item) => lines[item.index]?.kind === 'row')
  return (
    <section aria-label={TITLES[group]}>
      {first && head?.kind === 'head' && (
        <GroupHead
          group={group}
          sessions={head.sessions}
          chosen={chosen}
          staleSeconds={props.staleSeconds}
          onTurnAll={props.onTurnAll}
          measure={measure}
          index={first.index}
          top={first.start - top}
        />
      )}
      {rows.length > 0 && (
        <ul role="list" aria-label={TITLES[group]} style={{ margin: 0, padding: 0 }}>
          {rows.map((item) => {
            const line = lines[item.index]
            if (line?.kind !== 'row') return null
            return (
              <SessionRow
                key={line.key}
                session={line.session}
                group={group}
                place={line.place}
                size={line.size}
                selected={chosen.has(line.key)}
                search={search}
                onTurn={props.onTurn}
                onDelete={props.onDelete}
                measure={measure}
                index={item.index}
                top={item.start - top}
              />
            )
          })}
        </ul>
      )}
    </section>
  )
}

/** How far below the beginning of the page the list begins: banners above it come and go. */
function useTop(list: { readonly current: HTMLElement | null }): number {
  const [top, setTop] = useState(0)
  useLayoutEffect(() => {
    const measure = () => {
      const box = list.current?.getBoundingClientRect()
      if (box) setTop(Math.round(box.top + window.scrollY))
    }
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(document.body)
    return () => observer.disconnect()
  }, [list])
  return top
}
