import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { api, unwrap } from '@/shared/api/client'
import type { FieldProblem } from '@/shared/api/errors'
import type { NewSession } from '@/shared/api/types'

const PAUSE_MS = 200
const NOTHING: readonly FieldProblem[] = []

/** What the server would refuse of this, asked after a pause in typing; `current`: the answer is about this body. */
export function useCheck(
  body: NewSession,
  enabled: boolean,
): { fields: readonly FieldProblem[]; current: boolean } {
  const text = JSON.stringify(body)
  const asked = useSettled(text, PAUSE_MS)
  const { data, isPlaceholderData } = useQuery({
    queryKey: ['check', asked],
    queryFn: async ({ signal }) =>
      (await unwrap(api.POST('/sessions/check', { body: JSON.parse(asked) as NewSession, signal }))).fields,
    placeholderData: keepPreviousData,
    enabled,
    staleTime: 60_000,
    gcTime: 60_000,
    retry: false,
  })
  if (!enabled || !data) return { fields: NOTHING, current: false }
  return { fields: data, current: asked === text && !isPlaceholderData }
}

/** A text once it has not changed for a while. */
function useSettled(text: string, pause: number): string {
  const [settled, setSettled] = useState(text)
  useEffect(() => {
    const timer = window.setTimeout(() => setSettled(text), pause)
    return () => window.clearTimeout(timer)
  }, [text, pause])
  return settled
}
