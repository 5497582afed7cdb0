import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

/** What changes in the address: null or an empty text takes a parameter away. */
export type Patch = Readonly<Record<string, string | null>>

/** The parameters with a patch applied. */
export function patched(params: URLSearchParams, patch: Patch): URLSearchParams {
  const changed = new URLSearchParams(params)
  for (const [name, value] of Object.entries(patch)) {
    if (value) changed.set(name, value)
    else changed.delete(name)
  }
  return changed
}

/** The address's parameters, and what changes some of them; `replace` leaves no entry behind, as while typing. */
export function useParamsPatch() {
  const [params, setParams] = useSearchParams()
  const patch = useCallback(
    (changes: Patch, { replace = false } = {}) =>
      // Of the address itself: what is rendered may be a moment behind it, and a second change must not undo the first.
      setParams(patched(new URLSearchParams(window.location.search), changes), {
        replace,
        preventScrollReset: true,
      }),
    [setParams],
  )
  return [params, patch] as const
}

/** One of the allowed values, or the first of them. */
export function oneOf<T extends string>(value: string | null, allowed: readonly [T, ...T[]]): T {
  return allowed.find((one) => one === value) ?? allowed[0]
}

/** A page number of the address: 1 where it is missing or nonsense. */
export function pageOf(params: URLSearchParams, name: string): number {
  const page = Number(params.get(name))
  return Number.isInteger(page) && page > 1 ? page : 1
}
