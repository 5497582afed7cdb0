import type { Query, QueryClient, QueryKey } from '@tanstack/react-query'

/** What the event stream keeps up to date. */
const OF_SESSIONS = new Set<unknown>(['open', 'history', 'session'])

/**
 * Asks again for everything that was asked for before the stream stood: what happened between the two was told to
 * nobody.
 */
export function catchUp(client: QueryClient, { all }: { all: boolean }): void {
  const early = client.getQueryCache().findAll({
    predicate: ({ queryKey, state }) =>
      (all || OF_SESSIONS.has(queryKey[0])) && (state.status !== 'pending' || state.fetchStatus !== 'idle'),
  })
  for (const query of early) void afterwards(client, query)
}

/** Asks again for one query, where it was asked for at all. */
export function askAgain(client: QueryClient, queryKey: QueryKey): void {
  const query = client.getQueryCache().find({ queryKey })
  if (query) void afterwards(client, query)
}

/** A first answer that is on its way is let arrive, so that nothing is shown later for being asked for twice. */
async function afterwards(client: QueryClient, query: Query): Promise<void> {
  if (query.state.status === 'pending') {
    try {
      await query.promise
    } catch {
      return // its page says so and offers to try again
    }
  }
  await client.invalidateQueries({ queryKey: query.queryKey, exact: true })
}
