import Autocomplete from '@mui/material/Autocomplete'
import TextField from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import { api, unwrap } from '@/shared/api/client'
import { aboutQuery, keys } from '@/shared/api/queries'

/** Markets by their documented names come first in the list of the API. */
const SHOWN = 200

interface Props {
  value: string
  /** Markets of the sessions in view, pairs among them. */
  seen: readonly string[]
  onChange: (market: string) => void
}

/** A market from the list, or any that one types: such as a pair, or one of another exchange. */
export function MarketField({ value, seen, onChange }: Props) {
  const { data: about } = useQuery(aboutQuery)
  const exchange = about?.exchange ?? ''
  const { data: markets = [] } = useQuery({
    queryKey: [...keys.markets(exchange), 'names'],
    queryFn: async ({ signal }) => {
      const { markets } = await unwrap(
        api.GET('/markets', { params: { query: { exchange, limit: SHOWN } }, signal }),
      )
      return markets.map(({ market }) => market)
    },
    enabled: exchange !== '',
    staleTime: 5 * 60_000,
  })
  const choose = (market: string) => {
    if (market !== value) onChange(market)
  }
  return (
    <Autocomplete
      freeSolo
      selectOnFocus
      handleHomeEndKeys
      size="small"
      value={value || null}
      options={[...new Set([...seen, ...markets])]}
      onChange={(_event, market) => choose(market ?? '')}
      renderInput={(props) => (
        <TextField
          {...props}
          label="Market"
          placeholder="All markets"
          slotProps={{ ...props.slotProps, inputLabel: { ...props.slotProps.inputLabel, shrink: true } }}
          onBlur={(event) => choose(event.target.value.trim())}
        />
      )}
      sx={{ width: { xs: 'auto', sm: 165 } }}
    />
  )
}
