import { mdiClose } from '@mdi/js'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import Typography from '@mui/material/Typography'
import useMediaQuery from '@mui/material/useMediaQuery'
import { useId, type ReactNode } from 'react'
import { IconAction } from '@/shared/ui/IconAction'

interface Props {
  title: string
  children: ReactNode
  actions?: ReactNode
  onClose: () => void
}

/** The frame of the form: a dialog over the list, a page of its own on a phone. */
export function FormDialog({ title, children, actions, onClose }: Props) {
  const id = useId()
  const phone = useMediaQuery((theme) => theme.breakpoints.down('sm'))
  return (
    <Dialog
      open
      onClose={onClose}
      fullScreen={phone}
      fullWidth
      maxWidth="md"
      aria-labelledby={id}
      slotProps={{ paper: { sx: { maxWidth: { sm: 760 } } } }}
    >
      <DialogTitle component="div" sx={{ display: 'flex', alignItems: 'center', py: 1.25, pr: 1.5 }}>
        <Typography
          id={id}
          component="h2"
          variant="h2"
          sx={{ flex: 1, minWidth: 0, overflowWrap: 'anywhere' }}
        >
          {title}
        </Typography>
        <IconAction label="Close" path={mdiClose} onClick={onClose} />
      </DialogTitle>
      <DialogContent dividers sx={{ display: 'grid', gap: 2.5, alignContent: 'start' }}>
        {children}
      </DialogContent>
      {actions && <DialogActions sx={{ flexWrap: 'wrap', px: 3, py: 1.5 }}>{actions}</DialogActions>}
    </Dialog>
  )
}
