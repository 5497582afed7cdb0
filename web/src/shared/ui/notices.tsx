import { mdiClose } from '@mdi/js'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Portal from '@mui/material/Portal'
import { styled } from '@mui/material/styles'
import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react'
import { IconAction } from './IconAction'

type Severity = 'success' | 'info' | 'warning' | 'error'
/** What can be done about it, such as looking at what was made. */
export interface NoticeAction {
  label: string
  run: () => void
}
type Notify = (message: string, severity: Severity, action?: NoticeAction) => void

interface Notice {
  id: number
  message: string
  severity: Severity
  action: NoticeAction | undefined
}

/** More wait until there is room. */
const AT_ONCE = 4

const NoticesContext = createContext<Notify>(() => undefined)
let nextId = 0

/** Tells people something that happened, in the corner of the page and to screen readers. */
export function useNotify(): Notify {
  return use(NoticesContext)
}

/** Shows notices below each other, the newest last, and those that find no room after these. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const [queue, setQueue] = useState<readonly Notice[]>([])
  const notify = useCallback<Notify>((message, severity, action) => {
    setQueue((waiting) => [...waiting, { id: nextId++, message, severity, action }])
  }, [])
  const close = useCallback((id: number) => {
    setQueue((waiting) => waiting.filter((other) => other.id !== id))
  }, [])
  return (
    <NoticesContext value={notify}>
      {children}
      {queue.length > 0 && (
        // Beside the page and not in it: an open dialog hides the page from those who listen.
        <Portal>
          <Corner>
            {queue.slice(0, AT_ONCE).map((notice) => (
              <Shown key={notice.id} notice={notice} onClose={close} />
            ))}
          </Corner>
        </Portal>
      )}
    </NoticesContext>
  )
}

const Corner = styled('div')(({ theme }) => ({
  position: 'fixed',
  left: theme.spacing(2),
  right: theme.spacing(2),
  bottom: theme.spacing(2),
  zIndex: theme.zIndex.snackbar,
  display: 'grid',
  justifyItems: 'start',
  gap: theme.spacing(1),
  pointerEvents: 'none',
  '& > *': { pointerEvents: 'auto', maxWidth: 'min(560px, 100%)' },
}))

/** One notice, which stays as long as somebody points at it or has the focus in it. */
function Shown({ notice, onClose }: { notice: Notice; onClose: (id: number) => void }) {
  const { id, message, severity, action } = notice
  const [held, setHeld] = useState(false)
  const close = () => onClose(id)
  useEffect(() => {
    if (held) return
    const timer = window.setTimeout(() => onClose(id), durationOf(notice))
    return () => window.clearTimeout(timer)
  }, [held, id, notice, onClose])
  return (
    <Alert
      severity={severity}
      role={severity === 'error' ? 'alert' : 'status'}
      variant="filled"
      {...(action ? { action: <Act action={action} onDone={close} /> } : { onClose: close })}
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      {message}
    </Alert>
  )
}

function durationOf({ severity, action }: Notice): number {
  if (severity === 'error') return 12_000
  return action ? 6_000 : 3_000
}

function Act({ action, onDone }: { action: NoticeAction; onDone: () => void }) {
  return (
    <>
      <Button
        color="inherit"
        onClick={() => {
          onDone()
          action.run()
        }}
      >
        {action.label}
      </Button>
      <IconAction label="Close" path={mdiClose} color="inherit" onClick={onDone} />
    </>
  )
}
