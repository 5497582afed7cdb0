import Box from '@mui/material/Box'
import Skeleton from '@mui/material/Skeleton'
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useCallback, useState } from 'react'
import type { Trade } from '@/shared/api/types'
import { count } from '@/shared/format/numbers'
import { isLive } from '@/shared/sessions/open'
import { Pager } from '@/shared/ui/Pager'
import { SmallButton } from '@/shared/ui/SmallButton'
import { Empty, Failure, RowSkeletons } from '@/shared/ui/states'
import { asText } from '@/shared/url/sort'
import { OF_TAB, useTabParams } from '../address'
import type { Shown } from '../useSession'
import { EVERYTHING, filterOf, isNarrow, isNewestFirst, SIZES } from './filter'
import { newestQuery, tradesQuery } from './queries'
import { TradeFilters } from './TradeFilters'
import { TradeTable } from './TradeTable'

const TradeChart = lazy(async () => ({ default: (await import('./chart/TradeChart')).TradeChart }))

const NAMES = { page: `${OF_TAB}page`, size: `${OF_TAB}size` }

/** The chart with every entry and exit, and the trades below it. */
export function TradesTab({ session }: { session: Shown }) {
  if (session.type === 'scraper') {
    return (
      <Empty title="A scraper does not trade">
        It collects market data. Its figures are on the first tab.
      </Empty>
    )
  }
  if (session.status === 'created') {
    return <Empty title="Not started yet">Trades appear here once the session runs.</Empty>
  }
  return (
    // What has been selected and looked at of one session says nothing of another.
    <Box key={session.id} sx={{ flex: 1, minHeight: 0, overflowY: 'auto', scrollbarGutter: 'stable' }}>
      <Trades session={session} />
    </Box>
  )
}

function Trades({ session }: { session: Shown }) {
  const [param, setParams] = useTabParams()
  const selected = param('trade')
  const [picked, setPicked] = useState<Trade | null>(null)
  const select = useCallback(
    (trade: Trade | null) => {
      setPicked(trade)
      setParams({ trade: trade && String(trade.id) })
    },
    [setParams],
  )
  return (
    <>
      <Box sx={{ position: 'sticky', top: 0, zIndex: 2, bgcolor: 'background.paper', pb: 0.5 }}>
        <Suspense fallback={<Skeleton variant="rounded" height={360} />}>
          <TradeChart session={session} selected={selected} picked={picked} onSelect={select} />
        </Suspense>
      </Box>
      <TradeList session={session} selected={selected} onSelect={select} />
    </>
  )
}

interface ListProps {
  session: Shown
  selected: string | null
  onSelect: (trade: Trade | null) => void
}

function TradeList({ session, selected, onSelect }: ListProps) {
  const [param, setParams] = useTabParams()
  const filter = filterOf(param)
  const { data, error, refetch, isPlaceholderData } = useQuery(tradesQuery(session.id, filter))
  const [opened] = useState(() => Date.now())
  const { data: newSince } = useQuery(newestQuery(session.id, opened))
  const narrow = isNarrow(filter)
  return (
    <>
      <TradeFilters id={session.id} filter={filter} onChange={setParams} />
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RowSkeletons rows={8} height={30} />}
      {data && !narrow && !isNewestFirst(filter) && (
        <Later
          number={session.trade_count - data.total}
          onShow={() => setParams({ page: null, sort: null })}
        />
      )}
      {data?.total === 0 && (
        <Nothing session={session} narrow={narrow} onClear={() => setParams(EVERYTHING)} />
      )}
      {data && data.total > 0 && (
        <Box aria-busy={isPlaceholderData} sx={{ opacity: isPlaceholderData ? 0.6 : 1 }}>
          <TradeTable
            trades={data.trades}
            sort={filter.sort}
            onSort={(sort) => setParams({ sort: asText(sort), page: null })}
            selected={selected}
            onSelect={onSelect}
            newSince={newSince}
          />
          <Pager
            total={data.total}
            page={filter.page}
            size={filter.size}
            sizes={SIZES}
            what="trades"
            names={NAMES}
            onSize={(size) => setParams({ size: String(size), page: null })}
            replace
          />
        </Box>
      )}
    </>
  )
}

/** Trades that closed since a page was loaded that does not move by itself. */
function Later({ number, onShow }: { number: number; onShow: () => void }) {
  if (number <= 0) return null
  return (
    <Box role="status" sx={{ mb: 1, display: 'flex', gap: 1, alignItems: 'center' }}>
      {number === 1 ? '1 new trade' : `${count(number)} new trades`}
      <SmallButton type="button" onClick={onShow}>
        Show the newest
      </SmallButton>
    </Box>
  )
}

function Nothing({ session, narrow, onClear }: { session: Shown; narrow: boolean; onClear: () => void }) {
  if (narrow) {
    return (
      <Empty title="No trade fits the filter">
        <SmallButton type="button" onClick={onClear}>
          Clear filter
        </SmallButton>
      </Empty>
    )
  }
  if (isLive(session)) return <Empty title="No trades yet">They appear here as they close.</Empty>
  return <Empty title="No trades">The session has no trade that was closed.</Empty>
}
