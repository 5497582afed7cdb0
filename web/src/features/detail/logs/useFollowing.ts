import { useCallback, useRef, useState, type UIEvent } from 'react'

/** So near the end counts as at it. */
const AT_END = 6
/** So near the beginning older lines are asked for. */
const NEAR_START = 300

/**
 * Whether the display follows the newest line. A hand that scrolls up switches it off, one that reaches the end
 * switches it on. Where lines come or go, the list never moves up by itself without being at its end.
 */
export function useFollowing(onNearStart: () => void) {
  const [following, setFollowing] = useState(true)
  const former = useRef(0)
  const onScroll = useCallback(
    (event: UIEvent<HTMLElement>) => {
      const { scrollTop, scrollHeight, clientHeight } = event.currentTarget
      const left = scrollHeight - clientHeight - scrollTop
      if (left <= AT_END) setFollowing(true)
      else if (scrollTop < former.current) setFollowing(false)
      if (scrollTop < NEAR_START && scrollTop < former.current) onNearStart()
      former.current = scrollTop
    },
    [onNearStart],
  )
  return { following, setFollowing, onScroll }
}
