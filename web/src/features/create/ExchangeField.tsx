import TextField from '@mui/material/TextField'
import { useQuery } from '@tanstack/react-query'
import { aboutQuery } from '@/shared/api/queries'
import type { Exchange, SessionType } from '@/shared/api/types'
import { useForm } from './problems'

interface Props {
  type: SessionType
  value: string
  onChange: (exchange: string) => void
}

/** Where prices come from. A closed exchange has backtests only. */
export function ExchangeField({ type, value, onChange }: Props) {
  const { problem, touch } = useForm()
  const { data: about } = useQuery(aboutQuery)
  const wrong = problem('exchange')
  const chosen = about?.exchanges.find((one) => one.id === value)
  return (
    <div data-field="exchange">
      <TextField
        select
        fullWidth
        label="Exchange"
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
          touch('exchange', 'market')
        }}
        error={wrong !== undefined}
        helperText={wrong ?? (chosen && noteOf(chosen))}
        slotProps={{ select: { native: true }, inputLabel: { shrink: true } }}
      >
        {about?.exchanges.map((one) => (
          <option key={one.id} value={one.id} disabled={one.closed_on !== null && type !== 'backtest'}>
            {plainTitle(one.title)}
          </option>
        ))}
      </TextField>
    </div>
  )
}

/** The title without its remark, which is told below the field. */
function plainTitle(title: string): string {
  return title.replace(/ \(.*\)$/, '')
}

function noteOf({ invented, closed_on: closed }: Exchange): string {
  if (invented) return 'Invented prices: good for trying things, worth nothing as a forecast'
  return closed === null ? '' : `Closed on ${closed}: backtests of what is recorded only`
}
