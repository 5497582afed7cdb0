import FormControlLabel from '@mui/material/FormControlLabel'
import Switch from '@mui/material/Switch'
import TextField from '@mui/material/TextField'
import { useForm } from './problems'
import { retyped, type Range } from './range'
import { RecordedHint } from './RecordedHint'
import { Columns } from './SchemaInputs'
import { Section } from './Section'

interface Props {
  range: Range
  now: number
  exchange: string
  market: string
  closed: boolean
  onChange: (range: Range) => void
}

/** From when to when a backtest runs. */
export function RangeSection({ range, now, exchange, market, closed, onChange }: Props) {
  const exact = (
    <FormControlLabel
      label="Exact times"
      control={
        <Switch
          size="small"
          checked={range.exact}
          onChange={(_event, on) => onChange(retyped(range, on, now))}
        />
      }
      sx={{ mr: 0 }}
    />
  )
  const today = new Date(now * 1000).toISOString()
  const max = range.exact ? today.slice(0, 16) : today.slice(0, 10)
  return (
    <Section title="Date range" aside={exact}>
      <Columns>
        <Bound
          path="range_start"
          label={range.exact ? 'Start (UTC)' : 'Start date'}
          help={range.exact ? 'The first minute' : 'From 00:00 UTC'}
          value={range.start}
          exact={range.exact}
          max={max}
          onChange={(start) => onChange({ ...range, start })}
        />
        <Bound
          path="range_end"
          label={range.exact ? 'End (UTC)' : 'End date'}
          help={range.exact ? 'The first minute that is left out' : 'This day is included, until 24:00 UTC'}
          value={range.end}
          exact={range.exact}
          max={max}
          onChange={(end) => onChange({ ...range, end })}
        />
      </Columns>
      <RecordedHint exchange={exchange} market={market} range={range} now={now} closed={closed} />
    </Section>
  )
}

interface BoundProps {
  path: 'range_start' | 'range_end'
  label: string
  help: string
  value: string
  exact: boolean
  max: string
  onChange: (text: string) => void
}

function Bound({ path, label, help, value, exact, max, onChange }: BoundProps) {
  const { problem, touch } = useForm()
  const wrong = problem(path)
  return (
    <div data-field={path}>
      <TextField
        fullWidth
        type={exact ? 'datetime-local' : 'date'}
        label={label}
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
          touch('range_start', 'range_end')
        }}
        onBlur={() => touch(path)}
        error={wrong !== undefined}
        helperText={wrong ?? help}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { max } }}
      />
    </div>
  )
}
