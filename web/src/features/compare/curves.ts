import type { EquitySeries } from '@/shared/charts/equity'

/** The curves as if all had started at once, at second 0. */
export function aligned(series: readonly EquitySeries[]): EquitySeries[] {
  return series.map((one) => {
    const first = one.points[0]?.timestamp ?? 0
    return {
      ...one,
      points: one.points.map((point) => ({ ...point, timestamp: point.timestamp - first })),
    }
  })
}

/** Time since the start as the axis writes it: 3d 04:05. */
export function sinceStart(seconds: number): string {
  const minutes = Math.floor(seconds / 60)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${Math.floor(minutes / 1440)}d ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`
}
