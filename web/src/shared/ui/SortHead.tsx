import Box from '@mui/material/Box'
import { clicked, type Sort } from '@/shared/url/sort'

interface Props<F extends string> {
  label: string
  field: F
  sort: Sort<F>
  onSort: (sort: Sort<F>) => void
  /** Set for texts: they start at the left, and are sorted from A first. */
  text?: boolean
}

/** The head of a column that sorts its table. */
export function SortHead<F extends string>({ label, field, sort, onSort, text = false }: Props<F>) {
  const active = sort.field === field
  const direction = sort.descending ? 'descending' : 'ascending'
  return (
    <th scope="col" aria-sort={active ? direction : 'none'} style={{ textAlign: text ? 'left' : 'right' }}>
      <Box
        component="button"
        type="button"
        onClick={() => onSort(clicked(sort, field, text))}
        sx={{
          font: 'inherit',
          color: 'inherit',
          background: 'none',
          border: 0,
          p: 0,
          position: 'relative',
          minHeight: 24,
          cursor: 'pointer',
          whiteSpace: 'nowrap',
          '&:hover': { textDecoration: 'underline' },
        }}
      >
        {label}
        <Box
          component="span"
          aria-hidden
          sx={{ position: 'absolute', ...(text ? { right: -10 } : { left: -10 }), opacity: active ? 1 : 0 }}
        >
          {sort.descending ? '▾' : '▴'}
        </Box>
      </Box>
    </th>
  )
}
