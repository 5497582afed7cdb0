import type { SessionsQuery, SessionType, Status } from '@/shared/api/types'
import { oneOf, pageOf } from '@/shared/url/params'
import { asText, sortOf, type Sort } from '@/shared/url/sort'

/** Sessions that ended, one way or another. */
export const ENDED = ['stopped', 'completed', 'failed'] as const satisfies readonly Status[]
const TYPES = ['test', 'backtest', 'scraper'] as const satisfies readonly SessionType[]
export const PERIODS = ['all', '24h', '7d', '30d', 'own'] as const
export const SIZES = [20, 50, 100, 200] as const

export const SORTABLE = [
  'name',
  'type',
  'market',
  'strategy',
  'status',
  'trade_count',
  'total_pnl',
  'win_rate',
  'max_drawdown',
  'duration',
  'stopped_at',
] as const
export type SortField = (typeof SORTABLE)[number]

const DAY = 86_400
const SECONDS: Partial<Record<Period, number>> = { '24h': DAY, '7d': 7 * DAY, '30d': 30 * DAY }

export type Period = (typeof PERIODS)[number]

/** What of the history is shown, as the address says it. */
export interface Filter {
  type: SessionType | ''
  status: (typeof ENDED)[number] | ''
  market: string
  strategy: string
  search: string
  period: Period
  /** Own dates, as YYYY-MM-DD in local time; both days belong to the period. */
  from: string
  to: string
  sort: Sort<SortField>
  page: number
  size: number
}

export function filterOf(params: URLSearchParams): Filter {
  const size = Number(params.get('size'))
  return {
    type: oneOf(params.get('type'), ['', ...TYPES]),
    status: oneOf(params.get('status'), ['', ...ENDED]),
    market: params.get('market') ?? '',
    strategy: params.get('strategy') ?? '',
    search: params.get('search') ?? '',
    period: oneOf(params.get('period'), PERIODS),
    from: params.get('from') ?? '',
    to: params.get('to') ?? '',
    sort: sortOf(params.get('sort'), SORTABLE, { field: 'stopped_at', descending: true }),
    page: pageOf(params, 'page'),
    size: SIZES.find((one) => one === size) ?? SIZES[0],
  }
}

/** Whether it leaves sessions out. */
export function isNarrow({ type, status, market, strategy, search, period }: Filter): boolean {
  return [type, status, market, strategy, search].some(Boolean) || period !== 'all'
}

/** What takes the whole filter out of the address; order and page size stay. */
export const EVERYTHING = {
  type: null,
  status: null,
  market: null,
  strategy: null,
  search: null,
  period: null,
  from: null,
  to: null,
  page: null,
}

/** The question to the API, at `now` in milliseconds. */
export function questionOf(filter: Filter, now: number): SessionsQuery {
  const { type, status, market, strategy, search, sort, page, size } = filter
  return {
    status: status || ENDED.join(','),
    ...(type && { type }),
    ...(market && { market }),
    ...(strategy && { strategy }),
    ...(search.trim() && { search: search.trim() }),
    ...bounds(filter, now),
    sort: asText(sort),
    limit: size,
    offset: (page - 1) * size,
  }
}

function bounds({ period, from, to }: Filter, now: number): SessionsQuery {
  if (period === 'own') {
    const first = startOfDay(from, 0)
    const end = startOfDay(to, 1)
    return {
      ...(first !== null && { stopped_after: first }),
      ...(end !== null && { stopped_before: end }),
    }
  }
  const seconds = SECONDS[period]
  return seconds ? { stopped_after: Math.floor(now / 1000) - seconds } : {}
}

/** Unix seconds at which a local day begins, or one that many days later; null for what is no date. */
export function startOfDay(date: string, later: number): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(date)
  if (!match) return null
  const at = new Date(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + later).getTime()
  return Number.isNaN(at) ? null : Math.max(0, Math.floor(at / 1000))
}
