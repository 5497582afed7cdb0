/** Parameters of the data panel; those of the page are `on` (its exchange) and `search`. */
export const PANEL = ['exchange', 'from', 'to'] as const

/** Where the recorded data of a market are shown. */
export function dataPlace(
  market: string,
  exchange: string,
  search: string,
): { pathname: string; search: string } {
  const params = withoutPanel(search)
  params.set('exchange', exchange)
  return { pathname: `/scrapers/data/${encodeURIComponent(market)}`, search: params.toString() }
}

/** The list's own parameters. */
export function withoutPanel(search: string): URLSearchParams {
  const params = new URLSearchParams(search)
  for (const name of PANEL) params.delete(name)
  return params
}
