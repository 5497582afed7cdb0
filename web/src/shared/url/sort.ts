/** Sorting of a table as the API and the address write it: `field:asc`, `field:desc`. */

export interface Sort<F extends string = string> {
  field: F
  descending: boolean
}

/** What the address asks for, or the usual order where that is not possible. */
export function sortOf<F extends string>(
  value: string | null,
  fields: readonly F[],
  usual: Sort<F>,
): Sort<F> {
  const [name, direction] = (value ?? '').split(':')
  const field = fields.find((one) => one === name)
  return field ? { field, descending: direction !== 'asc' } : usual
}

/** The order after a click on the head of a column: the other way round, or numbers first from the largest. */
export function clicked<F extends string>(sort: Sort<F>, field: F, text: boolean): Sort<F> {
  return sort.field === field ? { field, descending: !sort.descending } : { field, descending: !text }
}

/** The order as the API takes it. */
export function asText({ field, descending }: Sort): string {
  return `${field}:${descending ? 'desc' : 'asc'}`
}
