import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { Fragment, type ReactNode } from 'react'
import { aboutQuery } from '@/shared/api/queries'
import { useFromNow } from '@/shared/live/clock'
import { isLive, isStale } from '@/shared/sessions/open'
import { StatusMark } from '@/shared/sessions/StatusMark'
import { Elapsed, Moment } from '@/shared/ui/Time'
import { count } from '@/shared/format/numbers'
import { duration, elapsed } from '@/shared/format/time'
import type { Shown } from '../useSession'

const STALE_SECONDS = 30

/** Whether a live session has been silent too long, at this second. */
export function useStale(session: Shown): boolean {
  const { data: about } = useQuery(aboutQuery)
  return useFromNow((now) => isStale(session, now, about?.stale_seconds ?? STALE_SECONDS))
}

/** "TestBot • XBTUSD • Running ● (last heartbeat: 2s ago)" */
export function StateLine({ session }: { session: Shown }) {
  const stale = useStale(session)
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 0.75 }}>
      <span>{session.strategy}</span>
      <Dot />
      <span>{session.market}</span>
      <Dot />
      <StatusMark status={stale ? 'stale' : session.status} label />
      {isLive(session) && (
        <Box component="span" sx={{ color: 'text.secondary' }}>
          (<LastHeartbeat heardAt={session.heardAt} />)
        </Box>
      )}
    </Box>
  )
}

function LastHeartbeat({ heardAt }: { heardAt: number | null }) {
  const text = useFromNow((now) =>
    heardAt === null ? 'no heartbeat yet' : `last heartbeat: ${duration((now - heardAt) / 1000)} ago`,
  )
  return <span>{text}</span>
}

function Dot() {
  return (
    <Box component="span" aria-hidden sx={{ color: 'text.secondary' }}>
      •
    </Box>
  )
}

/** The smaller facts, in one line. */
export function Facts({ session }: { session: Shown }) {
  const facts: [string, ReactNode][] = [['Exchange', session.exchange]]
  if (session.run > 0) facts.push(['Run', session.run])
  if (session.pid != null) facts.push(['PID', session.pid])
  const ran = running(session)
  if (ran) facts.push(ran)
  if (session.progress && isLive(session)) {
    facts.push(['Candles', `${count(session.progress.done)} / ${count(session.progress.total)}`])
  }
  return (
    <Box
      component="dl"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        columnGap: 2,
        m: 0,
        mb: 1,
        fontSize: '0.8125rem',
        color: 'text.secondary',
        '& dt': { display: 'inline', mr: 0.5 },
        '& dd': { display: 'inline', m: 0, color: 'text.primary' },
      }}
    >
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </Box>
  )
}

function running(session: Shown): [string, ReactNode] | null {
  const { started_at: started, stopped_at: stopped } = session
  if (started == null) return ['Created', <Moment seconds={session.created_at} />]
  if (isLive(session)) return ['Elapsed', <Elapsed since={started} />]
  if (stopped == null) return null
  return [
    'Ran',
    <Fragment key="ran">
      {elapsed(stopped - started)} until <Moment seconds={stopped} />
    </Fragment>,
  ]
}
