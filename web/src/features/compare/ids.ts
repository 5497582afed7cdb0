export const LEAST = 2
export const MOST = 6
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** What the address asks to compare: ids, each once, and what is no id at all. */
export function asked(text: string | null): { ids: string[]; nonsense: string[] } {
  const parts = [...new Set((text ?? '').split(',').map((part) => part.trim()))].filter(Boolean)
  return { ids: parts.filter((part) => ID.test(part)), nonsense: parts.filter((part) => !ID.test(part)) }
}

/** What is wrong with the number of sessions, or null. */
export function trouble(number: number): string | null {
  if (number > MOST) return `At most six sessions can be compared; the address names ${number}.`
  if (number === 0) return 'Choose two to six sessions to compare.'
  return number < LEAST ? 'Choose at least one more session to compare with.' : null
}
