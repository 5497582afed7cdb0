import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { Link } from 'react-router'
import { OriginNotice } from '@/shared/sessions/OriginNotice'
import { DEMONSTRATION, useDemonstration } from './demonstration'

/** The first visit: what this is, what a session is, and one that can be watched after one click. */
export function WelcomePage() {
  const { start, starting } = useDemonstration()
  return (
    <Paper sx={{ p: { xs: 2, sm: 4 }, maxWidth: 720, mx: 'auto', mt: { xs: 0, sm: 3 } }}>
      <Typography variant="h1" gutterBottom>
        Welcome to Botyard
      </Typography>
      <Typography sx={{ mb: 2 }}>
        Botyard runs trading strategies on this machine and keeps them running for months. Each one trades on
        paper with live prices, or over the past as a backtest. You see all that it does: its log, its trades,
        its figures.
      </Typography>
      <Typography variant="h2" gutterBottom>
        What is a session?
      </Typography>
      <Typography sx={{ mb: 2 }}>
        A session is one strategy on one market with its own parameters, run as a process of its own. You
        start, pause and stop it here. When it ends it stays in the history until you delete it.
      </Typography>
      <Typography variant="h2" gutterBottom>
        See one trade
      </Typography>
      <Typography sx={{ mb: 2 }}>
        The demonstration trades {DEMONSTRATION.market} with the strategy {DEMONSTRATION.strategy}, tuned to
        trade often rather than well. The first trade is there within a minute or two. No money is involved,
        and no internet is needed.
      </Typography>
      <Box sx={{ mb: 1 }}>
        <OriginNotice exchanges={[DEMONSTRATION.exchange]} />
      </Box>
      <Stack direction="row" sx={{ gap: 1, flexWrap: 'wrap' }}>
        <Button variant="contained" size="medium" onClick={() => start()} loading={starting}>
          Start a demonstration
        </Button>
        <Button component={Link} to="/running/new" variant="outlined" size="medium">
          New session
        </Button>
      </Stack>
    </Paper>
  )
}
