import {
  mdiAlert,
  mdiAlertCircle,
  mdiCheckCircle,
  mdiCircle,
  mdiCircleOutline,
  mdiPauseCircle,
  mdiStopCircle,
} from '@mdi/js'
import { styled } from '@mui/material/styles'
import type { Status } from '@/shared/api/types'

const MARKS: Record<Status | 'stale', { path: string; tone: Tone; label: string }> = {
  created: { path: mdiCircleOutline, tone: 'quiet', label: 'Not started' },
  running: { path: mdiCircle, tone: 'good', label: 'Running' },
  paused: { path: mdiPauseCircle, tone: 'quiet', label: 'Paused' },
  stopped: { path: mdiStopCircle, tone: 'quiet', label: 'Stopped' },
  completed: { path: mdiCheckCircle, tone: 'good', label: 'Completed' },
  failed: { path: mdiAlertCircle, tone: 'bad', label: 'Failed' },
  stale: { path: mdiAlert, tone: 'doubtful', label: 'Stale' },
}

type Tone = 'quiet' | 'good' | 'bad' | 'doubtful'

// Plain elements with one style: each row of the long lists has a mark.
const Mark = styled('span')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    display: 'inline-flex',
    alignItems: 'center',
    gap: theme.spacing(0.5),
    whiteSpace: 'nowrap',
    '& svg': { width: '1rem', height: '1rem', flexShrink: 0, fill: 'currentColor', userSelect: 'none' },
    '&[data-tone="quiet"] svg': { color: palette.text.secondary },
    '&[data-tone="good"] svg': { color: palette.gain },
    '&[data-tone="bad"] svg': { color: palette.error.main },
    '&[data-tone="doubtful"] svg': { color: palette.warning.main },
  }
})

/** How a session stands, as a sign with its own shape; `label` adds the word. */
export function StatusMark({ status, label = false }: { status: Status | 'stale'; label?: boolean }) {
  const mark = MARKS[status]
  return (
    <Mark data-tone={mark.tone}>
      <svg viewBox="0 0 24 24" {...(label ? { 'aria-hidden': true } : { role: 'img' })}>
        <path d={mark.path} />
        {!label && <title>{mark.label}</title>}
      </svg>
      {label && mark.label}
    </Mark>
  )
}
