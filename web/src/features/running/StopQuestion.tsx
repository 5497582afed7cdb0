import Typography from '@mui/material/Typography'
import { count } from '@/shared/format/numbers'
import { ConfirmDialog } from '@/shared/ui/ConfirmDialog'

interface Props {
  number: number
  onClose: () => void
  onConfirm: () => void
}

export function StopQuestion({ number, onClose, onConfirm }: Props) {
  const what = `${count(number)} sessions`
  return (
    <ConfirmDialog
      open
      title={`Stop ${what}?`}
      action={`Stop ${what}`}
      onClose={onClose}
      onConfirm={onConfirm}
    >
      <Typography>
        They stop trading and move to the history. Open positions are kept for the next start.
      </Typography>
    </ConfirmDialog>
  )
}
