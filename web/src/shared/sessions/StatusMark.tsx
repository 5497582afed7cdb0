import {
  mdiAlert,
  mdiAlertCircle,
  mdiCheckCircle,
  mdiCircle,
  mdiCircleOutline,
  mdiPauseCircle,
  mdiStopCircle,
} from '@mdi/js'
import Box from '@mui/material/Box'
import type { Status } from '@/shared/api/types'
import { Icon } from '@/shared/ui/Icon'

const MARKS: Record<Status | 'stale', { path: string; colour: string; label: string }> = {
  created: { path: mdiCircleOutline, colour: 'text.secondary', label: 'Not started' },
  running: { path: mdiCircle, colour: 'gain', label: 'Running' },
  paused: { path: mdiPauseCircle, colour: 'text.secondary', label: 'Paused' },
  stopped: { path: mdiStopCircle, colour: 'text.secondary', label: 'Stopped' },
  completed: { path: mdiCheckCircle, colour: 'gain', label: 'Completed' },
  failed: { path: mdiAlertCircle, colour: 'error.main', label: 'Failed' },
  stale: { path: mdiAlert, colour: 'warning.main', label: 'Stale' },
}

/** How a session stands, as a sign with its own shape; `label` adds the word. */
export function StatusMark({ status, label = false }: { status: Status | 'stale'; label?: boolean }) {
  const mark = MARKS[status]
  return (
    <Box
      component="span"
      sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.5, whiteSpace: 'nowrap' }}
    >
      <Icon
        path={mark.path}
        titleAccess={label ? '' : mark.label}
        sx={{ color: mark.colour, fontSize: '1rem' }}
      />
      {label && mark.label}
    </Box>
  )
}
