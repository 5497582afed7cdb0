import Box from '@mui/material/Box'
import ListItemText from '@mui/material/ListItemText'
import MenuItem from '@mui/material/MenuItem'
import TextField from '@mui/material/TextField'
import type { SessionType, Strategy } from '@/shared/api/types'
import { useForm } from './problems'
import { strategiesFor } from './wants'

interface Props {
  type: SessionType
  value: string
  strategies: readonly Strategy[]
  onChange: (strategy: string) => void
}

/** The strategy; those that do not load are shown with their error. */
export function StrategyField({ type, value, strategies, onChange }: Props) {
  const { problem, touch } = useForm()
  const wrong = problem('strategy')
  const options = strategiesFor(type, strategies)
  const chosen = strategies.find((one) => one.id === value)
  const unlisted = value !== '' && !options.some((one) => one.id === value)
  return (
    <div data-field="strategy">
      <TextField
        select
        fullWidth
        label="Strategy"
        value={value}
        onChange={(event) => {
          onChange(event.target.value)
          // Whether it trades the market that is chosen is worth knowing at once.
          touch('strategy', 'market')
        }}
        error={wrong !== undefined}
        helperText={wrong ?? chosen?.description}
        slotProps={{ select: { renderValue: (id) => nameOf(String(id), strategies) } }}
      >
        {unlisted && <MenuItem value={value}>{nameOf(value, strategies)}</MenuItem>}
        {options.map((one) => (
          <MenuItem key={one.id} value={one.id} disabled={one.error !== null} dense>
            <ListItemText
              primary={one.name}
              secondary={
                <Box component="span" sx={{ display: 'block', maxWidth: 420, whiteSpace: 'normal' }}>
                  {one.error === null ? one.description : `Does not load: ${one.error}`}
                </Box>
              }
            />
          </MenuItem>
        ))}
      </TextField>
    </div>
  )
}

function nameOf(id: string, strategies: readonly Strategy[]): string {
  return strategies.find((one) => one.id === id)?.name ?? id
}
