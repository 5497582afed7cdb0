import Alert from '@mui/material/Alert'
import Button from '@mui/material/Button'
import { useQuery } from '@tanstack/react-query'
import { marketsQuery } from '@/shared/api/markets'
import { count, plain } from '@/shared/format/numbers'
import type { Filled } from './body'
import { isSmall, USUAL_DOLLARS } from './account'

interface Props {
  filled: Filled
  onChange: (name: string, text: string) => void
}

/** An account of one dollar trades nothing: every order is refused. Whoever makes it is told before it starts. */
export function SmallAccount({ filled, onChange }: Props) {
  const { data: markets } = useQuery(marketsQuery(filled.exchange))
  const { fields, texts } = filled.settings
  const field = fields.find(({ name }) => name === 'starting_balance')
  const coin = markets?.find(({ market }) => market === filled.market)?.settle
  const typed = texts.starting_balance ?? ''
  const balance = Number(typed === '' ? field?.initial : typed)
  if (!field || !coin || !isSmall(balance, coin)) return null
  return (
    <Alert
      severity="warning"
      variant="outlined"
      action={
        <Button
          color="inherit"
          sx={{ whiteSpace: 'nowrap' }}
          onClick={() => onChange(field.name, String(USUAL_DOLLARS))}
        >
          Start with {count(USUAL_DOLLARS)}
        </Button>
      }
    >
      The account of this session starts with {plain(balance)} {coin}: orders worth more than it are refused.
    </Alert>
  )
}
