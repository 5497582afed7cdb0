import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { useQuery } from '@tanstack/react-query'
import { strategiesQuery } from '@/shared/api/queries'
import type { Patch } from '@/shared/url/params'
import { SearchField } from '@/shared/ui/SearchField'
import { SelectField } from '@/shared/ui/SelectField'
import { EVERYTHING, isNarrow, type Filter } from './filter'
import { MarketField } from './MarketField'
import { PeriodFields } from './PeriodFields'
import { TYPE_NAMES } from './words'

const TYPES = [
  { value: '', label: 'All types' },
  ...Object.entries(TYPE_NAMES).map(([value, label]) => ({ value, label })),
]
const STATUSES = [
  { value: '', label: 'Any status' },
  { value: 'completed', label: 'Completed' },
  { value: 'stopped', label: 'Stopped' },
  { value: 'failed', label: 'Failed' },
]

interface Props {
  filter: Filter
  markets: readonly string[]
  onChange: (patch: Patch, options?: { replace: boolean }) => void
}

/** Everything that narrows the history, in one row where there is room. */
export function Filters({ filter, markets, onChange }: Props) {
  const { data: strategies = [] } = useQuery(strategiesQuery)
  const names = [...new Set([...strategies.map(({ id }) => id), filter.strategy])].filter(Boolean)
  return (
    <Box
      role="search"
      aria-label="Filter"
      sx={{
        display: { xs: 'grid', sm: 'flex' },
        gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 1.25,
        mb: 1.5,
      }}
    >
      <SelectField
        label="Type"
        value={filter.type}
        options={TYPES}
        onChange={(type) => onChange({ type })}
        width={125}
      />
      <MarketField value={filter.market} seen={markets} onChange={(market) => onChange({ market })} />
      <PeriodFields filter={filter} onChange={onChange} />
      <SelectField
        label="Status"
        value={filter.status}
        options={STATUSES}
        onChange={(status) => onChange({ status })}
        width={140}
      />
      <SelectField
        label="Strategy"
        value={filter.strategy}
        options={[{ value: '', label: 'All strategies' }, ...names.map((value) => ({ value, label: value }))]}
        onChange={(strategy) => onChange({ strategy })}
        width={170}
      />
      <SearchField
        label="Search"
        value={filter.search}
        onChange={(search) => onChange({ search }, { replace: true })}
        maxLength={255}
      />
      {isNarrow(filter) && <Button onClick={() => onChange(EVERYTHING)}>Clear filter</Button>}
    </Box>
  )
}
