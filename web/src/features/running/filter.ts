import type { OpenSession } from '@/shared/sessions/open'

/** What the address asks for; empty: everything. */
export interface Filter {
  search: string
  market: string
  strategy: string
}

/** From how many sessions on a filter is worth its place. */
export const MANY = 8

export function filterOf(params: URLSearchParams): Filter {
  return {
    search: params.get('search') ?? '',
    market: params.get('market') ?? '',
    strategy: params.get('strategy') ?? '',
  }
}

export function isSet({ search, market, strategy }: Filter): boolean {
  return [search.trim(), market, strategy].some((text) => text !== '')
}

/** The sessions that fit: each word of the text is in name, market, strategy, notes or id. */
export function fitting(sessions: readonly OpenSession[], filter: Filter): readonly OpenSession[] {
  if (!isSet(filter)) return sessions
  const words = filter.search.toLowerCase().split(/\s+/).filter(Boolean)
  return sessions.filter((session) => {
    if (filter.market && session.market !== filter.market) return false
    if (filter.strategy && session.strategy !== filter.strategy) return false
    const { name, market, strategy, notes, id } = session
    const text = `${name} ${market} ${strategy} ${notes ?? ''} ${id}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

/** The different values of a field, in their order, for a list to choose from; the chosen one stays in it. */
export function choices(
  sessions: readonly OpenSession[],
  field: 'market' | 'strategy',
  chosen: string,
): string[] {
  const values = new Set(sessions.map((session) => session[field]))
  if (chosen) values.add(chosen)
  return [...values].sort()
}
