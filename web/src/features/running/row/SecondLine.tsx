import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '@/shared/api/queries'
import { count, percent } from '@/shared/format/numbers'
import { utcDay } from '@/shared/format/time'
import type { OpenSession } from '@/shared/sessions/open'
import { Amount } from '@/shared/ui/Amount'
import { HeartbeatAge } from '@/shared/ui/Time'
import type { Group } from '../groups'
import { trades } from './FirstLine'
import { Bar, Cell, Muted, Result } from './parts'

/** The second line: what came of it so far, or why it does not run, and the last sign of life. */
export function SecondLine({ session, group }: { session: OpenSession; group: Group }) {
  if (group === 'created') return <NotStarted session={session} />
  if (group === 'failed') return <Reason id={session.id} />
  if (group === 'stale') {
    return (
      <Result>
        <span>
          Last known: {trades(session.trade_count)}, <Amount value={session.total_pnl} currency="USD" />
        </span>
      </Result>
    )
  }
  return (
    <>
      <Result>
        {session.type === 'backtest' ? <Progress session={session} /> : <Profit session={session} />}
      </Result>
      <Cell style={{ gridArea: 'beat' }} data-end>
        <HeartbeatAge heardAt={session.heardAt} />
      </Cell>
    </>
  )
}

function Profit({
  session: { total_pnl, win_rate, trade_count, unrealised_pnl_usd },
}: {
  session: OpenSession
}) {
  return (
    <>
      <span>
        PnL: <Amount value={total_pnl} currency="USD" />
        {trade_count > 0 && ` (${percent(win_rate, 0)} win)`}
      </span>
      {unrealised_pnl_usd !== null && unrealised_pnl_usd !== 0 && (
        <Muted title="of the open position, not in the PnL yet">
          Open: <Amount value={unrealised_pnl_usd} currency="USD" />
        </Muted>
      )}
    </>
  )
}

function Progress({ session: { progress, name } }: { session: OpenSession }) {
  if (!progress || progress.total === 0) return <Muted>Preparing</Muted>
  const { done, total } = progress
  const share = Math.min(1, done / total)
  return (
    <>
      <Bar
        role="progressbar"
        aria-label={`Progress of ${name}`}
        aria-valuenow={Math.floor(share * 100)}
        aria-valuemin={0}
        aria-valuemax={100}
      >
        <span style={{ transform: `scaleX(${share})` }} />
      </Bar>
      <span>
        {count(done)} / {count(total)} candles
      </span>
    </>
  )
}

function NotStarted({ session: { type, range_start, range_end } }: { session: OpenSession }) {
  const range =
    range_start !== null && range_end !== null && `${utcDay(range_start)} to ${utcDay(range_end - 1)}`
  return (
    <Result>
      <Muted>
        Not started
        {type === 'backtest' && ` · backtest${range ? ` of ${range}` : ''}`}
      </Muted>
    </Result>
  )
}

/** Why it failed. Lists do not tell it, so it is asked for, for those few that are on the screen. */
function Reason({ id }: { id: string }) {
  const { data } = useQuery({
    ...sessionQuery(id),
    staleTime: Infinity,
    select: (session) => session.exit_message,
  })
  return (
    <Result>
      <span title={data ?? undefined} style={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {data === undefined ? ' ' : (data ?? 'It left no message; its log may tell more.')}
      </span>
    </Result>
  )
}
