import { styled } from '@mui/material/styles'
import { money, NONE, percent } from '@/shared/format/numbers'

// Long lists have one in each row: a style of its own is lighter than `sx`.
const Figure = styled('span')(({ theme }) => {
  const { palette } = theme.vars ?? theme
  return {
    whiteSpace: 'nowrap',
    '&[data-tone="even"]': { color: palette.text.primary },
    '&[data-tone="gain"]': { color: palette.gain },
    '&[data-tone="loss"]': { color: palette.loss },
  }
})

function toneOf(value: number): 'even' | 'gain' | 'loss' {
  if (value === 0) return 'even'
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
    <Figure data-tone={signed ? toneOf(value) : undefined}>{money(value, currency, { sign: signed })}</Figure>
  )
}

/** A return or a drawdown in percent, coloured by its sign. */
export function SignedPercent({ value, digits = 1 }: { value: number | null | undefined; digits?: number }) {
  if (value == null) return <span>{NONE}</span>
  const seen = Number(value.toFixed(digits)) // what shows as 0.00 % has no colour and no sign
  return (
    <Figure data-tone={toneOf(seen)}>
      {seen > 0 && '+'}
      {percent(value, digits)}
    </Figure>
  )
}
