import { useLocation, useNavigate } from 'react-router'

/** What only the form reads of the address. On the history, type and market are also filters of its list. */
const OWN: Readonly<Record<string, readonly string[]>> = {
  history: ['clone', 'strategy'],
  scrapers: ['clone', 'strategy', 'type', 'market'],
}
const USUAL = ['clone', 'strategy', 'type', 'market', 'exchange']

/** Address of the list below which the form has opened. */
export function listBelow(pathname: string, search: string): { pathname: string; search: string } {
  const list = pathname.split('/')[1] ?? 'running'
  const params = new URLSearchParams(search)
  for (const name of OWN[list] ?? USUAL) params.delete(name)
  return { pathname: `/${list}`, search: params.toString() }
}

/** Leads back to the list. */
export function useToList(): () => void {
  const { pathname, search } = useLocation()
  const navigate = useNavigate()
  return () => void navigate(listBelow(pathname, search), { preventScrollReset: true })
}
