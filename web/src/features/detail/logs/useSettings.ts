import { useEffect, useEffectEvent, useState } from 'react'
import { oneOf } from '@/shared/url/params'
import { useTabParams } from '../address'
import { LEVELS, type Level } from './entries'

/** Typing changes the address after a pause: browsers refuse many changes in a row. */
const PAUSE_MS = 250

/** What is chosen for the display, as the address has it. */
export interface Settings {
  level: Level
  text: string
  wrapped: boolean
  heartbeats: boolean
  setLevel: (level: string) => void
  setText: (text: string) => void
  setWrapped: (wrapped: boolean) => void
  setHeartbeats: (heartbeats: boolean) => void
}

/**
 * The address gives the beginning and is told of every change; between the two the choice is kept here, since an
 * address changes later than a letter is typed.
 */
export function useSettings(): Settings {
  const [param, setParams] = useTabParams()
  const [level, setLevel] = useState(() => oneOf(param('level'), LEVELS))
  const [text, setText] = useState(() => param('find') ?? '')
  const [wrapped, setWrapped] = useState(() => param('wrap') !== 'no')
  const [heartbeats, setHeartbeats] = useState(() => param('heartbeats') !== 'no')
  const tell = useEffectEvent(setParams)
  useEffect(() => {
    tell({
      level: level === 'all' ? null : level,
      wrap: wrapped ? null : 'no',
      heartbeats: heartbeats ? null : 'no',
    })
  }, [level, wrapped, heartbeats])
  useEffect(() => {
    const timer = window.setTimeout(() => tell({ find: text || null }), PAUSE_MS)
    return () => window.clearTimeout(timer)
  }, [text])
  return {
    level,
    text,
    wrapped,
    heartbeats,
    setLevel: (value) => setLevel(oneOf(value, LEVELS)),
    setText,
    setWrapped,
    setHeartbeats,
  }
}
