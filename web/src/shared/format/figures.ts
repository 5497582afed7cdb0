import { count, money, NONE, percent, plain } from '@/shared/format/numbers'
import { dateTime, duration } from '@/shared/format/time'
import type { Figure } from '@/shared/api/types'

/** Digits that a small percentage needs to be more than nothing. */
function digitsOfPercent(value: number): number {
  const size = Math.abs(value)
  return size === 0 || size >= 1 ? 2 : 4
}

/** A figure as it is read; null, and what is no number, has no value. */
export function valueOf(value: unknown, unit: Figure['unit'], settle: string, { sign = true } = {}): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'number' || !Number.isFinite(value)) return NONE
  switch (unit) {
    case 'percent':
      return percent(value, digitsOfPercent(value))
    case 'settle':
      return money(value, settle, { sign })
    case 'usd':
      return money(value, 'USD', { sign })
    case 'seconds':
      return duration(value)
    case 'time':
      return dateTime(value)
    case 'count':
      return count(value)
    case 'bars':
      return `${plain(value, 1)} bars`
    default:
      return plain(value, 3)
  }
}

// Balances, costs, volumes and spreads are no results: a plus before them would say something else.
const LEVELS = /equity|balance|_top$|_bottom$|_amount$|^fees|_fees|slippage|costs|volume|_value$|deviation/

/** Whether a figure is a result, which has a sign and a colour. */
export function isResult({ key, unit }: Pick<Figure, 'key' | 'unit'>): boolean {
  return (unit === 'settle' || unit === 'usd') && !LEVELS.test(key)
}
