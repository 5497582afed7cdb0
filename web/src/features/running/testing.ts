import type { OpenSession } from '@/shared/sessions/open'

/** A session for tests: running unless told otherwise. */
export function session(fields: Partial<OpenSession> & { id: string }): OpenSession {
  return {
    name: fields.id,
    type: 'test',
    market: 'XBTUSD',
    exchange: 'sandbox',
    strategy: 'TestBot',
    status: 'running',
    allowed: ['stop', 'pause'],
    created_at: 100,
    started_at: 200,
    stopped_at: null,
    last_updated: 300,
    seconds_since_update: 1,
    is_stale: false,
    pid: 1,
    run: 1,
    trade_count: 0,
    total_pnl: 0,
    win_rate: 0,
    max_drawdown: 0,
    unrealised_pnl_usd: null,
    progress: null,
    data_points: null,
    archive_folder: null,
    range_start: null,
    range_end: null,
    cloned_from: null,
    notes: null,
    heardAt: 300_000,
    ...fields,
  }
}
