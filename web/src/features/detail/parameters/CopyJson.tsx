import { mdiContentCopy } from '@mdi/js'
import { wordsOf } from '@/shared/api/errors'
import { Icon } from '@/shared/ui/Icon'
import { useNotify } from '@/shared/ui/notices'
import { SmallButton } from '@/shared/ui/SmallButton'
import type { Shown } from '../useSession'

/** What POST /sessions takes to make the same session once more. */
export function recipeOf(session: Shown): object {
  return {
    name: session.name,
    type: session.type,
    exchange: session.exchange,
    market: session.market,
    strategy: session.strategy,
    strategy_params: session.strategy_params,
    ...(session.range_start == null
      ? {}
      : { range_start: session.range_start, range_end: session.range_end }),
    settings: session.settings,
    ...(session.notes ? { notes: session.notes } : {}),
  }
}

export function CopyJson({ session }: { session: Shown }) {
  const notify = useNotify()
  const copy = async () => {
    if (!window.isSecureContext) {
      notify('This browser lets pages copy only where they come by HTTPS or from this computer', 'error')
      return
    }
    try {
      await navigator.clipboard.writeText(JSON.stringify(recipeOf(session), null, 2))
      notify('Copied as JSON', 'success')
    } catch (error) {
      notify(`Could not copy: ${wordsOf(error)}`, 'error')
    }
  }
  return (
    <SmallButton type="button" onClick={() => void copy()}>
      <Icon path={mdiContentCopy} fontSize="inherit" /> Copy as JSON
    </SmallButton>
  )
}
