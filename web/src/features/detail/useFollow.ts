import { useQueryClient, type QueryKey } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'

const PAUSE_MS = 4_000

/**
 * Asks for something again when what it depends on changes, but not more often than every few seconds: a session
 * that trades fast would keep the API busy with curves and figures that nobody reads that fast.
 */
export function useFollow(queryKey: QueryKey, stamp: string | number): void {
  const client = useQueryClient()
  const former = useRef(stamp)
  useEffect(() => {
    if (former.current === stamp) return
    const age = Date.now() - (client.getQueryState(queryKey)?.dataUpdatedAt ?? 0)
    const timer = window.setTimeout(
      () => {
        former.current = stamp
        // What is on its way already is let arrive.
        void client.invalidateQueries({ queryKey, exact: true }, { cancelRefetch: false })
      },
      Math.max(0, PAUSE_MS - age),
    )
    return () => window.clearTimeout(timer)
  }, [client, queryKey, stamp])
}
