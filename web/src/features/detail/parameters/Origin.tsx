import Link from '@mui/material/Link'
import { useQuery } from '@tanstack/react-query'
import { Link as RouterLink } from 'react-router'
import { sessionQuery } from '@/shared/api/queries'
import type { SessionType } from '@/shared/api/types'
import { bytes } from '@/shared/format/numbers'
import { duration, utc } from '@/shared/format/time'
import { Moment } from '@/shared/ui/Time'
import { useAddresses } from '../address'
import { Definitions, type Definition } from '../Definitions'
import { Section } from '../Section'
import type { Shown } from '../useSession'

const TYPES: Record<SessionType, string> = { test: 'Live test', backtest: 'Backtest', scraper: 'Scraper' }

/** What the session is, where it comes from, and where its files lie. */
export function Origin({ session }: { session: Shown }) {
  const rows: Definition[] = [
    { name: 'Type', value: TYPES[session.type] },
    { name: 'Market', value: session.market },
    { name: 'Exchange', value: session.exchange },
  ]
  const { range_start: start, range_end: end } = session
  if (start != null && end != null) {
    rows.push({
      name: 'Range',
      hint: 'of the backtest, in UTC as the form has it; the end is not part of it',
      value: (
        <>
          <Moment seconds={start} show={utc} /> to <Moment seconds={end} show={utc} /> (
          {duration(end - start)})
        </>
      ),
    })
  }
  rows.push(
    { name: 'Created', value: <Moment seconds={session.created_at} /> },
    { name: 'Started', value: <Moment seconds={session.started_at} /> },
    { name: 'Stopped', value: <Moment seconds={session.stopped_at} /> },
  )
  if (session.memory_bytes != null) rows.push({ name: 'Memory', value: bytes(session.memory_bytes) })
  if (session.cloned_from != null) {
    rows.push({ name: 'Cloned from', value: <Original id={session.cloned_from} /> })
  }
  rows.push(
    { name: 'ID', value: session.id },
    { name: 'Trades file', value: session.trades_file ?? 'none yet', hint: "in Botyard's home" },
    { name: 'Log file', value: session.logs_file ?? 'none yet', hint: "in Botyard's home" },
  )
  if (session.notes) rows.push({ name: 'Notes', value: session.notes })
  return (
    <Section title="Session">
      <Definitions rows={rows} />
    </Section>
  )
}

function Original({ id }: { id: string }) {
  const { data } = useQuery(sessionQuery(id))
  const addresses = useAddresses(id)
  return (
    <Link component={RouterLink} to={addresses.tab('parameters')}>
      {data?.name ?? id}
    </Link>
  )
}
