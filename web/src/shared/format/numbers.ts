/** Numbers as people read them: a true minus, grouped thousands, the sign where it means something. */

const MINUS = '\u2212'
/** What stands where there is no value. */
export const NONE = '\u2013'

function format(value: number, options: Intl.NumberFormatOptions): string {
  // Negative zero, and what rounds to it, has no sign.
  return new Intl.NumberFormat('en-US', { signDisplay: 'negative', ...options })
    .format(value)
    .replace('-', MINUS)
}

/** A whole number: 8,432. */
export function count(value: number | null | undefined): string {
  return value == null ? NONE : format(value, { maximumFractionDigits: 0 })
}

/** A price or a size with as many digits as it has, eight at most: 89,450.5. */
export function plain(value: number | null | undefined, digits = 8): string {
  return value == null ? NONE : format(value, { maximumFractionDigits: digits })
}

/** Percent with one digit: 62.2 %. Space and sign hold together. */
export function percent(value: number | null | undefined, digits = 1): string {
  if (value == null) return NONE
  return `${format(value, { minimumFractionDigits: digits, maximumFractionDigits: digits })}\u00a0%`
}

/** Digits behind the point of an amount: cents of dollars, eight of coins. */
export function digitsOf(currency: string): number {
  return /^(USD|USDT|USDC|EUR)$/.test(currency) ? 2 : 8
}

/** An amount with its currency and its sign: +1,234.50 USD. */
export function money(value: number | null | undefined, currency: string, { sign = true } = {}): string {
  if (value == null) return NONE
  const digits = digitsOf(currency)
  const amount = format(value, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    ...(sign ? { signDisplay: 'exceptZero' } : {}),
  })
  return `${amount}\u00a0${currency}`
}

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** Bytes in a unit that fits: 6.2 MB. */
export function bytes(value: number | null | undefined): string {
  if (value == null) return NONE
  let power = 0
  let amount = value
  // What would be shown as 1,000 of one unit is 1 of the next.
  while (power < UNITS.length - 1 && Number(amount.toFixed(1)) >= 1000) {
    amount /= 1000
    power += 1
  }
  return `${format(amount, { maximumFractionDigits: power === 0 ? 0 : 1 })}\u00a0${UNITS[power] ?? ''}`
}
