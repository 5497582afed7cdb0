import Box from '@mui/material/Box'
import type { ReactNode } from 'react'
import { money, percent } from '@/shared/format/numbers'
import { LineSample } from './LineSample'
import { colourOf, growth, pointAt, type EquitySeries } from './equity'

interface Props {
  series: readonly EquitySeries[]
  /** Second under the crosshair; null: the newest. */
  at: number | null
  dark: boolean
  drawdown: boolean
  clock: (seconds: number) => string
}

/** What the curves stand at under the crosshair, or now. */
export function EquityLegend({ series, at, dark, drawdown, clock }: Props) {
  const last = Math.max(...series.map(({ points }) => points.at(-1)?.timestamp ?? 0))
  const time = at ?? last
  return (
    <Box
      data-legend
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        columnGap: 2,
        minHeight: 22,
        fontSize: '0.8125rem',
        color: 'text.secondary',
      }}
    >
      {time > 0 && <span>{clock(time)}</span>}
      {series.map((one, index) => (
        <Standing key={index} series={one} time={time} drawdown={drawdown}>
          {series.length > 1 && (
            <Box
              component="span"
              title={one.name}
              sx={{
                display: 'inline-block',
                maxWidth: 'min(100%, 260px)',
                overflow: 'hidden',
                textOverflow: 'ellipsis',
                whiteSpace: 'nowrap',
                verticalAlign: 'bottom',
                color: colourOf(index, dark),
                fontWeight: 650,
              }}
            >
              <LineSample index={index} dark={dark} /> {one.name}
            </Box>
          )}
        </Standing>
      ))}
    </Box>
  )
}

interface StandingProps {
  series: EquitySeries
  time: number
  drawdown: boolean
  children: ReactNode
}

function Standing({ series, time, drawdown, children }: StandingProps) {
  const point = pointAt(series.points, time)
  if (!point) return children
  const change = growth(series, point.equity)
  return (
    <span style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
      {children}{' '}
      <Box component="span" sx={{ color: 'text.primary' }}>
        {money(point.equity, series.settle, { sign: false })}
      </Box>{' '}
      ({change > 0 && '+'}
      {percent(change, 2)}){drawdown && <> drawdown {percent(-point.drawdown, 2)}</>}
    </span>
  )
}
