import { mdiClose } from '@mdi/js'
import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import Typography from '@mui/material/Typography'
import { IconAction } from '@/shared/ui/IconAction'

/** The head while its session loads, as high as it will be. */
export function HeadSkeleton({ titleId, onClose }: { titleId: string; onClose: () => void }) {
  return (
    <Box sx={{ px: { xs: 1.5, sm: 2.5 }, pt: 1.5, pb: 1 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', minHeight: 34 }}>
        <Typography variant="h2" id={titleId} sx={{ flex: 1 }} aria-label="Session is loading">
          <Skeleton width={220} />
        </Typography>
        <IconAction label="Close" path={mdiClose} onClick={onClose} />
      </Box>
      <Skeleton width={340} />
      <Skeleton width={280} sx={{ mb: 1 }} />
    </Box>
  )
}
