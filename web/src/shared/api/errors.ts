/** What is wrong with one field of a request; `field` is its path, such as `strategy_params.threshold`. */
export interface FieldProblem {
  field: string
  message: string
}

interface Envelope {
  error: { code: string; message: string; details: Record<string, unknown> }
}

/** An answer of the API that is no success, in the API's own words. Status 0: nothing answered. */
export class ApiError extends Error {
  constructor(
    message: string,
    readonly status: number,
    readonly code: string,
    readonly details: Record<string, unknown> = {},
  ) {
    super(message)
    this.name = 'ApiError'
  }

  static of(body: unknown, status: number): ApiError {
    if (isEnvelope(body)) return new ApiError(body.error.message, status, body.error.code, body.error.details)
    return new ApiError(`The API answered ${status} and nothing else.`, status, 'unreadable_answer')
  }

  /** What is wrong with which fields; empty where the error is about something else. */
  get fields(): FieldProblem[] {
    const { fields } = this.details
    return Array.isArray(fields) ? (fields as FieldProblem[]) : []
  }
}

/** The error for a request that got no answer at all. */
export function unreachable(cause: unknown): Error {
  if (cause instanceof DOMException && cause.name === 'AbortError') return cause
  return new ApiError('The API does not answer. Is Botyard running?', 0, 'unreachable')
}

/** The words to show for whatever was thrown. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function isEnvelope(body: unknown): body is Envelope {
  if (typeof body !== 'object' || body === null || !('error' in body)) return false
  const { error } = body
  return typeof error === 'object' && error !== null && 'message' in error && 'code' in error
}
