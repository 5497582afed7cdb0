/** Percentages at which a bar may end. */
const ENDS = [0.1, 1, 10, 100] as const

/** The end of a bar that a percentage fits in, so that a bar of a quiet session is no empty one. */
export function endFor(percent: number): number {
  const size = Math.abs(percent)
  return ENDS.find((end) => size <= end) ?? 10 ** Math.ceil(Math.log10(size))
}

/** How much of a bar is filled, 0 to 1. */
export function shareOf(value: number, end: number): number {
  if (!Number.isFinite(value) || end <= 0) return 0
  return Math.min(1, Math.abs(value) / end)
}
