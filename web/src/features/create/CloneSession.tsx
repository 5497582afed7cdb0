import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '@/shared/api/queries'
import { cloneName, draftOf } from './origin'
import { useReferences } from './references'
import { SessionForm } from './SessionForm'
import { Waiting } from './Waiting'

const TITLE = 'Clone Session'

/** Makes a session like another, with whatever is changed. */
export function CloneSession({ id }: { id: string }) {
  const references = useReferences()
  const { data: session, error, refetch } = useQuery({ ...sessionQuery(id) })
  if (!references.ready) return <Waiting title={TITLE} error={references.error} onRetry={references.retry} />
  if (!session) return <Waiting title={TITLE} error={error} onRetry={() => void refetch()} />
  const strategy = references.strategies.find((one) => one.id === session.strategy)
  return (
    <SessionForm
      title={TITLE}
      draftKey={`clone ${id}`}
      target={{ kind: 'clone', id }}
      initial={draftOf(session, cloneName(session.name), strategy, references.settingsSchema)}
    />
  )
}
