import TextField from '@mui/material/TextField'
import type { Patch } from '@/shared/url/params'
import { SelectField } from '@/shared/ui/SelectField'
import { PERIODS, type Filter, type Period } from './filter'

const LABELS: Record<Period, string> = {
  all: 'All time',
  '24h': 'Last 24 hours',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
  own: 'Own dates',
}

interface Props {
  filter: Filter
  onChange: (patch: Patch) => void
}

/** When the sessions ended: a usual period, or own dates. */
export function PeriodFields({ filter, onChange }: Props) {
  const dated = (name: 'from' | 'to', label: string) => (
    <TextField
      type="date"
      label={label}
      value={filter[name]}
      onChange={(event) => onChange({ [name]: event.target.value })}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: { xs: 'auto', sm: 150 } }}
    />
  )
  return (
    <>
      <SelectField
        label="Ended"
        value={filter.period}
        options={PERIODS.map((value) => ({ value, label: LABELS[value] }))}
        onChange={(period) =>
          onChange({
            period: period === 'all' ? null : period,
            ...(period === 'own' ? {} : { from: null, to: null }),
          })
        }
        width={140}
      />
      {filter.period === 'own' && dated('from', 'From')}
      {filter.period === 'own' && dated('to', 'To')}
    </>
  )
}
