import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { marketsQuery } from '@/shared/api/markets'
import { aboutQuery, keys } from '@/shared/api/queries'
import type { Market } from '@/shared/api/types'
import { count } from '@/shared/format/numbers'
import type { OpenSession } from '@/shared/sessions/open'
import { OriginNotice } from '@/shared/sessions/OriginNotice'
import { SearchField } from '@/shared/ui/SearchField'
import { SelectField } from '@/shared/ui/SelectField'
import { Empty, Failure, RowSkeletons } from '@/shared/ui/states'
import { useParamsPatch } from '@/shared/url/params'
import { scraped } from './groups'
import { MarketList } from './MarketList'
import { HEIGHTS } from './parts'
import { useStartScraping } from './start'

interface Props {
  sessions: readonly OpenSession[]
  search: string
}

/** Markets of one exchange that nobody scrapes. */
export function AvailableMarkets({ sessions, search }: Props) {
  const [params, patch] = useParamsPatch()
  const { data: about } = useQuery(aboutQuery)
  const exchange = params.get('on') ?? about?.exchange ?? ''
  const text = params.get('search') ?? ''
  const chosen = about?.exchanges.find((one) => one.id === exchange)
  const { data, error, refetch } = useQuery({ ...marketsQuery(exchange), refetchInterval: 60_000 })
  const busy = useMemo(() => scraped(sessions, exchange), [sessions, exchange])
  useRefreshed(exchange, busy)
  const { start, starting } = useStartScraping()
  const shown = useMemo(
    () => data?.filter((one) => !busy.has(one.market) && fits(one, text)),
    [data, busy, text],
  )
  return (
    <Box component="section" aria-labelledby="available">
      <Typography
        id="available"
        component="h2"
        variant="overline"
        sx={{ display: 'block', mt: 3, mb: 1, fontSize: '0.8125rem' }}
      >
        Available markets (not scraping) {shown && `(${count(shown.length)})`}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, mb: 1.5 }}>
        <SelectField
          label="Exchange"
          value={exchange}
          options={about?.exchanges.map((one) => ({ value: one.id, label: one.title })) ?? []}
          onChange={(on) => patch({ on: on === about?.exchange ? null : on })}
          width={340}
        />
        <SearchField
          label="Search markets"
          value={text}
          onChange={(value) => patch({ search: value }, { replace: true })}
        />
      </Box>
      <OriginNotice exchanges={[exchange]} />
      {chosen?.closed_on && (
        <Alert severity="info" variant="outlined" sx={{ py: 0, mb: 1.5 }}>
          This exchange closed on {chosen.closed_on}: there is nothing new to record. What is recorded can be
          viewed.
        </Alert>
      )}
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !shown && <RowSkeletons rows={8} height={HEIGHTS.market} />}
      {shown?.length === 0 && (
        <Empty title={text ? 'No market has this in its name' : 'All markets are being scraped'} />
      )}
      {shown && shown.length > 0 && (
        <MarketList
          markets={shown}
          starting={starting}
          open={chosen?.closed_on === null}
          search={search}
          onStart={(market) => void start(market)}
        />
      )}
    </Box>
  )
}

function fits(market: Market, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  return [market.market, market.symbol, market.exchange_id].some((name) =>
    name.toLowerCase().includes(wanted),
  )
}

/** Asks for the markets again when a scraper has come or gone: it leaves new data behind. */
function useRefreshed(exchange: string, busy: ReadonlySet<string>): void {
  const client = useQueryClient()
  const names = [...busy].sort().join(' ')
  useEffect(() => {
    void client.invalidateQueries({ queryKey: keys.markets(exchange) })
  }, [client, exchange, names])
}
