import { count, percent } from '@/shared/format/numbers'
import type { OpenSession } from '@/shared/sessions/open'
import { ACTIONS } from '@/shared/sessions/offers'
import { Ago, Elapsed, HeartbeatAge } from '@/shared/ui/Time'
import type { Group } from '../groups'
import { Cell, Muted } from './parts'

interface Props {
  session: OpenSession
  group: Group
}

/** The end of the first line: for how long, and how many trades. */
export function FirstLine({ session, group }: Props) {
  const short = group !== 'created'
  return (
    <>
      <Cell style={short ? { gridArea: 'time' } : { gridRow: 'time', gridColumn: 'time-start / -2' }}>
        <When session={session} group={group} />
      </Cell>
      {short && (
        <Cell style={{ gridArea: 'trades' }} data-end>
          {group === 'stale' ? <b>STALE</b> : trades(session.trade_count)}
        </Cell>
      )}
    </>
  )
}

export function trades(number: number): string {
  return number === 1 ? '1 trade' : `${count(number)} trades`
}

function When({ session, group }: Props) {
  if (session.pending) return <Muted>{ACTIONS[session.pending].doing}…</Muted>
  if (group === 'stale') return <HeartbeatAge heardAt={session.heardAt} />
  if (group === 'created') {
    return (
      <Muted>
        Created <Ago seconds={session.created_at} />
      </Muted>
    )
  }
  if (group === 'failed') {
    return <Muted>{session.stopped_at ? <Ago seconds={session.stopped_at} /> : 'Failed'}</Muted>
  }
  if (session.type === 'backtest') return <Backtesting session={session} />
  return session.started_at ? <Elapsed since={session.started_at} /> : null
}

function Backtesting({ session: { progress, status } }: { session: OpenSession }) {
  const rests = status === 'paused'
  if (!progress || progress.total === 0) return <>{rests ? 'Backtest' : 'Backtesting'}</>
  return (
    <>
      {rests ? 'Backtest at' : 'Backtesting'} {percent(Math.floor((100 * progress.done) / progress.total), 0)}
    </>
  )
}
