import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { queryOptions, useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import { Empty, Failure, RowSkeletons } from '@/shared/ui/states'
import { HEIGHTS } from './row/parts'

/** How many sessions there are, ended ones and scrapers too. Below the history's key, as it changes with it. */
const totalQuery = queryOptions({
  queryKey: [...keys.history, 'total'],
  queryFn: async ({ signal }) =>
    (await unwrap(api.GET('/sessions', { params: { query: { limit: 1 } }, signal }))).total,
})

/** Nothing runs: on the first visit a welcome, later a word about where the others are. */
export function NothingOpen({ welcome }: { welcome: ReactNode }) {
  const { data: total, error, refetch } = useQuery(totalQuery)
  if (total === 0) return welcome
  return (
    <>
      <Typography variant="h1" sx={{ mb: 2 }}>
        Running sessions
      </Typography>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!error && total === undefined && <RowSkeletons rows={1} height={HEIGHTS.row * 2} />}
      {total !== undefined && (
        <Empty title="Nothing is running">
          <Typography sx={{ mb: 2 }}>Sessions that ended are in the history.</Typography>
          <Button component={Link} to="/running/new" variant="contained" sx={{ mr: 1 }}>
            New session
          </Button>
          <Button component={Link} to="/history">
            To the history
          </Button>
        </Empty>
      )}
    </>
  )
}
