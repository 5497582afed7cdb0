import { colourOf } from './equity'

/** Dashes and widths as the chart draws them: see STYLES of equityLines. */
const DASHES = ['', '4 4', '2 2', '12 8', '2 8', ''] as const
const WIDTHS = [2, 2, 2, 2, 2, 4] as const

/** A piece of the line that stands for a curve, so that it is not known by its colour alone. */
export function LineSample({ index, dark }: { index: number; dark: boolean }) {
  return (
    <svg width={28} height={8} aria-hidden style={{ verticalAlign: 'middle' }}>
      <line
        x1={0}
        x2={28}
        y1={4}
        y2={4}
        stroke={colourOf(index, dark)}
        strokeWidth={WIDTHS[index % WIDTHS.length] ?? 2}
        strokeDasharray={DASHES[index % DASHES.length] ?? ''}
      />
    </svg>
  )
}
