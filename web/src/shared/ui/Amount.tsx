import Box from '@mui/material/Box'
import { money, NONE, percent } from '@/shared/format/numbers'

function colourOf(value: number | null | undefined): string {
  if (value == null || value === 0) return 'text.primary'
  return value > 0 ? 'gain' : 'loss'
}

interface Props {
  value: number | null | undefined
  currency: string
  /** Set where it is a result: coloured, with its sign. */
  signed?: boolean
}

/** An amount of money with its currency. */
export function Amount({ value, currency, signed = true }: Props) {
  if (value == null) return <span>{NONE}</span>
  return (
    <Box component="span" sx={{ color: signed ? colourOf(value) : 'inherit', whiteSpace: 'nowrap' }}>
      {money(value, currency, { sign: signed })}
    </Box>
  )
}

/** A return or a drawdown in percent, coloured by its sign. */
export function SignedPercent({ value, digits = 1 }: { value: number | null | undefined; digits?: number }) {
  if (value == null) return <span>{NONE}</span>
  const seen = Number(value.toFixed(digits)) // what shows as 0.00 % has no colour and no sign
  return (
    <Box component="span" sx={{ color: colourOf(seen), whiteSpace: 'nowrap' }}>
      {seen > 0 && '+'}
      {percent(value, digits)}
    </Box>
  )
}
