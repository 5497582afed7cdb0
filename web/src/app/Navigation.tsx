import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import { Link, useLocation } from 'react-router'

const PAGES = [
  { to: '/running', label: 'Running Sessions', short: 'Running' },
  { to: '/scrapers', label: 'Scrapers', short: 'Scrapers' },
  { to: '/history', label: 'History', short: 'History' },
] as const

/** The three lists. Comparing belongs to the history. */
export function Navigation() {
  const { pathname } = useLocation()
  const first = pathname === '/compare' ? '/history' : `/${pathname.split('/')[1] ?? ''}`
  const current = PAGES.some((page) => page.to === first) ? first : false
  return (
    <Tabs value={current} component="nav" aria-label="Pages" variant="scrollable" scrollButtons={false}>
      {PAGES.map((page) => (
        <Tab
          key={page.to}
          value={page.to}
          label={page.label}
          component={Link}
          to={page.to}
          aria-current={current === page.to ? 'page' : undefined}
          role={undefined}
        />
      ))}
    </Tabs>
  )
}
