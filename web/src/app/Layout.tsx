import { mdiPlus } from '@mdi/js'
import AppBar from '@mui/material/AppBar'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Container from '@mui/material/Container'
import Toolbar from '@mui/material/Toolbar'
import Typography from '@mui/material/Typography'
import { Link, Outlet, ScrollRestoration, useLocation } from 'react-router'
import { LiveProvider } from '@/shared/live/LiveProvider'
import { Icon } from '@/shared/ui/Icon'
import { Banners } from './Banners'
import { Navigation } from './Navigation'
import { PageFocus } from './PageFocus'
import { Shortcuts } from './Shortcuts'
import { ThemeSwitch } from './ThemeSwitch'
import { Title } from './Title'
import { TokenGate } from './TokenGate'

/** The page under which New session opens: the list one is looking at. */
function listOf(pathname: string): string {
  const first = pathname.split('/')[1] ?? ''
  return ['scrapers', 'history'].includes(first) ? `/${first}` : '/running'
}

export function Layout() {
  const { pathname, search } = useLocation()
  const list = listOf(pathname)
  const type = list === '/scrapers' ? 'type=scraper' : ''
  const newSession = { pathname: `${list}/new`, search: search && !type ? search : type }
  return (
    <TokenGate>
      <LiveProvider>
        <SkipLink />
        <AppBar
          position="sticky"
          color="default"
          elevation={0}
          sx={{ borderBottom: 1, borderColor: 'divider' }}
        >
          <Toolbar variant="dense" sx={{ gap: { xs: 0.5, sm: 1 }, px: { xs: 1, sm: 3 } }}>
            <Typography
              component={Link}
              to="/running"
              sx={{
                fontWeight: 750,
                color: 'inherit',
                textDecoration: 'none',
                mr: 1,
                display: { xs: 'none', sm: 'block' },
              }}
            >
              Botyard
            </Typography>
            <Navigation />
            <Box sx={{ flex: 1 }} />
            <ThemeSwitch />
            <Button
              component={Link}
              to={newSession}
              variant="contained"
              aria-label="New Session"
              sx={{ minWidth: 0, gap: 0.5 }}
            >
              <Icon path={mdiPlus} />
              <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
                New Session
              </Box>
            </Button>
          </Toolbar>
        </AppBar>
        <Title />
        <PageFocus />
        <Shortcuts newSession={newSession} />
        <Container component="main" id="content" tabIndex={-1} maxWidth="lg" sx={{ py: 2, outline: 'none' }}>
          <Banners />
          <Outlet />
        </Container>
        <ScrollRestoration getKey={(location) => location.pathname.split('/')[1] ?? ''} />
      </LiveProvider>
    </TokenGate>
  )
}

function SkipLink() {
  return (
    <Box
      component="a"
      href="#content"
      onClick={(event) => {
        event.preventDefault()
        document.getElementById('content')?.focus()
      }}
      sx={{
        position: 'absolute',
        left: -9999,
        zIndex: 2000,
        p: 1,
        bgcolor: 'background.paper',
        '&:focus': { left: 8, top: 8 },
      }}
    >
      Skip to content
    </Box>
  )
}
