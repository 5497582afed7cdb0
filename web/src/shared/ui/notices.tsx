import { mdiClose } from '@mdi/js'
import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import Snackbar from '@mui/material/Snackbar'
import { createContext, use, useCallback, useState, type ReactNode } from 'react'
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

const NoticesContext = createContext<Notify>(() => undefined)
let nextId = 0

/** Tells people something that happened, in the corner of the page and to screen readers. */
export function useNotify(): Notify {
  return use(NoticesContext)
}

/** Shows notices one after the other; an error stays longer. */
export function NoticesProvider({ children }: { children: ReactNode }) {
  const [queue, setQueue] = useState<readonly Notice[]>([])
  const notify = useCallback<Notify>((message, severity, action) => {
    setQueue((waiting) => [
      ...waiting.filter((other) => other.severity === 'error').slice(-4),
      { id: nextId++, message, severity, action },
    ])
  }, [])
  const shown = queue[0]
  const close = (_event: unknown, reason?: string) => {
    if (reason !== 'clickaway') setQueue((waiting) => waiting.slice(1))
  }
  return (
    <NoticesContext value={notify}>
      {children}
      <Snackbar
        {...(shown ? { key: shown.id } : {})}
        open={shown !== undefined}
        autoHideDuration={durationOf(shown)}
        onClose={close}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      >
        <Alert
          severity={shown?.severity ?? 'info'}
          {...(shown?.action ? { action: <Act action={shown.action} onDone={close} /> } : { onClose: close })}
          variant="filled"
          sx={{ maxWidth: 560 }}
        >
          {shown?.message}
        </Alert>
      </Snackbar>
    </NoticesContext>
  )
}

function durationOf(shown: Notice | undefined): number {
  if (shown?.severity === 'error') return 12_000
  return shown?.action ? 6_000 : 3_000
}

function Act({ action, onDone }: { action: NoticeAction; onDone: (event: unknown) => void }) {
  return (
    <>
      <Button
        color="inherit"
        onClick={(event) => {
          onDone(event)
          action.run()
        }}
      >
        {action.label}
      </Button>
      <IconAction label="Close" path={mdiClose} color="inherit" onClick={onDone} />
    </>
  )
}
