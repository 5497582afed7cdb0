import Box from '@mui/material/Box'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import { Pager } from '@/shared/ui/Pager'
import { SelectField } from '@/shared/ui/SelectField'
import { Empty, Failure, RowSkeletons } from '@/shared/ui/states'
import { pageOf } from '@/shared/url/params'
import { OF_TAB, useTabParams } from '../address'
import { Section } from '../Section'
import type { Shown } from '../useSession'
import { EventRow } from './EventRow'
import { KINDS, type EventType } from './words'

const SIZES = [25, 50, 100, 200] as const
const USUAL = 50

interface Filter {
  type: EventType | null
  page: number
  size: number
}

const eventsQuery = (id: string, { type, page, size }: Filter) =>
  queryOptions({
    queryKey: keys.of(id, 'events', { type, page, size }),
    queryFn: ({ signal }) => {
      const query = { limit: size, offset: (page - 1) * size, ...(type ? { type } : {}) }
      return unwrap(api.GET('/sessions/{id}/events', { params: { path: { id }, query }, signal }))
    },
    placeholderData: keepPreviousData,
  })

/** What happened to the session, the newest first; new events appear by themselves. */
export function EventsTab({ session }: { session: Shown }) {
  const [filter, set] = useFilter()
  const { data, error, refetch } = useQuery(eventsQuery(session.id, filter))
  return (
    <Section
      title="Events"
      aside={<KindField kind={filter.type} onChange={(type) => set({ type, page: null })} />}
    >
      {error && !data && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <RowSkeletons rows={8} height={34} />}
      {data?.events.length === 0 && <Empty title="No such events" />}
      {data && data.events.length > 0 && (
        <Box
          component="ol"
          aria-label="Events, the newest first"
          sx={{
            listStyle: 'none',
            m: 0,
            p: 0,
            border: 1,
            borderColor: 'divider',
            borderRadius: 1,
            bgcolor: 'background.paper',
            '& > li + li': { borderTop: 1, borderColor: 'divider' },
          }}
        >
          {data.events.map((event) => (
            <EventRow key={event.id} event={event} />
          ))}
        </Box>
      )}
      {data && data.total > 0 && (
        <Pager
          total={data.total}
          page={filter.page}
          size={filter.size}
          sizes={SIZES}
          what="events"
          names={{ page: `${OF_TAB}page`, size: `${OF_TAB}size` }}
          onSize={(size) => set({ size: size === USUAL ? null : String(size), page: null })}
        />
      )}
    </Section>
  )
}

function useFilter(): [Filter, (changes: Record<string, string | null>) => void] {
  const [params] = useSearchParams()
  const [get, set] = useTabParams()
  const type = get('type')
  const size = Number(get('size'))
  const filter = {
    type: isKind(type) ? type : null,
    page: pageOf(params, `${OF_TAB}page`),
    size: SIZES.find((one) => one === size) ?? USUAL,
  }
  return [filter, set]
}

function isKind(text: string | null): text is EventType {
  return text !== null && Object.hasOwn(KINDS, text)
}

function KindField({ kind, onChange }: { kind: EventType | null; onChange: (kind: string | null) => void }) {
  const options = Object.entries(KINDS).map(([value, label]) => ({ value, label }))
  return (
    <SelectField
      label="Show"
      value={kind ?? ''}
      options={[{ value: '', label: 'All events' }, ...options]}
      onChange={(value) => onChange(value || null)}
    />
  )
}
