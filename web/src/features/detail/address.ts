import { useCallback, useMemo } from 'react'
import { useLocation, useResolvedPath, type To } from 'react-router'
import { useParamsPatch, type Patch } from '@/shared/url/params'

/**
 * The panel lies over a list whose filters stay in its address. What belongs to a tab begins with this, so that the
 * two never meet, and is left behind with the tab.
 */
export const OF_TAB = 'tab-'

export const TABS = ['metrics', 'trades', 'logs', 'parameters', 'events'] as const
export type TabName = (typeof TABS)[number]

export const TITLES: Record<TabName, string> = {
  metrics: 'Metrics',
  trades: 'Trades',
  logs: 'Live Logs',
  parameters: 'Parameters',
  events: 'Events',
}

export function isTab(name: string): name is TabName {
  return (TABS as readonly string[]).includes(name)
}

/** The search of the list below: without what belongs to a tab. */
export function searchOfList(search: string): string {
  const params = new URLSearchParams(search)
  for (const name of [...params.keys()]) {
    if (name.startsWith(OF_TAB)) params.delete(name)
  }
  const text = params.toString()
  return text && `?${text}`
}

/** Where things are from here: the list below and other tabs, each with the list's search. */
export function useAddresses(id: string): { list: To; tab: (name: TabName) => To; edit: To; clone: To } {
  const { pathname } = useResolvedPath('..')
  const { search } = useLocation()
  return useMemo(() => {
    const kept = searchOfList(search)
    const below = (path: string): string => `${pathname.replace(/\/$/, '')}/${path}`
    return {
      list: { pathname, search: kept },
      tab: (name) => ({ pathname: below(`${id}/${name}`), search: kept }),
      edit: { pathname: below(`edit/${id}`), search: kept },
      clone: { pathname: below('new'), search: `?clone=${id}` },
    }
  }, [id, pathname, search])
}

/**
 * One parameter of a tab in the address, such as its page: `const [page, setPage] = useTabParam('page')`.
 * Several change together with `useTabParams`.
 */
export function useTabParam(name: string): [string | null, (value: string | null) => void] {
  const [params, setParams] = useTabParams()
  return [params(name), useCallback((value) => setParams({ [name]: value }), [name, setParams])]
}

/** Parameters of a tab in the address; null takes one away. They replace, so that Back leads to the list. */
export function useTabParams(): [(name: string) => string | null, (changes: Patch) => void] {
  const [search, patch] = useParamsPatch()
  const get = useCallback((name: string) => search.get(OF_TAB + name), [search])
  const set = useCallback(
    (changes: Patch) => {
      const named = Object.entries(changes).map(([name, value]) => [OF_TAB + name, value])
      patch(Object.fromEntries(named) as Patch, { replace: true })
    },
    [patch],
  )
  return [get, set]
}
