import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import type { SessionDetail } from '@/shared/api/types'
import { useFromNow } from '@/shared/live/clock'
import type { Standing } from '@/shared/live/Connection'
import { isLive } from '@/shared/sessions/open'

const COLOURS: Record<Standing['state'], string> = {
  connecting: 'text.secondary',
  open: 'gain',
  lost: 'error.main',
  ended: 'text.secondary',
  closed: 'text.secondary',
}

interface Props {
  session: SessionDetail
  standing: Standing
  onRetry: () => void
}

/** How the stream stands: a mark with words, and what can be done. */
export function ConnectionLine({ session, standing, onRetry }: Props) {
  const seconds = useFromNow((now) => Math.max(0, Math.ceil(((standing.retryAt ?? now) - now) / 1000)))
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 30, fontSize: '0.85rem' }}>
      <span role="status">
        Connection:{' '}
        <Box component="span" sx={{ color: COLOURS[standing.state] }}>
          <span aria-hidden>{standing.state === 'open' ? '\u25cf' : '\u25cb'} </span>
          {wordsOf(standing)}
        </Box>
        {standing.state === 'open' && !isLive(session) && ` \u00b7 ${restOf(session)}`}
      </span>
      {standing.state === 'lost' && (
        <>
          {/* Not within what is read aloud: it changes each second. */}
          <span>{seconds > 0 ? `retrying in ${seconds} s` : 'retrying'}</span>
          <Button onClick={onRetry}>Try now</Button>
        </>
      )}
    </Box>
  )
}

function wordsOf({ state, reason }: Standing): string {
  switch (state) {
    case 'open':
      return 'Connected via WebSocket'
    case 'lost':
      return reason ? `Connection lost (${reason}),` : 'Connection lost,'
    case 'ended':
      return reason || 'The session is gone'
    case 'connecting':
    case 'closed':
      return 'Connecting'
  }
}

function restOf({ status }: SessionDetail): string {
  return status === 'created' ? 'the session was not started yet' : 'session has ended'
}
