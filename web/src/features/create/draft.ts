import { useCallback, useEffect, useMemo, useState } from 'react'
import type { SessionType } from '@/shared/api/types'
import type { MarketMode } from './wants'
import type { Range } from './range'
import type { Texts } from './values'

/**
 * All that was chosen and typed. What belongs to one type or strategy is kept for it, so that looking at another one
 * loses nothing; what is missing is as it is to begin with.
 */
export interface Draft {
  type: SessionType
  exchange: string
  strategies: Partial<Record<SessionType, string>>
  markets: Partial<Record<MarketMode, string>>
  /** By strategy. */
  params: Readonly<Record<string, Texts>>
  settings: Texts
  range: Range | null
  name: string
  notes: string
}

export type Change = (part: Partial<Draft> | ((former: Draft) => Partial<Draft>)) => void

export function emptyDraft(type: SessionType, exchange: string): Draft {
  return {
    type,
    exchange,
    strategies: {},
    markets: {},
    params: {},
    settings: {},
    range: null,
    name: '',
    notes: '',
  }
}

const PREFIX = 'botyard.draft.'

export interface Drafting {
  draft: Draft
  change: Change
  /** Whether anything differs from how it began. */
  dirty: boolean
  /** Whether it began with what was typed before. */
  restored: boolean
  startOver: () => void
  forget: () => void
}

/** A draft that outlives its dialog: closing it, going back or loading the page again loses nothing. */
export function useDraft(key: string, initial: Draft): Drafting {
  const [start] = useState(initial)
  const [kept] = useState(() => read(key))
  const [draft, setDraft] = useState(kept ?? start)
  const [restored, setRestored] = useState(kept !== null)
  const [done, setDone] = useState(false)
  const dirty = useMemo(() => JSON.stringify(draft) !== JSON.stringify(start), [draft, start])
  useEffect(() => {
    if (dirty && !done) sessionStorage.setItem(PREFIX + key, JSON.stringify(draft))
    else sessionStorage.removeItem(PREFIX + key)
  }, [key, draft, dirty, done])
  const change = useCallback<Change>((part) => {
    setDraft((former) => ({ ...former, ...(typeof part === 'function' ? part(former) : part) }))
  }, [])
  const startOver = useCallback(() => {
    setDraft(start)
    setRestored(false)
  }, [start])
  const forget = useCallback(() => {
    sessionStorage.removeItem(PREFIX + key)
    setDone(true)
  }, [key])
  return { draft, change, dirty, restored, startOver, forget }
}

function read(key: string): Draft | null {
  const text = sessionStorage.getItem(PREFIX + key)
  if (text === null) return null
  try {
    return JSON.parse(text) as Draft
  } catch {
    return null
  }
}
