import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { wordsOf } from '@/shared/api/errors'

/** What was typed before is there again. */
export function RestoredNote({ onStartOver }: { onStartOver: () => void }) {
  return (
    <Alert
      severity="info"
      variant="outlined"
      sx={{ py: 0 }}
      action={
        <Button color="inherit" onClick={onStartOver}>
          Start over
        </Button>
      }
    >
      This is what you had typed before.
    </Alert>
  )
}

interface SummaryProps {
  /** Problems that belong to no field that is shown. */
  others: readonly [string, string][]
  /** What went wrong with the request as a whole. */
  error: unknown
}

/** What is wrong beyond the fields. */
export function Summary({ others, error }: SummaryProps) {
  if (others.length === 0 && !error) return null
  return (
    <Alert severity="error" tabIndex={-1} data-summary>
      {Boolean(error) && wordsOf(error)}
      {others.length > 0 && (
        <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
          {others.map(([path, message]) => (
            <li key={path}>
              {path}: {message}
            </li>
          ))}
        </Box>
      )}
    </Alert>
  )
}
