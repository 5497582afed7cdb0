import { QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/shared/api/errors'

/** A request is tried again where nothing answered or a part was down; never where the API said no. */
function mayRetry(failures: number, error: Error): boolean {
  const status = error instanceof ApiError ? error.status : 0
  return failures < 2 && (status === 0 || status >= 500)
}

export const queryClient = new QueryClient({
  defaultOptions: {
    // Botyard is on this machine or near it: whether the browser believes to be on the internet says nothing.
    queries: { retry: mayRetry, staleTime: 10_000, refetchOnWindowFocus: false, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
})
