import Typography from '@mui/material/Typography'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Outlet } from 'react-router'
import { openQuery } from '@/shared/sessions/open'
import { Failure, RowSkeletons } from '@/shared/ui/states'
import { NothingOpen } from './NothingOpen'
import { OpenSessionsView } from './OpenSessionsView'
import { HEIGHTS } from './row/parts'
import { trading } from './groups'

/** Sessions that trade, live or over the past. `welcome` is shown where there is no session of any kind yet. */
export function RunningPage({ welcome }: { welcome: ReactNode }) {
  const { data, error, refetch } = useQuery({ ...openQuery, select: trading })
  return (
    <>
      {data?.length !== 0 && (
        <Typography variant="h1" sx={{ mb: 1 }}>
          Running sessions
        </Typography>
      )}
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && !data && <RowSkeletons rows={6} height={HEIGHTS.row} />}
      {data && data.length > 0 && <OpenSessionsView sessions={data} />}
      {data?.length === 0 && <NothingOpen welcome={welcome} />}
      <Outlet />
    </>
  )
}
