import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'

interface FigureProps {
  title: string
  /** What the bar shows. */
  note: ReactNode
  bar: ReactNode
  /** Set where it has more characters than fit in large type. */
  long?: boolean
  children: ReactNode
}

/** A figure in large type with its bar below. */
export function Figure({ title, note, bar, long = false, children }: FigureProps) {
  return (
    <Box role="group" aria-label={title} sx={{ minWidth: 0 }}>
      <Typography variant="body2" sx={{ color: 'text.secondary' }}>
        {title}
      </Typography>
      <Box
        data-figure={title}
        sx={{
          fontSize: long ? { xs: '0.85rem', sm: '1rem' } : { xs: '1.1rem', sm: '1.3rem' },
          fontWeight: 650,
          lineHeight: long ? { xs: '1.54rem', sm: '1.82rem' } : 1.4,
        }}
      >
        {children}
      </Box>
      {bar}
      <Typography
        variant="caption"
        component="div"
        sx={{ color: 'text.secondary', lineHeight: 1.35, mt: 0.5 }}
      >
        {note}
      </Typography>
    </Box>
  )
}

interface BarProps {
  label: string
  value: number
  end: number
  share: number
  colour: string
  /** The bar in words. */
  text: string
}

const track = { height: 8, borderRadius: 1, bgcolor: 'action.selected', overflow: 'hidden', display: 'flex' }

/** How far something is on the way to where the bar ends; its end is written at it where it is not 100 %. */
export function Bar({ label, value, end, share, colour, text }: BarProps) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.75 }}>
      <Box
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={end}
        aria-valuenow={Math.min(Math.abs(value), end)}
        aria-valuetext={text}
        title={text}
        sx={{ ...track, flex: 1 }}
      >
        <Box sx={{ width: `${share * 100}%`, bgcolor: colour }} />
      </Box>
      <Box component="span" aria-hidden sx={{ fontSize: '0.6875rem', color: 'text.secondary' }}>
        {end} %
      </Box>
    </Box>
  )
}

/** How something is divided in two. */
export function SplitBar({ left, right, label }: { left: number; right: number; label: string }) {
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', minHeight: 17 }}>
      <Box role="img" aria-label={label} title={label} sx={{ ...track, flex: 1, gap: '2px' }}>
        <Box sx={{ flex: left, bgcolor: 'primary.main' }} />
        <Box sx={{ flex: right, bgcolor: 'text.secondary' }} />
        {left + right === 0 && <Box sx={{ flex: 1 }} />}
      </Box>
    </Box>
  )
}
