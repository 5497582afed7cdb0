import type { SessionDetail } from '@/shared/api/types'

export function ParametersTab({ session }: { session: SessionDetail }) {
  return <p>{session.name}</p>
}
