import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Skeleton from '@mui/material/Skeleton'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { wordsOf } from '@/shared/api/errors'

/** Nothing is there, or nothing fits the filter: what that means, and what can be done. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Paper sx={{ p: 4, textAlign: 'center' }}>
      <Typography variant="h3" component="p" gutterBottom>
        {title}
      </Typography>
      <Box sx={{ color: 'text.secondary' }}>{children}</Box>
    </Paper>
  )
}

/** Something could not be loaded: why, and a button that tries again. */
export function Failure({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  return (
    <Alert
      severity="error"
      action={
        onRetry && (
          <Button color="inherit" onClick={onRetry}>
            Try again
          </Button>
        )
      }
    >
      {wordsOf(error)}
    </Alert>
  )
}

/** Grey bars where rows will be, as high as they will be, so that nothing jumps. */
export function RowSkeletons({ rows, height }: { rows: number; height: number }) {
  return (
    <Stack spacing={1} role="status" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} variant="rounded" height={height} />
      ))}
    </Stack>
  )
}
