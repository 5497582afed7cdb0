import type { Session, SessionType } from '@/shared/api/types'
import { dateTime, duration } from '@/shared/format/time'
import { NONE } from '@/shared/format/numbers'

export const TYPE_NAMES: Record<SessionType, string> = {
  test: 'Live test',
  backtest: 'Backtest',
  scraper: 'Scraper',
}

/** How long a session ran, from its last start to its end. */
export function ranFor({ started_at, stopped_at }: Pick<Session, 'started_at' | 'stopped_at'>): string {
  if (started_at == null || stopped_at == null) return NONE
  return stopped_at > started_at ? duration(stopped_at - started_at) : '< 1s'
}

/** Whether it has figures of trades: a scraper has none. */
export function trades({ type }: Pick<Session, 'type'>): boolean {
  return type !== 'scraper'
}

/** When a session ended, to the minute; the year only where it is another. */
export function ended(seconds: number): string {
  const minute = dateTime(seconds).slice(0, 16)
  const year = dateTime(Date.now() / 1000).slice(0, 5)
  return minute.startsWith(year) ? minute.slice(5) : minute
}
