import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { aboutQuery } from '@/shared/api/queries'
import { SelectField } from '@/shared/ui/SelectField'
import { SmallButton } from '@/shared/ui/SmallButton'

interface Props {
  legs: readonly string[]
  market: string
  onMarket: (market: string) => void
  timeframe: string | null
  /** What the API chose where nobody did. */
  shownTimeframe: string | undefined
  onTimeframe: (timeframe: string | null) => void
  onAll: () => void
}

/** Which candles the chart shows. */
export function ChartBar({ legs, market, onMarket, timeframe, shownTimeframe, onTimeframe, onAll }: Props) {
  const { data: about } = useQuery(aboutQuery)
  const own = shownTimeframe && !timeframe ? ` (${shownTimeframe})` : ''
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, pt: 0.75, mb: 0.5 }}>
      {legs.length > 1 && (
        <SelectField
          label="Leg"
          value={market}
          options={legs.map((value) => ({ value, label: value }))}
          onChange={onMarket}
          width={120}
        />
      )}
      <SelectField
        label="Timeframe"
        value={timeframe ?? ''}
        options={[
          { value: '', label: `As it fits${own}` },
          ...(about?.timeframes ?? []).map((value) => ({ value, label: value })),
        ]}
        onChange={(value) => onTimeframe(value || null)}
        width={160}
      />
      <SmallButton type="button" onClick={onAll}>
        Show all
      </SmallButton>
      <Box component="span" sx={{ ml: 'auto', color: 'text.secondary', fontSize: '0.75rem' }}>
        ▲ in long · ▼ in short · ● out
      </Box>
    </Box>
  )
}
