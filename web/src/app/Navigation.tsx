import Box from '@mui/material/Box'
import { styled } from '@mui/material/styles'
import { Link, useLocation } from 'react-router'

const PAGES = [
  { to: '/running', label: 'Running', more: ' Sessions' },
  { to: '/scrapers', label: 'Scrapers', more: '' },
  { to: '/history', label: 'History', more: '' },
] as const

// They look like tabs, and are links: each leads to a page with an address of its own.
const PageLink = styled(Link)(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    ...theme.typography.button,
    display: 'block',
    padding: theme.spacing(1.5, 1),
    [theme.breakpoints.up('sm')]: { padding: theme.spacing(1.5, 2) },
    lineHeight: '24px',
    whiteSpace: 'nowrap',
    textDecoration: 'none',
    color: palette.text.secondary,
    borderBottom: '2px solid transparent',
    marginBottom: -1,
    '&:hover': { color: palette.text.primary },
    '&[aria-current]': { color: palette.primary.main, borderColor: palette.primary.main },
    '&:focus-visible': { outline: `2px solid ${palette.primary.main}`, outlineOffset: -4, borderRadius: 4 },
  }
})

/** The three lists. Comparing belongs to the history. */
export function Navigation() {
  const { pathname } = useLocation()
  const first = pathname === '/compare' ? '/history' : `/${pathname.split('/')[1] ?? ''}`
  return (
    <Box
      component="nav"
      aria-label="Pages"
      sx={{ display: 'flex', overflowX: 'auto', scrollbarWidth: 'none' }}
    >
      {PAGES.map(({ to, label, more }) => (
        <PageLink key={to} to={to} aria-current={first === to ? 'page' : undefined}>
          {label}
          <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
            {more}
          </Box>
        </PageLink>
      ))}
    </Box>
  )
}
