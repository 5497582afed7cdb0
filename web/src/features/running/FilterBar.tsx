import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { memo } from 'react'
import { count } from '@/shared/format/numbers'
import type { OpenSession } from '@/shared/sessions/open'
import { SearchField } from '@/shared/ui/SearchField'
import { SelectField } from '@/shared/ui/SelectField'
import type { Patch } from '@/shared/url/params'
import { choices, isSet, type Filter } from './filter'

const CHOSEN = ['market', 'strategy'] as const
type Chosen = (typeof CHOSEN)[number]

interface Props {
  filter: Filter
  sessions: readonly OpenSession[]
  shown: number
  onChange: (patch: Patch, options?: { replace?: boolean }) => void
}

/** Narrows the list by text, market, strategy; all of it is in the address. Heartbeats do not touch it. */
export const FilterBar = memo(Fields, (one, other) => {
  return (
    one.filter === other.filter &&
    one.shown === other.shown &&
    one.onChange === other.onChange &&
    one.sessions.length === other.sessions.length &&
    CHOSEN.every((field) => sameTexts(choicesOf(one, field), choicesOf(other, field)))
  )
})

function Fields({ filter, sessions, shown, onChange }: Props) {
  const options = (field: Chosen, all: string) => [
    { value: '', label: all },
    ...choicesOf({ filter, sessions }, field).map((value) => ({ value, label: value })),
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

function choicesOf({ sessions, filter }: Pick<Props, 'sessions' | 'filter'>, field: Chosen): string[] {
  return choices(sessions, field, filter[field])
}

function sameTexts(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((text, index) => text === other[index])
}
