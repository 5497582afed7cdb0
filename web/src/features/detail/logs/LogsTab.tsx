import type { SessionDetail } from '@/shared/api/types'

export function LogsTab({ session }: { session: SessionDetail }) {
  return <p>{session.name}</p>
}
