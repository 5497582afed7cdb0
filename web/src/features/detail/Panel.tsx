import Box from '@mui/material/Box'
import { lazy, Suspense, useEffect, type ComponentType } from 'react'
import { Navigate } from 'react-router'
import { RowSkeletons } from '@/shared/ui/states'
import { isTab, useAddresses, type TabName } from './address'
import { EventsTab } from './events/EventsTab'
import { Head } from './head/Head'
import { HeadSkeleton } from './head/HeadSkeleton'
import { MetricsTab } from './metrics/MetricsTab'
import { NotThere } from './NotThere'
import { ParametersTab } from './parameters/ParametersTab'
import { TabBar } from './TabBar'
import { tabId, tabPanelId } from './tabs'
import { useSession, type Shown } from './useSession'

const importTrades = async () => ({ default: (await import('./trades/TradesTab')).TradesTab })
const importLogs = async () => ({ default: (await import('./logs/LogsTab')).LogsTab })
const IMPORTS: Partial<Record<TabName, () => Promise<unknown>>> = { trades: importTrades, logs: importLogs }

const SHOWN: Record<TabName, ComponentType<{ session: Shown }>> = {
  metrics: MetricsTab,
  trades: lazy(importTrades),
  logs: lazy(importLogs),
  parameters: ParametersTab,
  events: EventsTab,
}

/** These have scroll areas of their own, as high as the panel leaves; the others scroll as a whole. */
const FILLING: ReadonlySet<TabName> = new Set(['trades', 'logs'])

interface Props {
  id: string
  tab: string | undefined
  titleId: string
  onClose: () => void
}

/** Head, tabs, and the chosen tab in all the height that is left. */
export function Panel({ id, tab = 'metrics', titleId, onClose }: Props) {
  const { session, error, refetch } = useSession(id)
  const addresses = useAddresses(id)
  useFetched(tab)
  if (error && !session) {
    return <NotThere error={error} titleId={titleId} onRetry={() => void refetch()} onClose={onClose} />
  }
  if (!isTab(tab)) return <Navigate to={addresses.tab('metrics')} replace />
  const Tab = SHOWN[tab]
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      {session ? (
        <Head session={session} titleId={titleId} compact={tab === 'logs'} onClose={onClose} />
      ) : (
        <HeadSkeleton titleId={titleId} onClose={onClose} />
      )}
      <TabBar id={id} tab={tab} />
      <Box
        key={tab}
        role="tabpanel"
        id={tabPanelId(tab)}
        aria-labelledby={tabId(tab)}
        tabIndex={FILLING.has(tab) ? -1 : 0}
        sx={{
          flex: 1,
          minHeight: 0,
          px: { xs: 1.5, sm: 2.5 },
          py: 2,
          ...(FILLING.has(tab)
            ? { display: 'flex', flexDirection: 'column', overflow: 'hidden' }
            : { overflowY: 'auto', scrollbarGutter: 'stable' }),
        }}
      >
        <Suspense fallback={<RowSkeletons rows={6} height={48} />}>
          {session ? <Tab session={session} /> : <RowSkeletons rows={6} height={48} />}
        </Suspense>
      </Box>
    </Box>
  )
}

/** A tab's script is fetched together with the session, not behind it. Where that fails, the tab itself says so. */
function useFetched(tab: string): void {
  useEffect(() => {
    if (isTab(tab)) IMPORTS[tab]?.().catch(() => undefined)
  }, [tab])
}
