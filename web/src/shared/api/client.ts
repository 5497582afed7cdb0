import createClient from 'openapi-fetch'
import type { paths } from './schema.gen'
import { ApiError, unreachable } from './errors'
import { bearer } from './token'

const http = createClient<paths>({ baseUrl: window.location.origin, headers: { Accept: 'application/json' } })

http.use({
  onRequest({ request }) {
    const token = bearer()
    if (token) request.headers.set('Authorization', `Bearer ${token}`)
    return request
  },
  onError: ({ error }) => unreachable(error),
})

/** The API, typed by its own OpenAPI document. */
export const api = http

/**
 * The data of an answer.
 *
 * @throws ApiError with the API's own words, or saying that nothing answered.
 */
export async function unwrap<T>(
  answer: Promise<{ data?: T; error?: unknown; response: Response }>,
): Promise<T> {
  const { data, error, response } = await answer
  if (response.ok && data !== undefined) return data
  throw ApiError.of(error, response.status)
}
