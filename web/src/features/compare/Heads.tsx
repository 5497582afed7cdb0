import { mdiClose } from '@mdi/js'
import Box from '@mui/material/Box'
import { useColorScheme } from '@mui/material/styles'
import { Link } from 'react-router'
import type { SessionDetail, SessionType } from '@/shared/api/types'
import { LineSample } from '@/shared/charts/LineSample'
import { day, utc, utcDay } from '@/shared/format/time'
import { isLive } from '@/shared/sessions/open'
import { StatusMark } from '@/shared/sessions/StatusMark'
import { IconAction } from '@/shared/ui/IconAction'

const TYPES: Record<SessionType, string> = { test: 'Live test', backtest: 'Backtest', scraper: 'Scraper' }

interface Props {
  session: SessionDetail
  index: number
  onRemove: () => void
}

/** What a column stands for; the line is that of its curve. */
export function Head({ session, index, onRemove }: Props) {
  const { colorScheme } = useColorScheme()
  const list = isLive(session) ? 'running' : 'history'
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 0.25,
        fontWeight: 400,
        textAlign: 'left',
        whiteSpace: 'normal',
        minWidth: 130,
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', justifyContent: 'space-between' }}>
        <LineSample index={index} dark={colorScheme === 'dark'} />
        <IconAction label={`Remove ${session.name}`} path={mdiClose} onClick={onRemove} />
      </Box>
      <Box
        component={Link}
        to={`/${list}/${session.id}`}
        sx={{ fontWeight: 650, color: 'text.primary', overflowWrap: 'anywhere' }}
      >
        {session.name}
      </Box>
      <StatusMark status={session.status} label />
      <span>
        {TYPES[session.type]} · {session.market}
      </span>
      <span>{session.strategy}</span>
      <Period session={session} />
    </Box>
  )
}

/** The days that were traded: of a backtest its range, of a live test its run. */
function Period({ session }: { session: SessionDetail }) {
  const from = session.range_start ?? session.started_at
  const to = session.range_end ?? session.stopped_at
  if (from == null) return <span>not started</span>
  // A range is of UTC days, as the form has it, and its end is not part of it.
  const ranged = session.range_start != null
  const [first, last] = ranged ? [utcDay(from), to && utcDay(to - 1)] : [day(from), to && day(to)]
  const text = last ? `${first} to ${last}` : `since ${first}`
  return <span title={`${utc(from)}${to == null ? '' : ` to ${utc(to)}`}`}>{text}</span>
}
