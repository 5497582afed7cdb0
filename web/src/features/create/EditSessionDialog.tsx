import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { sessionQuery } from '@/shared/api/queries'
import { draftOf } from './origin'
import { useReferences } from './references'
import { SessionForm } from './SessionForm'
import { Waiting } from './Waiting'

const TITLE = 'Edit Session'

/** Changes a session: all but its kind until its first start, name and notes from then on. */
export function EditSessionDialog() {
  const { id = '' } = useParams()
  return <EditSession key={id} id={id} />
}

function EditSession({ id }: { id: string }) {
  const references = useReferences()
  const { data: session, error, refetch } = useQuery(sessionQuery(id))
  if (!references.ready) return <Waiting title={TITLE} error={references.error} onRetry={references.retry} />
  if (!session) return <Waiting title={TITLE} error={error} onRetry={() => void refetch()} />
  const strategy = references.strategies.find((one) => one.id === session.strategy)
  return (
    <SessionForm
      title={TITLE}
      draftKey={`edit ${id}`}
      target={{ kind: 'edit', id, nameOnly: session.status !== 'created' }}
      initial={draftOf(session, session.name, strategy, references.settingsSchema)}
    />
  )
}
