import type { SessionDetail } from '@/shared/api/types'

export function TradesTab({ session }: { session: SessionDetail }) {
  return <p>{session.name}</p>
}
