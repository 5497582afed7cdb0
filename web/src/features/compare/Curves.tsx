import Box from '@mui/material/Box'
import Paper from '@mui/material/Paper'
import Skeleton from '@mui/material/Skeleton'
import ToggleButton from '@mui/material/ToggleButton'
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup'
import Typography from '@mui/material/Typography'
import { lazy, Suspense, useMemo } from 'react'
import type { EquitySeries } from '@/shared/charts/equity'
import { aligned, sinceStart } from './curves'

const EquityChart = lazy(async () => ({ default: (await import('@/shared/charts/EquityChart')).EquityChart }))
const HEIGHT = 320

interface Props {
  series: readonly EquitySeries[]
  fromStart: boolean
  onFromStart: (fromStart: boolean) => void
}

/** Growth of the sessions over each other: at their own times, or as if all had started at once. */
export function Curves({ series, fromStart, onFromStart }: Props) {
  const shown = useMemo(() => (fromStart ? aligned(series) : series), [series, fromStart])
  return (
    <Paper component="section" aria-labelledby="curves" sx={{ p: 1.5, mb: 2, minWidth: 0 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1, mb: 1 }}>
        <Typography variant="h2" id="curves" sx={{ flex: '1 1 260px' }}>
          Equity, in percent of the starting balance
        </Typography>
        <ToggleButtonGroup
          size="small"
          exclusive
          aria-label="Time axis"
          value={fromStart ? 'start' : 'time'}
          onChange={(_event, value: 'start' | 'time' | null) => {
            if (value) onFromStart(value === 'start')
          }}
        >
          <ToggleButton value="time">By time</ToggleButton>
          <ToggleButton value="start">Days since start</ToggleButton>
        </ToggleButtonGroup>
      </Box>
      <Suspense fallback={<Skeleton variant="rounded" height={HEIGHT + 44} />}>
        {/* Another axis is another chart: nothing of the former one's zoom fits. */}
        <EquityChart
          key={String(fromStart)}
          series={shown}
          height={HEIGHT}
          {...(fromStart ? { clock: sinceStart } : {})}
        />
      </Suspense>
    </Paper>
  )
}
