import type { SessionDetail } from '@/shared/api/types'

export function EventsTab({ session }: { session: SessionDetail }) {
  return <p>{session.name}</p>
}
