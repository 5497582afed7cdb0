import Box from '@mui/material/Box'
import Paper from '@mui/material/Paper'
import { memo } from 'react'
import { Link } from 'react-router'
import type { Session } from '@/shared/api/types'
import { count, percent } from '@/shared/format/numbers'
import { StatusMark } from '@/shared/sessions/StatusMark'
import { Amount, SignedPercent } from '@/shared/ui/Amount'
import { Moment } from '@/shared/ui/Time'
import type { ListProps } from './HistoryTable'
import { RowActions, useRowAddresses } from './RowActions'
import { ended, ranFor, trades, TYPE_NAMES } from './words'

/** The rows of the history on a narrow screen. */
export function HistoryCards({ sessions, isTicked, onTick, onDelete }: ListProps) {
  return (
    <Box
      component="ul"
      aria-label="Ended sessions"
      sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gap: 1 }}
    >
      {sessions.map((session) => (
        <Card
          key={session.id}
          session={session}
          isTicked={isTicked(session.id)}
          onTick={onTick}
          onDelete={onDelete}
        />
      ))}
    </Box>
  )
}

interface Props extends Pick<ListProps, 'onTick' | 'onDelete'> {
  session: Session
  isTicked: boolean
}

const Card = memo(function Card({ session, isTicked, onTick, onDelete }: Props) {
  const { view } = useRowAddresses(session.id)
  return (
    <Paper component="li" sx={{ p: 1.25, display: 'grid', gap: 0.5, fontSize: '0.875rem', minWidth: 0 }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', minWidth: 0 }}>
        <input
          type="checkbox"
          aria-label={`Tick ${session.name}`}
          checked={isTicked}
          onChange={(event) => onTick([session], event.target.checked)}
          style={{ width: 20, height: 20, flexShrink: 0 }}
        />
        <Box
          component={Link}
          to={view}
          sx={{ flex: 1, minWidth: 0, fontWeight: 650, color: 'inherit', overflowWrap: 'anywhere' }}
        >
          {session.name}
        </Box>
        <StatusMark status={session.status} label />
      </Box>
      <Box sx={{ color: 'text.secondary', overflowWrap: 'anywhere' }}>
        {TYPE_NAMES[session.type]} · {session.market} · {session.strategy}
      </Box>
      {trades(session) && <Figures session={session} />}
      <Box sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between', gap: 1 }}>
        <Box component="span" sx={{ color: 'text.secondary' }}>
          <Moment seconds={session.stopped_at} show={ended} /> · ran {ranFor(session)}
        </Box>
        <RowActions session={session} onDelete={onDelete} />
      </Box>
    </Paper>
  )
})

function Figures({ session }: { session: Session }) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 1.5 }}>
      <Amount value={session.total_pnl} currency="USD" />
      <span>{count(session.trade_count)} trades</span>
      {session.trade_count > 0 && <span>{percent(session.win_rate)} won</span>}
      <span>
        drawdown <SignedPercent value={-session.max_drawdown} digits={2} />
      </span>
    </Box>
  )
}
