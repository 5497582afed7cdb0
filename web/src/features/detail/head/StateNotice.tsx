import Alert from '@mui/material/Alert'
import AlertTitle from '@mui/material/AlertTitle'
import { Ago } from '@/shared/ui/Time'
import type { Shown } from '../useSession'
import { howItEnded } from './ending'
import { useStale } from './Facts'

/** Explains what went wrong with a session, and what can be done. */
export function StateNotice({ session }: { session: Shown }) {
  const stale = useStale(session)
  if (stale) return <Stale session={session} />
  if (session.status === 'failed') return <Failed session={session} />
  return null
}

function Stale({ session }: { session: Shown }) {
  const since = session.heardAt ?? (session.started_at ?? session.created_at) * 1000
  return (
    <Alert severity="warning" sx={{ mb: 1 }}>
      <AlertTitle>Stale: its last sign of life was {<Ago seconds={since / 1000} />}</AlertTitle>
      What is shown is the last that is known. The process may hang or may have lost its connection. If it
      does not come back by itself, restart it, which continues where it was, or stop it.
    </Alert>
  )
}

function Failed({ session }: { session: Shown }) {
  const { title, words, message } = howItEnded(session)
  return (
    <Alert severity="error" sx={{ mb: 1 }}>
      <AlertTitle>{title}</AlertTitle>
      {words} Restart tries it again.
      {message && (
        <pre
          style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: '8px 0 0', fontSize: '0.8rem' }}
        >
          {message}
        </pre>
      )}
    </Alert>
  )
}
