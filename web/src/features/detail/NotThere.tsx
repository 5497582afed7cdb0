import { mdiClose } from '@mdi/js'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { ApiError } from '@/shared/api/errors'
import { IconAction } from '@/shared/ui/IconAction'
import { Empty, Failure } from '@/shared/ui/states'

interface Props {
  error: Error
  titleId: string
  onRetry: () => void
  onClose: () => void
}

/** In place of a session that cannot be shown: there is none of that id, or it could not be asked for. */
export function NotThere({ error, titleId, onRetry, onClose }: Props) {
  // An id that cannot be one is refused with 422; for a reader both mean the same.
  const unknown = error instanceof ApiError && (error.status === 404 || error.status === 422)
  return (
    <Box sx={{ p: 2.5, display: 'grid', gap: 2 }}>
      <Box sx={{ display: 'flex', alignItems: 'center' }}>
        <Typography variant="h2" id={titleId} sx={{ flex: 1 }}>
          {unknown ? 'Session not found' : 'Session'}
        </Typography>
        <IconAction label="Close" path={mdiClose} onClick={onClose} />
      </Box>
      {unknown ? (
        <Empty title="There is no such session">
          <p>It may have been deleted, or the address is not complete.</p>
          <Button onClick={onClose} variant="outlined">
            To the list
          </Button>
        </Empty>
      ) : (
        <Failure error={error} onRetry={onRetry} />
      )}
    </Box>
  )
}
