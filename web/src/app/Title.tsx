import { useQuery } from '@tanstack/react-query'
import { useLocation, useMatches } from 'react-router'
import { sessionQuery } from '@/shared/api/queries'

const PAGES: Record<string, string> = {
  running: 'Running sessions',
  scrapers: 'Scrapers',
  history: 'History',
  compare: 'Compare',
}

/** The title of the window: what is open over the page, the page, the product. */
export function Title() {
  const { pathname } = useLocation()
  const id = useMatches().at(-1)?.params.id
  const { data: session } = useQuery({ ...sessionQuery(id ?? ''), enabled: id !== undefined })
  return <title>{titleOf(pathname, session?.name)}</title>
}

/** @param name of the session that is open, where it is known. */
export function titleOf(pathname: string, name?: string): string {
  const [page = '', panel = '', what = ''] = pathname.split('/').filter(Boolean)
  const shown = PAGES[page] ?? 'No such page'
  return [panelOf(panel, what, name), shown, 'Botyard'].filter(Boolean).join(' \u2013 ')
}

function panelOf(panel: string, what: string, name?: string): string {
  switch (panel) {
    case '':
      return ''
    case 'new':
      return 'New session'
    case 'edit':
      return name ? `Edit ${name}` : 'Edit session'
    case 'data':
      return `Data of ${decodeURIComponent(what)}`
    default:
      return name ?? 'Session'
  }
}
