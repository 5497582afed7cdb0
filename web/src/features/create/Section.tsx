import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useId, type ReactNode } from 'react'

/** A part of the form below its heading. */
export function Section({
  title,
  aside,
  children,
}: {
  title: string
  aside?: ReactNode
  children: ReactNode
}) {
  const id = useId()
  return (
    <Box component="section" aria-labelledby={id} sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, minHeight: 28 }}>
        <Typography id={id} variant="h3">
          {title}
        </Typography>
        <Box sx={{ flex: 1, borderTop: 1, borderColor: 'divider' }} />
        {aside}
      </Box>
      {children}
    </Box>
  )
}
