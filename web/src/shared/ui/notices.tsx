import Alert from '@mui/material/Alert'
import Snackbar from '@mui/material/Snackbar'
import { createContext, use, useCallback, useState, type ReactNode } from 'react'

type Severity = 'success' | 'info' | 'warning' | 'error'
type Notify = (message: string, severity: Severity) => void

interface Notice {
  id: number
  message: string
  severity: Severity
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
  const notify = useCallback<Notify>((message, severity) => {
    setQueue((waiting) => [
      ...waiting.filter((other) => other.severity === 'error').slice(-4),
      { id: nextId++, message, severity },
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
        autoHideDuration={shown?.severity === 'error' ? 12_000 : 3_000}
        onClose={close}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
      >
        <Alert severity={shown?.severity ?? 'info'} onClose={close} variant="filled" sx={{ maxWidth: 560 }}>
          {shown?.message}
        </Alert>
      </Snackbar>
    </NoticesContext>
  )
}
