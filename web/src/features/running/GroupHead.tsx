import { styled } from '@mui/material/styles'
import { useEffect, useRef } from 'react'
import type { OpenSession } from '@/shared/sessions/open'
import { count } from '@/shared/format/numbers'
import { TITLES, type Group } from './groups'
import { Box, HEIGHTS } from './row/parts'

const HeadBox = styled('div')(({ theme }) => ({
  position: 'absolute',
  top: 0,
  left: 0,
  right: 0,
  boxSizing: 'border-box',
  minHeight: HEIGHTS.head,
  display: 'grid',
  gridTemplateColumns: '32px minmax(0, 1fr)',
  gridTemplateAreas: '"box title"',
  columnGap: theme.spacing(1),
  alignItems: 'center',
  padding: theme.spacing(2.5, 1.125, 0.75),
  '& h2': { margin: 0, ...theme.typography.overline, fontSize: '0.8125rem', textTransform: 'uppercase' },
  '& h2 small': { textTransform: 'none', letterSpacing: 0, fontWeight: 400, fontSize: 'inherit' },
  '& input': { scrollMarginBlock: 88 },
}))

interface Props {
  group: Group
  sessions: readonly OpenSession[]
  chosen: ReadonlySet<string>
  staleSeconds: number
  onTurnAll: (ids: readonly string[]) => void
  measure: (element: HTMLElement | null) => void
  index: number
  top: number
}

/** Head of a group: its name, how many there are, and a box that selects them all. */
export function GroupHead({ group, sessions, chosen, staleSeconds, onTurnAll, measure, index, top }: Props) {
  const some = chosen.size > 0 && sessions.some((session) => chosen.has(session.id))
  const all = some && sessions.every((session) => chosen.has(session.id))
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = some && !all
  }, [some, all])
  return (
    <HeadBox ref={measure} data-index={index} style={{ transform: `translateY(${top}px)` }}>
      <Box
        ref={box}
        type="checkbox"
        checked={all}
        aria-label={`Select all: ${TITLES[group]}`}
        onChange={() => onTurnAll(sessions.map((session) => session.id))}
      />
      <h2 id={`group-${group}`}>
        {TITLES[group]} ({count(sessions.length)})
        {group === 'stale' && <small> no heartbeat &gt; {staleSeconds}s, may need restart</small>}
      </h2>
    </HeadBox>
  )
}
