import { memo, type ReactNode } from 'react'
import { clockTime, day, utcMillis } from '@/shared/format/time'
import { LABELS, type Entry } from './entries'
import { patternOf } from './LogBuffer'

interface Props {
  entry: Entry
  index: number
  start: number
  /** What is searched for; empty where the line does not hold it, so that it is not rendered anew. */
  text: string
  isCurrent: boolean
  /** With the date, where lines of other days are about. */
  dated: boolean
  measure: (element: HTMLDivElement | null) => void
}

/** One line at its place in the list. */
export const LogLine = memo(function LogLine(props: Props) {
  const { entry, index, start, text, isCurrent, dated, measure } = props
  const seconds = entry.at / 1000
  return (
    <div
      ref={measure}
      data-index={index}
      className={`line ${entry.kind}${isCurrent ? ' current' : ''}`}
      style={{ transform: `translateY(${start}px)` }}
    >
      <time className="time" title={utcMillis(seconds)} dateTime={new Date(entry.at).toISOString()}>
        {dated && `${day(seconds)} `}
        {clockTime(seconds)}
      </time>
      <span className="level">{LABELS[entry.kind]}</span>
      <span className="message">{text ? highlighted(entry.message, text) : entry.message}</span>
    </div>
  )
})

function highlighted(message: string, text: string): ReactNode[] {
  const pattern = patternOf(text, 'gi')
  const parts: ReactNode[] = []
  let end = 0
  for (const found of pattern ? message.matchAll(pattern) : []) {
    parts.push(message.slice(end, found.index), <mark key={found.index}>{found[0]}</mark>)
    end = found.index + found[0].length
  }
  return [...parts, message.slice(end)]
}
