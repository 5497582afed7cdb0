import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, unwrap } from '@/shared/api/client'
import { keys } from '@/shared/api/queries'
import { questionOf, type Filter } from './filter'

/** One page of the history. The former page's rows stay until the next ones are there. */
export const historyQuery = (filter: Filter) =>
  queryOptions({
    queryKey: [...keys.history, filter],
    queryFn: ({ signal }) =>
      unwrap(api.GET('/sessions', { params: { query: questionOf(filter, Date.now()) }, signal })),
    placeholderData: keepPreviousData,
  })
