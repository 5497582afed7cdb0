import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useState } from 'react'
import { api, unwrap } from '@/shared/api/client'
import { wordsOf } from '@/shared/api/errors'
import type { Market, NewSession } from '@/shared/api/types'
import { confirmed, foresee, perform, takeBack } from '@/shared/sessions/actions'
import { putSession } from '@/shared/sessions/open'
import { useNotify } from '@/shared/ui/notices'

const STRATEGY = 'MarketScraper'

/** Makes a scraper of a market and starts it; `starting` are the markets for which that is under way. */
export function useStartScraping() {
  const client = useQueryClient()
  const notify = useNotify()
  const [starting, setStarting] = useState<ReadonlySet<string>>(new Set())
  const start = useCallback(
    async ({ market, exchange }: Pick<Market, 'market' | 'exchange'>) => {
      const key = `${exchange} ${market}`
      setStarting((former) => new Set([...former, key]))
      try {
        const body = { type: 'scraper', market, exchange, strategy: STRATEGY } as NewSession
        const { session } = await unwrap(api.POST('/sessions', { body }))
        putSession(client, session)
        foresee(client, [session.id], 'start')
        try {
          confirmed(client, await perform(session.id, 'start'))
          notify(`${session.name} started`, 'success')
        } catch (error) {
          takeBack(client, session.id)
          notify(`${session.name} was created, but could not be started: ${wordsOf(error)}`, 'error')
        }
      } catch (error) {
        notify(`${market} cannot be scraped: ${wordsOf(error)}`, 'error')
      } finally {
        setStarting((former) => new Set([...former].filter((one) => one !== key)))
      }
    },
    [client, notify],
  )
  return { start, starting }
}
