import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from 'react-router'
import { api, unwrap } from '@/shared/api/client'
import { wordsOf } from '@/shared/api/errors'
import { keys } from '@/shared/api/queries'
import type { NewSession, SessionDetail } from '@/shared/api/types'
import { confirmed, foresee, perform, takeBack } from '@/shared/sessions/actions'
import { putSession } from '@/shared/sessions/open'
import { useNotify } from '@/shared/ui/notices'

/** What the form is for. */
export type Target =
  { kind: 'new' } | { kind: 'clone'; id: string } | { kind: 'edit'; id: string; nameOnly: boolean }

interface Order {
  body: NewSession
  start: boolean
}

/** Makes or changes the session, then starts it where that was asked; `onSaved` is called in between. */
export function useSubmit(target: Target, onSaved: () => void) {
  const client = useQueryClient()
  const notify = useNotify()
  const navigate = useNavigate()
  return useMutation({
    mutationFn: ({ body }: Order) => save(target, body),
    onSuccess: (session, { start }) => {
      putSession(client, session)
      void client.invalidateQueries({ queryKey: keys.history })
      onSaved()
      const view = { label: 'View', run: () => void navigate(placeOf(session)) }
      const made = target.kind === 'edit' ? 'saved' : 'created'
      if (!start) {
        notify(`${session.name} ${made}`, 'success', view)
        return
      }
      foresee(client, [session.id], 'start')
      perform(session.id, 'start').then(
        (started) => {
          confirmed(client, started)
          notify(`${session.name} ${made} and started`, 'success', view)
        },
        (error: unknown) => {
          takeBack(client, session.id)
          notify(`${session.name} was ${made}, but could not be started: ${wordsOf(error)}`, 'error', view)
        },
      )
    },
  })
}

function placeOf({ id, type }: SessionDetail): string {
  return `${type === 'scraper' ? '/scrapers' : '/running'}/${id}`
}

async function save(target: Target, body: NewSession): Promise<SessionDetail> {
  if (target.kind === 'new') return (await unwrap(api.POST('/sessions', { body }))).session
  const { name, notes, strategy_params, settings, range_start, range_end } = body
  const params = { path: { id: target.id } }
  const all = { name, notes, strategy_params, settings, range_start, range_end }
  if (target.kind === 'clone')
    return (await unwrap(api.POST('/sessions/{id}/clone', { params, body: all }))).session
  // What is left out stays as it is.
  const change = target.nameOnly ? ({ name, notes } as typeof all) : all
  return (await unwrap(api.PATCH('/sessions/{id}', { params, body: change }))).session
}
