import type { SessionDetail } from '@/shared/api/types'
import { emptyDraft, type Draft } from './draft'
import { typedRange } from './range'
import { fieldsOf, objectOf } from './schema'
import { modeOf } from './wants'
import { textOf, textsOf } from './values'
import type { Strategy } from '@/shared/api/types'

/** A session as a draft: for a clone of it, or for changing it. */
export function draftOf(
  session: SessionDetail,
  name: string,
  strategy: Strategy | undefined,
  settingsSchema: unknown,
): Draft {
  const { range_start: start, range_end: end } = session
  const params = Object.entries(session.strategy_params).map(([key, value]) => [key, textOf(value)])
  return {
    ...emptyDraft(session.type, session.exchange),
    strategies: { [session.type]: session.strategy },
    markets: { [modeOf(strategy)]: session.market },
    params: { [session.strategy]: Object.fromEntries(params) as Record<string, string> },
    settings: textsOf(fieldsOf(objectOf(settingsSchema)), session.settings),
    range: start !== null && end !== null ? typedRange(start, end) : null,
    name,
    notes: session.notes ?? '',
  }
}

const LONGEST = 255

export function cloneName(name: string): string {
  return `Clone of ${name}`.slice(0, LONGEST)
}

/** What a session would be called where nobody names it: BTC Test #… */
export function automaticName(type: string, coins: readonly string[]): string {
  const kind = type.charAt(0).toUpperCase() + type.slice(1)
  return `Automatic: ${coins.join('/')} ${kind} #…`
}
