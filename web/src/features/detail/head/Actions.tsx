import { mdiContentCopy, mdiDelete, mdiPause, mdiPencilBox, mdiPlay, mdiRestart, mdiStop } from '@mdi/js'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { Link } from 'react-router'
import { useAction, type Action } from '@/shared/sessions/actions'
import { isLive } from '@/shared/sessions/open'
import { Icon } from '@/shared/ui/Icon'
import { IconAction } from '@/shared/ui/IconAction'
import { useAddresses } from '../address'
import type { Shown } from '../useSession'
import { DeleteAction } from './DeleteAction'

const BUTTONS: Record<Action, { label: string; path: string }> = {
  start: { label: 'Start', path: mdiPlay },
  pause: { label: 'Pause', path: mdiPause },
  resume: { label: 'Resume', path: mdiPlay },
  restart: { label: 'Restart', path: mdiRestart },
  stop: { label: 'Stop', path: mdiStop },
}

/** What the buttons offer in a state; a failed session's start is its restart. */
export function offered(session: Shown): Action[] {
  if (isLive(session)) {
    const turn: Action = session.status === 'paused' ? 'resume' : 'pause'
    return [turn, 'restart', 'stop']
  }
  if (session.status === 'failed') return ['restart']
  return session.status === 'completed' ? [] : ['start']
}

interface Props {
  session: Shown
  onGone: () => void
}

export function Actions({ session, onGone }: Props) {
  const addresses = useAddresses(session.id)
  const action = useAction()
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.75, alignItems: 'center' }}>
      {offered(session).map((name) => (
        <Button
          key={name}
          variant="outlined"
          startIcon={<Icon path={BUTTONS[name].path} />}
          disabled={action.isPending}
          onClick={() => action.mutate({ session, action: name })}
        >
          {BUTTONS[name].label}
        </Button>
      ))}
      {session.status === 'created' && (
        <Button component={Link} to={addresses.edit} startIcon={<Icon path={mdiPencilBox} />}>
          Edit
        </Button>
      )}
      <Button component={Link} to={addresses.clone} startIcon={<Icon path={mdiContentCopy} />}>
        Clone
      </Button>
      {isLive(session) ? (
        <IconAction label="Delete: stop the session first" path={mdiDelete} disabled />
      ) : (
        <DeleteAction session={session} onGone={onGone} />
      )}
    </Box>
  )
}
