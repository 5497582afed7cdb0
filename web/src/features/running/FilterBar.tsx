import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { count } from '@/shared/format/numbers'
import type { OpenSession } from '@/shared/sessions/open'
import { SearchField } from '@/shared/ui/SearchField'
import { SelectField } from '@/shared/ui/SelectField'
import type { Patch } from '@/shared/url/params'
import { choices, isSet, type Filter } from './filter'

interface Props {
  filter: Filter
  sessions: readonly OpenSession[]
  shown: number
  onChange: (patch: Patch, options?: { replace?: boolean }) => void
}

/** Narrows the list by text, market, strategy; all of it is in the address. */
export function FilterBar({ filter, sessions, shown, onChange }: Props) {
  const options = (field: 'market' | 'strategy', all: string) => [
    { value: '', label: all },
    ...choices(sessions, field, filter[field]).map((value) => ({ value, label: value })),
  ]
  return (
    <Stack
      component="search"
      aria-label="Filter"
      sx={{
        display: { xs: 'grid', sm: 'flex' },
        flexDirection: 'row',
        gridTemplateColumns: '1fr 1fr',
        '& > :first-of-type, & > p, & > button': { gridColumn: '1 / -1' },
        gap: 1.5,
        alignItems: 'center',
        flexWrap: 'wrap',
        mt: 2,
      }}
    >
      <SearchField
        label="Search"
        value={filter.search}
        onChange={(search) => onChange({ search }, { replace: true })}
      />
      <SelectField
        label="Market"
        value={filter.market}
        options={options('market', 'All markets')}
        onChange={(market) => onChange({ market })}
      />
      <SelectField
        label="Strategy"
        value={filter.strategy}
        options={options('strategy', 'All strategies')}
        onChange={(strategy) => onChange({ strategy })}
        width={190}
      />
      {isSet(filter) && (
        <>
          <Typography role="status" sx={{ color: 'text.secondary' }}>
            {count(shown)} of {count(sessions.length)}
          </Typography>
          <Button onClick={() => onChange({ search: null, market: null, strategy: null })}>
            Clear filter
          </Button>
        </>
      )}
    </Stack>
  )
}
