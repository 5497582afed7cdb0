import { useQuery } from '@tanstack/react-query'
import { marketsQuery } from '@/shared/api/markets'
import type { SessionType, Strategy } from '@/shared/api/types'
import { MarketField } from './MarketField'
import { isPair, marketOptions, modeOf, singleAllowed } from './wants'

interface Props {
  exchange: string
  type: SessionType
  strategy: Strategy | undefined
  market: string
  onChange: (market: string) => void
}

/** The market, or the two markets of a pair where the strategy takes any two. */
export function MarketFields({ exchange, type, strategy, market, onChange }: Props) {
  const { data, isPending } = useQuery(marketsQuery(exchange))
  const options = marketOptions(strategy, type, data ?? [])
  const shared = { options, loading: isPending && exchange !== '' }
  const mode = modeOf(strategy)
  if (mode !== 'two') {
    const help = mode === 'pair' ? 'The pairs that this strategy trades.' : ''
    return (
      <MarketField
        {...shared}
        label={mode === 'pair' ? 'Pair of markets' : 'Market'}
        value={market}
        onChange={onChange}
        help={help}
      />
    )
  }
  const [first = '', second = ''] = market.split('+')
  const optional = singleAllowed(strategy)
  const join = (one: string, other: string) => onChange(other === '' && optional ? one : `${one}+${other}`)
  return (
    <>
      <MarketField {...shared} label="First market" value={first} onChange={(name) => join(name, second)} />
      <MarketField
        label={optional ? 'Second market (optional)' : 'Second market'}
        loading={shared.loading}
        options={options.filter((option) => option.name !== first && !isPair(option.name))}
        value={second}
        onChange={(name) => join(first, name)}
      />
    </>
  )
}
