import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { api, unwrap } from '@/shared/api/client'
import { count } from '@/shared/format/numbers'
import { Failure } from '@/shared/ui/states'
import { DAY, startOf, type Range } from './days'

const CandleChart = lazy(async () => ({
  default: (await import('@/shared/charts/CandleChart')).CandleChart,
}))

interface Props {
  market: string
  exchange: string
  tick: number
  range: Range
  first: string
  last: string
  onRange: (range: Range) => void
}

const HEIGHT = 340
const POINTS = 1500

/** The recorded candles of the chosen days. */
export function Candles({ market, exchange, tick, range, first, last, onRange }: Props) {
  const start = startOf(range.from)
  const end = startOf(range.to) + DAY
  const { data, error, refetch } = useQuery({
    queryKey: ['candles', exchange, market, start, end],
    queryFn: ({ signal }) =>
      unwrap(
        api.GET('/markets/{market}/candles', {
          params: { path: { market }, query: { exchange, start, end, points: POINTS } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })
  const days = range.from === range.to ? range.from : `${range.from} to ${range.to}`
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5 }}>
        <DayField
          label="First day (UTC)"
          value={range.from}
          min={first}
          max={last}
          onChange={(from) => onRange({ from, to: from > range.to ? from : range.to })}
        />
        <DayField
          label="Last day (UTC)"
          value={range.to}
          min={first}
          max={last}
          onChange={(to) => onRange({ from: to < range.from ? to : range.from, to })}
        />
      </Box>
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {data?.candles.length === 0 && <Typography>Nothing is recorded of {days}.</Typography>}
      {data?.candles.length !== 0 && (
        <Suspense fallback={<Skeleton variant="rounded" height={HEIGHT} />}>
          {data ? (
            <CandleChart
              candles={data.candles}
              tick={tick}
              height={HEIGHT}
              fit
              label={`Candles of ${market}, ${days}`}
            />
          ) : (
            <Skeleton variant="rounded" height={HEIGHT} />
          )}
        </Suspense>
      )}
      {data && data.candles.length > 0 && (
        <Typography variant="body2" sx={{ color: 'text.secondary' }}>
          {count(data.total)} candles of one minute
          {data.merged > 1 && `, ${count(data.merged)} drawn as one`}. Arrow keys move the chart, + and −
          enlarge it, 0 shows all.
        </Typography>
      )}
    </Box>
  )
}

interface DayFieldProps {
  label: string
  value: string
  min: string
  max: string
  onChange: (day: string) => void
}

function DayField({ label, value, min, max, onChange }: DayFieldProps) {
  return (
    <TextField
      type="date"
      label={label}
      value={value}
      onChange={(event) => {
        if (event.target.value !== '') onChange(event.target.value)
      }}
      slotProps={{ inputLabel: { shrink: true }, htmlInput: { min, max } }}
    />
  )
}
