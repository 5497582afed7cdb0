import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { count, money, percent } from '@/shared/format/numbers'
import { Amount } from '@/shared/ui/Amount'
import type { Shown } from '../useSession'
import { Bar, Figure, SplitBar } from './Figure'
import { metricsQuery } from './queries'
import { endFor, shareOf } from './scale'

/** Characters of an amount that fit above its bar in large type. */
const LONGEST = 14

/** The four figures that tell how a session fares, each with a bar that puts it in proportion. */
export function KeyFigures({ session }: { session: Shown }) {
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: { xs: 'repeat(2, 1fr)', sm: 'repeat(4, 1fr)' },
        gap: { xs: 2, sm: 3 },
      }}
    >
      <TotalPnl session={session} />
      <WinRate session={session} />
      <Trades session={session} />
      <MaxDrawdown session={session} />
    </Box>
  )
}

function TotalPnl({ session }: { session: Shown }) {
  const { equity, starting_balance: start, total_pnl: pnl, unrealised_pnl_usd: open } = session
  const growth = equity != null && start ? (equity / start - 1) * 100 : null
  const end = endFor(growth ?? 0)
  const told =
    growth === null
      ? 'no balance known yet'
      : `${growth > 0 ? '+' : ''}${percent(growth, growth !== 0 && Math.abs(growth) < 0.1 ? 4 : 2)} of the balance`
  return (
    <Figure
      title="Total PnL"
      long={money(pnl, 'USD', { sign: true }).length > LONGEST}
      note={open ? <OpenPnl value={open} told={told} /> : told}
      bar={
        <Bar
          label="Growth of the balance"
          value={growth ?? 0}
          end={end}
          share={shareOf(growth ?? 0, end)}
          colour={(growth ?? 0) < 0 ? 'loss' : 'gain'}
          text={`${told}; the bar ends at ${end} %`}
        />
      }
    >
      <Amount value={pnl} currency="USD" />
    </Figure>
  )
}

function OpenPnl({ value, told }: { value: number; told: string }) {
  return (
    <>
      {told}; open <Amount value={value} currency="USD" />
    </>
  )
}

function WinRate({ session }: { session: Shown }) {
  const none = session.trade_count === 0
  const rate = none ? 0 : session.win_rate
  const text = none ? 'no closed trade yet' : `${percent(rate)} of the trades won`
  return (
    <Figure
      title="Win Rate"
      note={none ? text : 'of closed trades, costs paid'}
      bar={
        <Bar
          label="Win rate"
          value={rate}
          end={100}
          share={shareOf(rate, 100)}
          colour="primary.main"
          text={text}
        />
      }
    >
      {none ? percent(null) : percent(rate)}
    </Figure>
  )
}

function Trades({ session }: { session: Shown }) {
  const { data } = useQuery(metricsQuery(session.id))
  const [long, short] = [tradesOf(data?.metrics.long), tradesOf(data?.metrics.short)]
  return (
    <Figure
      title="Trades"
      note={`${count(long)} long, ${count(short)} short`}
      bar={
        <SplitBar left={long} right={short} label={`${count(long)} long and ${count(short)} short trades`} />
      }
    >
      {count(session.trade_count)}
    </Figure>
  )
}

function tradesOf(side: unknown): number {
  if (typeof side !== 'object' || side === null || !('trade_count' in side)) return 0
  return typeof side.trade_count === 'number' ? side.trade_count : 0
}

function MaxDrawdown({ session }: { session: Shown }) {
  const depth = session.max_drawdown
  const end = endFor(depth)
  const digits = depth > 0 && depth < 0.1 ? 4 : 2
  return (
    <Figure
      title="Max Drawdown"
      note="below the highest equity"
      bar={
        <Bar
          label="Deepest drawdown"
          value={depth}
          end={end}
          share={shareOf(depth, end)}
          colour="loss"
          text={`${percent(depth, digits)} below the highest equity; the bar ends at ${end} %`}
        />
      }
    >
      {percent(-depth, digits)}
    </Figure>
  )
}
