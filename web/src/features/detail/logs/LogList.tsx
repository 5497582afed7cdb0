import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, type ReactNode, type UIEvent } from 'react'
import { patternOf } from './LogBuffer'
import { LogLine } from './LogLine'
import { FOOT_HEIGHT, HEAD_HEIGHT, LINE_HEIGHT, Lines } from './lines'
import type { LogView } from './LogFeed'

/** A line to be brought into view; a new object each time it is asked for. */
export interface Target {
  index: number
}

interface Props {
  view: LogView
  name: string
  wrapped: boolean
  following: boolean
  onScroll: (event: UIEvent<HTMLElement>) => void
  text: string
  /** Key of the line where the search stands. */
  current: number | null
  target: Target | null
  head: ReactNode
  foot: ReactNode
}

/** The lines, of which only those in sight are rendered. */
export function LogList(props: Props) {
  const { view, name, wrapped, following, onScroll, text, current, target, head, foot } = props
  const { shown } = view
  const area = useRef<HTMLDivElement>(null)
  // Another function would have all lines measured anew; the lines themselves only become more.
  const getItemKey = useCallback((index: number) => shown[index]?.key ?? index, [shown])
  const list = useVirtualizer({
    count: shown.length,
    getScrollElement: () => area.current,
    estimateSize: () => LINE_HEIGHT,
    getItemKey,
    overscan: 12,
    paddingStart: HEAD_HEIGHT,
    paddingEnd: FOOT_HEIGHT,
    // What one reads stays where it is. Where the end is followed nothing has to be looked up among all lines.
    anchorTo: following ? 'start' : 'end',
    useAnimationFrameWithResizeObserver: true,
  })
  const height = list.scrollRect?.height ?? 0

  const total = list.getTotalSize()

  // Written at once and once: what the list would do over several frames, a hand could not stop.
  useLayoutEffect(() => {
    if (following && area.current) area.current.scrollTop = area.current.scrollHeight
  }, [following, view, wrapped, height, total])

  // Lines of another shape are measured anew.
  useEffect(() => list.measure(), [list, wrapped])

  useEffect(() => {
    if (target) list.scrollToIndex(target.index, { align: 'center' })
  }, [list, target])

  const items = list.getVirtualItems()
  const pattern = useMemo(() => patternOf(text), [text])
  return (
    <Lines
      ref={area}
      role="log"
      aria-live="off"
      aria-label={`Log of ${name}`}
      tabIndex={0}
      className={wrapped ? 'wrapped' : ''}
      onScroll={onScroll}
    >
      <div className="all" style={{ height: total }}>
        <div className="head">{head}</div>
        {items.map(({ index, key, start }) => {
          const entry = shown[index]
          return (
            entry && (
              <LogLine
                key={key}
                entry={entry}
                index={index}
                start={start}
                text={pattern?.test(entry.message) ? text : ''}
                isCurrent={entry.key === current}
                dated={view.dated}
                measure={list.measureElement}
              />
            )
          )
        })}
        <div className="foot">{foot}</div>
      </div>
    </Lines>
  )
}
