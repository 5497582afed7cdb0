import Box from '@mui/material/Box'
import type { ReactNode } from 'react'
import type { Form } from './filled'

const TYPES = { test: 'Live Test', backtest: 'Backtest', scraper: 'Scraper' } as const

/** What a clone takes over and an edit cannot change. */
export function FixedWhat({ form }: { form: Form }) {
  const { type, exchange, market, strategy } = form.filled
  return (
    <Box
      component="dl"
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        columnGap: 4,
        rowGap: 1,
        m: 0,
        '& dd': { m: 0, fontWeight: 600 },
      }}
    >
      <Pair term="Session type">{TYPES[type]}</Pair>
      <Pair term="Exchange">{exchange}</Pair>
      <Pair term="Market">{market}</Pair>
      <Pair term="Strategy">{form.strategy?.name ?? strategy}</Pair>
    </Box>
  )
}

function Pair({ term, children }: { term: string; children: ReactNode }) {
  return (
    <div>
      <Box component="dt" sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
        {term}
      </Box>
      <dd>{children}</dd>
    </div>
  )
}
