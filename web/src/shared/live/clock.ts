import { useSyncExternalStore } from 'react'

/** One clock for the whole page: everything that shows an age ticks together, once a second. */

const listeners = new Set<() => void>()
let now = Date.now()
let timer: number | undefined

function tick(): void {
  now = Date.now()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  if (listeners.size === 1) {
    now = Date.now()
    timer = window.setInterval(tick, 1000)
  }
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) window.clearInterval(timer)
  }
}

/** The time in milliseconds, rendered anew each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now)
}

/** Something derived from the time, rendered anew only when it changes: such as whether a heartbeat is late. */
export function useFromNow<T extends string | number | boolean>(derive: (now: number) => T): T {
  return useSyncExternalStore(subscribe, () => derive(now))
}
