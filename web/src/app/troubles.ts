import { ApiError } from '@/shared/api/errors'

interface PartState {
  ok: boolean
  message: string
}

/** What each part is for: what still works, and what does not, while it is down. */
const MEANING: Record<string, string> = {
  database: 'The database is down. Sessions trade on; what is shown may be old.',
  supervisor: 'The supervisor is down. Sessions trade on; none can be started or stopped until it is back.',
  zygote: 'The launcher is getting ready. Sessions can be started in a moment.',
}

/** What to say of an answer of /readyz, or of none. */
export function troubles(error: Error | null): string[] {
  if (!(error instanceof ApiError)) return []
  if (error.status === 0)
    return ['The API does not answer. Sessions trade on by themselves; this page waits for it.']
  const parts = error.details.parts
  if (typeof parts !== 'object' || parts === null) return [error.message]
  const down = Object.entries(parts as Record<string, PartState>).filter(([, part]) => !part.ok)
  // Of a launcher nothing is known while the supervisor is away.
  const told = down.filter(([name]) => name !== 'zygote' || !down.some(([other]) => other === 'supervisor'))
  return told.map(([name, part]) => `${MEANING[name] ?? name} (${part.message})`)
}
