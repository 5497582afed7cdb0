const KEY = 'botyard.reloaded'
/** A second loss within this time is none that loading anew mends. */
const PATIENCE_MS = 60_000

/** Whether an error is about a part of the page that could not be loaded, in the words of any browser. */
export function isMissingFile(error: unknown): boolean {
  return (
    error instanceof Error &&
    /dynamically imported module|importing a module script failed|unable to preload/i.test(error.message)
  )
}

/** Loads the page anew, where it answers and where that was not just tried. */
export async function reloadOnce(now = Date.now()): Promise<void> {
  const last = Number(sessionStorage.getItem(KEY) ?? 0)
  if (now - last < PATIENCE_MS) return
  const answer = await fetch('/healthz').catch(() => null)
  if (!answer?.ok) return
  sessionStorage.setItem(KEY, String(now))
  window.location.reload()
}
