import Box from '@mui/material/Box'
import type { ReactNode } from 'react'

export interface Definition {
  name: string
  value: ReactNode
  /** What it means. */
  hint?: string | undefined
}

/** Names with their values and meanings, ruled. */
export function Definitions({ rows }: { rows: readonly Definition[] }) {
  return (
    <Box component="dl" sx={{ m: 0, fontSize: '0.875rem' }}>
      {rows.map(({ name, value, hint }) => (
        <Box
          key={name}
          sx={{
            display: 'flex',
            justifyContent: 'space-between',
            alignItems: 'baseline',
            gap: 2,
            py: 0.6,
            borderBottom: 1,
            borderColor: 'divider',
          }}
        >
          <Box component="dt" sx={{ minWidth: 0 }}>
            {name}
            {hint && <Box sx={{ color: 'text.secondary', fontSize: '0.75rem', lineHeight: 1.3 }}>{hint}</Box>}
          </Box>
          <Box component="dd" sx={{ m: 0, textAlign: 'right', overflowWrap: 'anywhere', minWidth: '30%' }}>
            {value}
          </Box>
        </Box>
      ))}
    </Box>
  )
}
