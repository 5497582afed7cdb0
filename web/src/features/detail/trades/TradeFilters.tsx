import Box from '@mui/material/Box'
import TextField from '@mui/material/TextField'
import { SearchField } from '@/shared/ui/SearchField'
import { SelectField } from '@/shared/ui/SelectField'
import { SmallButton } from '@/shared/ui/SmallButton'
import { Downloads } from './Downloads'
import { EVERYTHING, isNarrow, type Filter } from './filter'

interface Props {
  id: string
  filter: Filter
  onChange: (changes: Record<string, string | null>) => void
}

const SIDES = [
  { value: '', label: 'Both' },
  { value: 'LONG', label: 'Long' },
  { value: 'SHORT', label: 'Short' },
]
const RESULTS = [
  { value: '', label: 'All' },
  { value: 'won', label: 'Won' },
  { value: 'lost', label: 'Not won' },
]

/** What narrows the table and the downloads. */
export function TradeFilters({ id, filter, onChange }: Props) {
  const narrow = (changes: Record<string, string>) =>
    onChange({
      ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [name, value || null])),
      page: null,
    })
  const time = (name: 'from' | 'to', label: string) => (
    <TextField
      type="datetime-local"
      label={label}
      value={filter[name]}
      onChange={(event) => narrow({ [name]: event.target.value })}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: { xs: 'auto', sm: 190 } }}
    />
  )
  return (
    <Box
      role="search"
      aria-label="Filter of trades"
      sx={{
        display: { xs: 'grid', sm: 'flex' },
        gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1,
        my: 1.5,
      }}
    >
      <SelectField
        label="Side"
        value={filter.side}
        options={SIDES}
        onChange={(side) => narrow({ side })}
        width={90}
      />
      <SelectField
        label="Result"
        value={filter.result}
        options={RESULTS}
        onChange={(result) => narrow({ result })}
        width={105}
      />
      {time('from', 'Closed from')}
      {time('to', 'Closed before')}
      <SearchField
        label="Text in the reasons"
        value={filter.text}
        onChange={(text) => narrow({ text })}
        width={180}
      />
      {isNarrow(filter) && (
        <SmallButton type="button" onClick={() => onChange(EVERYTHING)}>
          Clear filter
        </SmallButton>
      )}
      <Downloads id={id} filter={filter} />
    </Box>
  )
}
