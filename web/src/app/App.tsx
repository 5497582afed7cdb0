import CssBaseline from '@mui/material/CssBaseline'
import { ThemeProvider } from '@mui/material/styles'
import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { RouterProvider } from 'react-router/dom'
import { theme } from '@/shared/theme/theme'
import { NoticesProvider } from '@/shared/ui/notices'
import { queryClient } from './queryClient'
import { router } from './router'

export function App() {
  useEffect(() => {
    // What theme.js painted until here; from now on the theme does.
    for (const name of ['color-scheme', 'background-color'])
      document.documentElement.style.removeProperty(name)
  }, [])
  return (
    <ThemeProvider theme={theme} defaultMode="system">
      <CssBaseline enableColorScheme />
      <QueryClientProvider client={queryClient}>
        <NoticesProvider>
          <RouterProvider router={router} />
        </NoticesProvider>
      </QueryClientProvider>
    </ThemeProvider>
  )
}
