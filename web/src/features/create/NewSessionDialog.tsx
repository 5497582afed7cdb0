import { useSearchParams } from 'react-router'
import { CloneSession } from './CloneSession'
import { prefill } from './prefill'
import { useReferences } from './references'
import { SessionForm } from './SessionForm'
import { Waiting } from './Waiting'

const TITLE = 'Create New Session'

/** Makes a session: a new one, or with `clone=<id>` one like another. */
export function NewSessionDialog() {
  const [params] = useSearchParams()
  const clone = params.get('clone')
  return clone === null ? <NewSession params={params} /> : <CloneSession key={clone} id={clone} />
}

function NewSession({ params }: { params: URLSearchParams }) {
  const references = useReferences()
  if (!references.ready) return <Waiting title={TITLE} error={references.error} onRetry={references.retry} />
  const wished = ['type', 'exchange', 'market', 'strategy'].map((name) => params.get(name) ?? '')
  const key = `new ${wished.join(' ')}`.trim()
  return (
    <SessionForm
      key={key}
      draftKey={key}
      title={TITLE}
      target={{ kind: 'new' }}
      initial={prefill(params, references.strategies)}
    />
  )
}
