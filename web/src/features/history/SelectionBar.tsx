import { mdiScaleBalance } from '@mdi/js'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import { Link } from 'react-router'
import { count } from '@/shared/format/numbers'
import { Icon } from '@/shared/ui/Icon'
import { obstacle, type Selection } from './selection'

interface Props {
  selection: Selection
  onClear: () => void
  onDelete: () => void
}

/** What can be done with the ticked sessions. It keeps its place while nothing is ticked, so that no row jumps. */
export function SelectionBar({ selection, onClear, onDelete }: Props) {
  const hindrance = obstacle(selection)
  const number = selection.size
  return (
    <Paper
      role="group"
      aria-label="Ticked sessions"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        px: 1.25,
        py: 0.5,
        mb: 1,
        minHeight: 42,
      }}
    >
      <Box
        component="span"
        role="status"
        sx={{ fontSize: '0.875rem', color: number > 0 ? 'text.primary' : 'text.secondary' }}
      >
        {number > 0 && `${count(number)} ticked`}
        {number > 0 && hindrance && ' · '}
        {hindrance}
      </Box>
      <Box sx={{ flex: 1 }} />
      {number > 0 && (
        <>
          <Button onClick={onClear}>Untick all</Button>
          <Button color="error" onClick={onDelete}>
            Delete {count(number)} {number === 1 ? 'session' : 'sessions'}
          </Button>
          <Button
            variant="contained"
            startIcon={<Icon path={mdiScaleBalance} />}
            disabled={hindrance !== null}
            component={Link}
            to={`/compare?sessions=${[...selection.keys()].join(',')}`}
          >
            Compare
          </Button>
        </>
      )}
    </Paper>
  )
}
