// Before anything is drawn: the colours that were chosen, so that a dark page does not begin with a white flash.
;(() => {
  let mode = null
  try {
    mode = localStorage.getItem('mui-mode')
  } catch {
    // a browser that keeps nothing follows the system
  }
  if (mode !== 'light' && mode !== 'dark')
    mode = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  const root = document.documentElement
  root.dataset.theme = mode
  root.style.colorScheme = mode
  root.style.backgroundColor = mode === 'dark' ? '#101417' : '#f5f6f7'
})()
