import { useEffect, useRef } from 'react'
import { useLocation } from 'react-router'

/**
 * Moves the focus to a page that was gone to, so that keyboard and screen reader begin there. Panels look after theirs
 * themselves, and the first page is where the browser begins anyway.
 */
export function PageFocus() {
  const page = useLocation().pathname.split('/')[1]
  const former = useRef(page)
  useEffect(() => {
    if (former.current === page) return
    former.current = page
    document.getElementById('content')?.focus({ preventScroll: true })
  }, [page])
  return null
}
