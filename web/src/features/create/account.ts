/** What an account in dollars is given with one click. */
export const USUAL_DOLLARS = 10_000

const LEAST_DOLLARS = 100

/** Whether a balance in a coin that is worth a dollar is less than almost any order. */
export function isSmall(balance: number, coin: string): boolean {
  return coin.startsWith('USD') && balance > 0 && balance < LEAST_DOLLARS
}
