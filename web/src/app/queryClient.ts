import { QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from '@/shared/api/errors'
import { aboutQuery } from '@/shared/api/queries'

/** A request is tried again where nothing answered or a part was down; never where the API said no. */
function mayRetry(failures: number, error: Error): boolean {
  const status = error instanceof ApiError ? error.status : 0
  return failures < 2 && (status === 0 || status >= 500)
}

/** Where the token is asked for in the middle of things, the question that shows its form is asked at once. */
function onError(error: Error, about: boolean): void {
  if (!about && error instanceof ApiError && error.status === 401)
    void queryClient.invalidateQueries({ queryKey: aboutQuery.queryKey })
}

export const queryClient: QueryClient = new QueryClient({
  queryCache: new QueryCache({
    onError: (error, query) => onError(error, query.queryKey[0] === aboutQuery.queryKey[0]),
  }),
  defaultOptions: {
    // Botyard is on this machine or near it: whether the browser believes to be on the internet says nothing.
    queries: { retry: mayRetry, staleTime: 10_000, refetchOnWindowFocus: false, networkMode: 'always' },
    mutations: { networkMode: 'always' },
  },
})
