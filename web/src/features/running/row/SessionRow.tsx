import { memo, type MouseEvent } from 'react'
import { Link } from 'react-router'
import type { OpenSession } from '@/shared/sessions/open'
import { StatusMark } from '@/shared/sessions/StatusMark'
import type { Group } from '../groups'
import { FirstLine } from './FirstLine'
import { Box, Cell, RowBox } from './parts'
import { RowButtons } from './RowButtons'
import { SecondLine } from './SecondLine'

export interface RowProps {
  session: OpenSession
  group: Group
  place: number
  size: number
  selected: boolean
  /** What the list's address asks for, kept when a panel opens over it. */
  search: string
  onTurn: (id: string, range: boolean) => void
  onDelete: (sessions: readonly OpenSession[]) => void
  measure: (element: HTMLElement | null) => void
  index: number
  top: number
}

/** One session. It is rendered anew only when something of its own changes; what ticks does so by itself. */
export const SessionRow = memo(function SessionRow(props: RowProps) {
  const { session, group, place, size, selected, search, onTurn, measure, index, top } = props
  const { id, name } = session
  return (
    <RowBox
      ref={measure}
      data-index={index}
      data-row={id}
      data-group={group}
      data-first={place === 1 || undefined}
      data-last={place === size || undefined}
      data-selected={selected || undefined}
      aria-setsize={size}
      aria-posinset={place}
      style={{ transform: `translateY(${top}px)` }}
    >
      <Box
        type="checkbox"
        data-control="select"
        aria-label={`Select ${name}`}
        checked={selected}
        onChange={() => undefined}
        onClick={(event: MouseEvent) => onTurn(id, event.shiftKey)}
      />
      <span style={{ gridArea: 'mark', display: 'flex' }}>
        <StatusMark status={group === 'stale' ? 'stale' : session.status} />
      </span>
      <Cell style={{ gridArea: 'name', fontWeight: 600 }}>
        <Link to={{ pathname: `/running/${id}`, search }} data-control="name" title={name} preventScrollReset>
          {name}
        </Link>
      </Cell>
      <Cell style={{ gridArea: 'strategy' }} title={session.strategy}>
        {session.strategy}
      </Cell>
      <Cell style={{ gridArea: 'market' }} title={session.market} data-end>
        {session.market}
      </Cell>
      <FirstLine session={session} group={group} />
      <SecondLine session={session} group={group} />
      <RowButtons session={session} group={group} search={search} onDelete={props.onDelete} />
    </RowBox>
  )
})
