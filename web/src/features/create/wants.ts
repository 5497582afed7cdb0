import type { Market, SessionType, Strategy } from '@/shared/api/types'

/**
 * How a strategy's market is chosen: one market, one of the pairs that it names, or any two markets. What is chosen is
 * kept for each, so that nothing is lost by looking at another strategy.
 */
export type MarketMode = 'one' | 'pair' | 'two'

export interface MarketOption {
  name: string
  /** What is said below it: why it cannot be chosen, or what speaks against it. */
  note: string
  disabled: boolean
}

export const isPair = (market: string): boolean => market.includes('+')

export function modeOf(strategy: Strategy | undefined): MarketMode {
  const supported = supportedBy(strategy)
  if (supported.includes('*+*')) return 'two'
  return supported.every(isPair) ? 'pair' : 'one'
}

function supportedBy(strategy: Strategy | undefined): readonly string[] {
  return strategy && strategy.supported_markets.length > 0 ? strategy.supported_markets : ['*']
}

/** Whether a single market will do where two could be chosen. */
export function singleAllowed(strategy: Strategy | undefined): boolean {
  return supportedBy(strategy).some((market) => !isPair(market))
}

/** What can be chosen in a market field, what the strategy trades first. */
export function marketOptions(
  strategy: Strategy | undefined,
  type: SessionType,
  markets: readonly Market[],
): MarketOption[] {
  const supported = supportedBy(strategy)
  const mode = modeOf(strategy)
  const pairs = supported.filter((name) => isPair(name) && name !== '*+*')
  const named = mode === 'two' ? [] : pairs.map((name) => ({ name, note: '', disabled: false }))
  if (mode === 'pair') return named
  const any = mode === 'two' || supported.includes('*')
  const singles = markets.map(({ market, obstacle, kind, settle }) => {
    if (!any && !supported.includes(market))
      return { name: market, note: `${strategy?.name ?? 'The strategy'} does not trade it`, disabled: true }
    return {
      name: market,
      note: obstacle ?? `${kind}, settled in ${settle}`,
      disabled: !!obstacle && type === 'test',
    }
  })
  return [...named, ...singles].sort((one, other) => Number(one.disabled) - Number(other.disabled))
}

/** The market to begin with. */
export function firstMarket(options: readonly MarketOption[], mode: MarketMode): string {
  const [first, second] = options.filter((option) => !option.disabled)
  return mode === 'two' && first && second ? `${first.name}+${second.name}` : (first?.name ?? '')
}

const FAVOURITES = ['TestBot', 'MarketScraper']

/** Strategies to choose from: those that have sessions of the type, and those that do not load. */
export function strategiesFor(type: SessionType, strategies: readonly Strategy[]): Strategy[] {
  return strategies.filter((one) => one.error !== null || one.supported_types.includes(type))
}

/** The strategy to begin with: the plainest. */
export function firstStrategy(type: SessionType, strategies: readonly Strategy[]): string {
  const usable = strategiesFor(type, strategies).filter((one) => one.error === null)
  return (usable.find((one) => FAVOURITES.includes(one.id)) ?? usable[0])?.id ?? ''
}
