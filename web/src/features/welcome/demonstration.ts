import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { api, unwrap } from '@/shared/api/client'
import { wordsOf } from '@/shared/api/errors'
import { keys } from '@/shared/api/queries'
import { perform } from '@/shared/sessions/actions'
import { putSession } from '@/shared/sessions/open'
import { useNotify } from '@/shared/ui/notices'

/** A session that has something to show soon: it enters on any move, and leaves after a small one. */
export const DEMONSTRATION = {
  name: 'Demonstration',
  type: 'test',
  market: 'XBTUSD',
  exchange: 'sandbox',
  strategy: 'TestBot',
  strategy_params: {
    threshold: 0.05,
    momentum_window: 3,
    atr_window: 5,
    stop_atr: 0.3,
    target_atr: 0.4,
    position_size: 1000,
  },
  notes: 'Made on the welcome page: it trades often, so that there is something to see.',
  settings: null,
  range_start: null,
  range_end: null,
} as const

/** Makes and starts the demonstration and opens its log, which shows the first signs of life. */
export function useDemonstration() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const notify = useNotify()
  const { mutate, isPending } = useMutation({
    mutationFn: async () => {
      const { session } = await unwrap(api.POST('/sessions', { body: { ...DEMONSTRATION } }))
      return perform(session.id, 'start')
    },
    onSuccess: async (session) => {
      putSession(client, session)
      await navigate(`/running/${session.id}/logs`)
    },
    onError: (error) => notify(`The demonstration could not be started: ${wordsOf(error)}`, 'error'),
    onSettled: () => client.invalidateQueries({ queryKey: keys.history }),
  })
  return { start: () => mutate(), starting: isPending }
}
