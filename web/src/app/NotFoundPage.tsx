import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'

export function NotFoundPage() {
  return (
    <Box sx={{ py: 6, textAlign: 'center' }}>
      <Typography variant="h1" gutterBottom>
        There is no such page
      </Typography>
      <Typography color="textSecondary" gutterBottom>
        The address may be mistyped, or belong to something that is gone.
      </Typography>
      <Button component={Link} to="/running" variant="outlined">
        To the running sessions
      </Button>
    </Box>
  )
}
