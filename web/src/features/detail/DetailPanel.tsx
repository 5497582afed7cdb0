import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense } from 'react'
import { useParams } from 'react-router'
import { sessionQuery } from '@/shared/api/queries'
import { Failure } from '@/shared/ui/states'
import { EventsTab } from './events/EventsTab'
import { MetricsTab } from './metrics/MetricsTab'
import { ParametersTab } from './parameters/ParametersTab'

const TradesTab = lazy(async () => ({ default: (await import('./trades/TradesTab')).TradesTab }))
const LogsTab = lazy(async () => ({ default: (await import('./logs/LogsTab')).LogsTab }))

const TABS = {
  metrics: MetricsTab,
  trades: TradesTab,
  logs: LogsTab,
  parameters: ParametersTab,
  events: EventsTab,
}

export function DetailPanel() {
  const { id = '', tab = 'metrics' } = useParams()
  const { data: session, error } = useQuery(sessionQuery(id))
  const Shown = TABS[tab as keyof typeof TABS] ?? MetricsTab
  if (error) return <Failure error={error} />
  return <Suspense>{session && <Shown session={session} />}</Suspense>
}
