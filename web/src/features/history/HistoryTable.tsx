import { styled } from '@mui/material/styles'
import { memo } from 'react'
import { Link } from 'react-router'
import type { Session } from '@/shared/api/types'
import { StatusMark } from '@/shared/sessions/StatusMark'
import { Amount, SignedPercent } from '@/shared/ui/Amount'
import { DataTable, ScrollRegion } from '@/shared/ui/DataTable'
import { SortHead } from '@/shared/ui/SortHead'
import { Moment } from '@/shared/ui/Time'
import { count, NONE, percent } from '@/shared/format/numbers'
import type { Sort } from '@/shared/url/sort'
import type { SortField } from './filter'
import { RowActions, useRowAddresses } from './RowActions'
import { ended, ranFor, trades, TYPE_NAMES } from './words'

const COLUMNS: readonly { field: SortField; label: string; text?: boolean }[] = [
  { field: 'name', label: 'Name', text: true },
  { field: 'type', label: 'Type', text: true },
  { field: 'market', label: 'Market', text: true },
  { field: 'strategy', label: 'Strategy', text: true },
  { field: 'status', label: 'Status', text: true },
  { field: 'trade_count', label: 'Trades' },
  { field: 'total_pnl', label: 'PnL' },
  { field: 'win_rate', label: 'Win rate' },
  { field: 'max_drawdown', label: 'Drawdown' },
  { field: 'duration', label: 'Duration' },
  { field: 'stopped_at', label: 'Ended' },
]

export interface ListProps {
  sessions: readonly Session[]
  isTicked: (id: string) => boolean
  onTick: (sessions: readonly Session[], on: boolean) => void
  onDelete: (session: Session) => void
}

const Table = styled(DataTable)(({ theme }) => ({
  // All columns fit beside the actions at 1280 pixels.
  '& th, & td': { paddingInline: 5 },
  '& td.text': { maxWidth: 102, overflow: 'hidden', textOverflow: 'ellipsis' },
  // Names may have 255 characters.
  '& .name a': {
    display: 'inline-block',
    maxWidth: 165,
    overflow: 'hidden',
    textOverflow: 'ellipsis',
    verticalAlign: 'bottom',
    color: 'inherit',
    fontWeight: 600,
    textDecoration: 'none',
    '&:hover': { textDecoration: 'underline' },
  },
  '& td svg': { verticalAlign: 'middle' },
  // What can be done stays in view where the table is wider than its place.
  '& td:last-of-type': {
    padding: '2px 4px',
    position: 'sticky',
    right: 0,
    backgroundColor: (theme.vars ?? theme).palette.background.paper,
  },
}))

interface Props extends ListProps {
  sort: Sort<SortField>
  onSort: (sort: Sort<SortField>) => void
}

export function HistoryTable({ sessions, sort, onSort, isTicked, onTick, onDelete }: Props) {
  const on = sessions.filter(({ id }) => isTicked(id)).length
  return (
    <ScrollRegion role="region" aria-label="Ended sessions" tabIndex={0}>
      <Table>
        <thead>
          <tr>
            <th scope="col">
              <input
                type="checkbox"
                aria-label="Tick all on this page"
                checked={on > 0 && on === sessions.length}
                ref={(box) => {
                  if (box) box.indeterminate = on > 0 && on < sessions.length
                }}
                onChange={(event) => onTick(sessions, event.target.checked)}
              />
            </th>
            {COLUMNS.map((column) => (
              <SortHead key={column.field} {...column} sort={sort} onSort={onSort} />
            ))}
            <th scope="col">
              <span style={{ position: 'absolute', clip: 'rect(0 0 0 0)' }}>Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sessions.map((session) => (
            <Row
              key={session.id}
              session={session}
              isTicked={isTicked(session.id)}
              onTick={onTick}
              onDelete={onDelete}
            />
          ))}
        </tbody>
      </Table>
    </ScrollRegion>
  )
}

interface RowProps extends Pick<ListProps, 'onTick' | 'onDelete'> {
  session: Session
  isTicked: boolean
}

const Row = memo(function Row({ session, isTicked, onTick, onDelete }: RowProps) {
  const { view } = useRowAddresses(session.id)
  const traded = trades(session)
  return (
    <tr>
      <td>
        <input
          type="checkbox"
          aria-label={`Tick ${session.name}`}
          checked={isTicked}
          onChange={(event) => onTick([session], event.target.checked)}
        />
      </td>
      <th scope="row" className="text name">
        <Link to={view} title={session.name}>
          {session.name}
        </Link>
      </th>
      <td className="text">{TYPE_NAMES[session.type]}</td>
      <td className="text" title={session.market}>
        {session.market}
      </td>
      <td className="text" title={session.strategy}>
        {session.strategy}
      </td>
      <td className="text">
        <StatusMark status={session.status} label />
      </td>
      <td>{traded ? count(session.trade_count) : NONE}</td>
      <td>{traded ? <Amount value={session.total_pnl} currency="USD" /> : NONE}</td>
      <td>{traded && session.trade_count > 0 ? percent(session.win_rate) : NONE}</td>
      <td>{traded ? <SignedPercent value={-session.max_drawdown} digits={2} /> : NONE}</td>
      <td>{ranFor(session)}</td>
      <td>
        <Moment seconds={session.stopped_at} show={ended} />
      </td>
      <td>
        <RowActions session={session} onDelete={onDelete} />
      </td>
    </tr>
  )
})
