import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import { count } from '@/shared/format/numbers'

interface Props {
  number: number
  staleSeconds: number
  onShow: () => void
}

/** Above all else: sessions that went silent. The list has them in their group, which may be far below. */
export function StaleAlert({ number, staleSeconds, onShow }: Props) {
  if (number === 0) return null
  const who = number === 1 ? '1 session is' : `${count(number)} sessions are`
  return (
    <Alert
      severity="warning"
      sx={{ mb: 1.5, py: 0.25 }}
      action={
        <Button color="inherit" onClick={onShow}>
          Show
        </Button>
      }
    >
      {who} stale: no heartbeat for more than {staleSeconds} seconds.
    </Alert>
  )
}
