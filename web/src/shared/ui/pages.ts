/** Numbers of the pages to offer: the ends, the neighbours of the present one; null where some are left out. */
export function pagesAround(page: number, last: number): (number | null)[] {
  const wanted = [1, page - 1, page, page + 1, last].filter((number) => number >= 1 && number <= last)
  const shown = [...new Set(wanted)].sort((a, b) => a - b)
  return shown.flatMap((number, index) => {
    const former = shown[index - 1] ?? 0
    if (number - former === 1) return [number]
    // A gap of one page is no shorter than the page itself.
    return number - former === 2 ? [number - 1, number] : [null, number]
  })
}
