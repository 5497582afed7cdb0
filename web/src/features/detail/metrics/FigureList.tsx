import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { catalogueQuery } from '@/shared/api/queries'
import { Empty, Failure, RowSkeletons } from '@/shared/ui/states'
import { SearchField } from '@/shared/ui/SearchField'
import { useTabParam } from '../address'
import { Section } from '../Section'
import { stampOf } from '../stampOf'
import { useFollow } from '../useFollow'
import type { Shown } from '../useSession'
import { FigureGroup } from './FigureGroup'
import { searched } from './groups'
import { metricsQuery } from './queries'

/** Every figure there is, in groups that open and close, with a search over them. */
export function FigureList({ session }: { session: Shown }) {
  const query = useMemo(() => metricsQuery(session.id), [session.id])
  const metrics = useQuery(query)
  const catalogue = useQuery(catalogueQuery)
  useFollow(query.queryKey, stampOf(session))
  const [text, setText] = useTabParam('find')
  const error = metrics.error ?? catalogue.error
  const groups = useMemo(() => searched(catalogue.data?.groups ?? [], text ?? ''), [catalogue.data, text])
  const values: Readonly<Record<string, unknown>> | undefined = metrics.data?.metrics
  return (
    <Section
      title="All figures"
      aside={
        <SearchField label="Search figures" value={text ?? ''} onChange={(value) => setText(value || null)} />
      }
    >
      {error && (!values || !catalogue.data) && (
        <Failure error={error} onRetry={() => void (metrics.refetch(), catalogue.refetch())} />
      )}
      {!error && (!values || !catalogue.data) && <RowSkeletons rows={8} height={36} />}
      {values && catalogue.data && groups.length === 0 && <Empty title="No figure is called so" />}
      {values && catalogue.data && (
        <Box sx={{ display: 'grid', gap: 1 }}>
          {groups.map((group, index) => (
            <FigureGroup
              key={group.title}
              group={group}
              columns={catalogue.data.columns}
              values={values}
              settle={settleOf(values, session)}
              // What somebody looks for is shown, whatever is closed otherwise.
              open={Boolean(text) || index === 0}
            />
          ))}
        </Box>
      )}
    </Section>
  )
}

function settleOf(values: Readonly<Record<string, unknown>>, session: Shown): string {
  return session.settle ?? (typeof values.settle === 'string' ? values.settle : '')
}
