import type { SessionDetail } from '@/shared/api/types'

export function MetricsTab({ session }: { session: SessionDetail }) {
  return <p>{session.name}</p>
}
