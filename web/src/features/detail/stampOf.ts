import { isLive } from '@/shared/sessions/open'
import type { Shown } from './useSession'

/** Changes with everything that may change a session's figures: run, state, trades and, while it lives, heartbeats. */
export function stampOf(session: Shown): string {
  const beat = isLive(session) ? (session.last_updated ?? 0) : 0
  return [session.run, session.status, session.trade_count, beat].join(' ')
}
