import Box from '@mui/material/Box'
import FormHelperText from '@mui/material/FormHelperText'
import Radio from '@mui/material/Radio'
import type { SessionType } from '@/shared/api/types'
import { useForm } from './problems'

const TYPES: { type: SessionType; label: string; says: string }[] = [
  { type: 'test', label: 'Live Test', says: 'Trades on paper, on live prices' },
  { type: 'backtest', label: 'Backtest', says: 'Trades the past, in seconds' },
  { type: 'scraper', label: 'Scraper', says: 'Records market data' },
]

/** What kind of session it will be. */
export function TypeCards({
  value,
  onChange,
}: {
  value: SessionType
  onChange: (type: SessionType) => void
}) {
  const wrong = useForm().problem('type')
  return (
    <Box component="fieldset" data-field="type" sx={{ border: 0, p: 0, m: 0, minWidth: 0 }}>
      <Box component="legend" sx={{ p: 0, mb: 1, fontSize: '0.95rem', fontWeight: 650 }}>
        Session type
      </Box>
      <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: { sm: 'repeat(3, 1fr)' } }}>
        {TYPES.map((one) => (
          <Card key={one.type} {...one} chosen={value === one.type} onChoose={() => onChange(one.type)} />
        ))}
      </Box>
      {wrong && <FormHelperText error>{wrong}</FormHelperText>}
    </Box>
  )
}

interface CardProps {
  type: SessionType
  label: string
  says: string
  chosen: boolean
  onChoose: () => void
}

function Card({ type, label, says, chosen, onChoose }: CardProps) {
  return (
    <Box
      component="label"
      sx={{
        display: 'flex',
        alignItems: 'center',
        border: 1,
        borderRadius: 1,
        cursor: 'pointer',
        py: 0.75,
        borderColor: chosen ? 'primary.main' : 'divider',
        boxShadow: (theme) =>
          chosen ? `inset 0 0 0 1px ${(theme.vars ?? theme).palette.primary.main}` : 'none',
        '&:hover': { borderColor: 'primary.main' },
        '&:focus-within': { outline: 2, outlineColor: 'primary.main', outlineOffset: 1 },
      }}
    >
      <Radio name="type" value={type} checked={chosen} onChange={onChoose} size="small" />
      <span>
        <Box component="span" sx={{ display: 'block', fontWeight: 600, lineHeight: 1.3 }}>
          {label}
        </Box>
        <Box
          component="span"
          sx={{ display: 'block', fontSize: '0.75rem', color: 'text.secondary', lineHeight: 1.4 }}
        >
          {says}
        </Box>
      </span>
    </Box>
  )
}
