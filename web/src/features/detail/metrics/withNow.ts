import type { EquityPoint } from '@/shared/api/types'

/** The curve with what the last heartbeat told, where that is newer than its last point. */
export function withNow(
  points: readonly EquityPoint[],
  equity: number | undefined,
  at: number | undefined,
): readonly EquityPoint[] {
  const last = points.at(-1)
  if (equity === undefined || at === undefined || (last && at <= last.timestamp)) return points
  const highest = points.reduce((top, point) => Math.max(top, point.equity), equity)
  const drawdown = highest > 0 ? (1 - equity / highest) * 100 : 0
  return [...points, { timestamp: at, equity, drawdown }]
}
