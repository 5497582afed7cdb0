import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { Link, useSearchParams } from 'react-router'
import { count } from '@/shared/format/numbers'
import { patched } from '@/shared/url/params'
import { SelectField } from './SelectField'
import { pagesAround } from './pages'

interface Props {
  total: number
  /** From 1. */
  page: number
  size: number
  sizes: readonly number[]
  /** What is counted: "sessions". */
  what: string
  /** Names of the parameters in the address. */
  names: { page: string; size: string }
  onSize: (size: number) => void
  /** Set where Back should lead away from the list rather than to its former page. */
  replace?: boolean
}

/** "Showing 1-20 of 156", the page size, and the pages as links. */
export function Pager({ total, page, size, sizes, what, names, onSize, replace = false }: Props) {
  const first = Math.min((page - 1) * size + 1, total)
  const last = Math.min(page * size, total)
  return (
    <Box
      sx={{
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 2,
        rowGap: 1,
        mt: 1.5,
        minHeight: 36,
      }}
    >
      <span role="status">
        {total === 0 ? `No ${what}` : `Showing ${count(first)}-${count(last)} of ${count(total)}`}
      </span>
      <SelectField
        label="Rows a page"
        value={String(size)}
        options={sizes.map((one) => ({ value: String(one), label: String(one) }))}
        onChange={(value) => onSize(Number(value))}
        width={110}
      />
      <Box sx={{ flex: 1 }} />
      <Pages last={Math.ceil(total / size)} page={page} what={what} name={names.page} replace={replace} />
    </Box>
  )
}

interface PagesProps extends Pick<Props, 'page' | 'what'> {
  last: number
  name: string
  replace: boolean
}

function Pages({ last, page, what, name, replace }: PagesProps) {
  const [params] = useSearchParams()
  if (last < 2) return null
  const to = (number: number) => ({
    search: `?${patched(params, { [name]: number > 1 ? String(number) : null })}`,
  })
  const step = (number: number, label: string) => (
    <Button
      variant="outlined"
      disabled={number < 1 || number > last}
      component={Link}
      to={to(number)}
      replace={replace}
      preventScrollReset
    >
      {label}
    </Button>
  )
  return (
    <Box component="nav" aria-label={`Pages of ${what}`} sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
      {step(page - 1, '‹ Prev')}
      {pagesAround(page, last).map((number, index) =>
        number === null ? (
          <Box component="span" key={`gap-${index}`} sx={{ px: 0.5, alignSelf: 'center' }}>
            …
          </Box>
        ) : (
          <Button
            key={number}
            component={Link}
            to={to(number)}
            replace={replace}
            preventScrollReset
            variant={number === page ? 'contained' : 'text'}
            aria-current={number === page ? 'page' : undefined}
            aria-label={`Page ${number}`}
            sx={{ minWidth: 32, px: 0.75 }}
          >
            {number}
          </Button>
        ),
      )}
      {step(page + 1, 'Next ›')}
    </Box>
  )
}
