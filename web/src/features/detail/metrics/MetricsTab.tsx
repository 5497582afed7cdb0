import Alert from '@mui/material/Alert'
import { useQuery } from '@tanstack/react-query'
import { isLive, isTrading } from '@/shared/sessions/open'
import { Section } from '../Section'
import type { Shown } from '../useSession'
import { EquitySection } from './EquitySection'
import { FigureList } from './FigureList'
import { KeyFigures } from './KeyFigures'
import { Positions } from './Positions'
import { metricsQuery } from './queries'
import { ScraperFigures } from './ScraperFigures'

/** How a session fares: its four figures, what it holds, its equity, and all figures. */
export function MetricsTab({ session }: { session: Shown }) {
  if (!isTrading(session.type)) return <ScraperFigures session={session} />
  return (
    <>
      <Section title="Metrics">
        <KeyFigures session={session} />
      </Section>
      <Positions positions={session.position} live={isLive(session)} />
      <EquitySection session={session} />
      <Remarks id={session.id} />
      <FigureList session={session} />
    </>
  )
}

/** What the engine has to say about how far its figures can be trusted. */
function Remarks({ id }: { id: string }) {
  const { data } = useQuery(metricsQuery(id))
  const notes: unknown = (data?.metrics as Readonly<Record<string, unknown>> | undefined)?.notes
  if (!Array.isArray(notes) || notes.length === 0) return null
  return (
    <Section title="Remarks">
      {notes.map((note) => (
        <Alert key={String(note)} severity="info" variant="outlined" sx={{ py: 0, mb: 1 }}>
          {String(note)}
        </Alert>
      ))}
    </Section>
  )
}
