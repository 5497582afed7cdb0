import Autocomplete, { createFilterOptions } from '@mui/material/Autocomplete'
import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import { useForm } from './problems'
import type { MarketOption } from './wants'

interface Props {
  label: string
  value: string
  options: readonly MarketOption[]
  loading: boolean
  onChange: (market: string) => void
  help?: string
}

const filterOptions = createFilterOptions<MarketOption>({ limit: 100, stringify: (option) => option.name })

/** A market, found by a part of its name. Those that cannot be traded are shown with the reason. */
export function MarketField({ label, value, options, loading, onChange, help }: Props) {
  const { problem, touch } = useForm()
  const wrong = problem('market')
  const chosen = options.find((one) => one.name === value) ?? stranger(value)
  return (
    <div data-field="market">
      <Autocomplete
        options={[...options]}
        value={chosen}
        loading={loading}
        onChange={(_event, option) => {
          onChange(option.name)
          touch('market')
        }}
        onBlur={() => touch('market')}
        filterOptions={filterOptions}
        getOptionLabel={(option) => option.name}
        getOptionKey={(option) => option.name}
        getOptionDisabled={(option) => option.disabled}
        isOptionEqualToValue={(option, other) => option.name === other.name}
        noOptionsText="No market has this in its name"
        autoHighlight
        disableClearable
        renderOption={({ key, ...props }, option) => (
          <Box component="li" key={key} {...props}>
            <Box sx={{ minWidth: 0 }}>
              {option.name}
              {option.note && (
                <Box component="span" sx={{ display: 'block', fontSize: '0.75rem', color: 'text.secondary' }}>
                  {option.note}
                </Box>
              )}
            </Box>
          </Box>
        )}
        renderInput={(params) => (
          <TextField {...params} label={label} error={wrong !== undefined} helperText={wrong ?? help} />
        )}
      />
    </div>
  )
}

/** None yet, or a market that is not among those to choose from: of another exchange, or gone. */
function stranger(name: string): MarketOption {
  return { name, note: '', disabled: false }
}
