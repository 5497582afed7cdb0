import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import { Outlet, useLocation } from 'react-router'
import { openQuery } from '@/shared/sessions/open'
import { Failure, RowSkeletons } from '@/shared/ui/states'
import { ActiveScrapers } from './ActiveScrapers'
import { withoutPanel } from './address'
import { AvailableMarkets } from './AvailableMarkets'
import { scrapers } from './groups'
import { HEIGHTS } from './parts'

/** Sessions that collect market data, and the markets that could be collected. */
export function ScrapersPage() {
  const { data: sessions, error, refetch } = useQuery({ ...openQuery, select: scrapers })
  const search = withoutPanel(useLocation().search).toString()
  return (
    <>
      <Typography variant="h1">Scrapers</Typography>
      {error && !sessions && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !sessions && <RowSkeletons rows={3} height={HEIGHTS.row} />}
      {sessions && <ActiveScrapers sessions={sessions} search={search} />}
      {sessions && <AvailableMarkets sessions={sessions} search={search} />}
      <Outlet />
    </>
  )
}
