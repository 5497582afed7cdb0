import { styled } from '@mui/material/styles'
import type { ComponentProps } from 'react'
import { Link, type To } from 'react-router'
import { Icon } from '@/shared/ui/Icon'

const look = {
  display: 'inline-flex',
  alignItems: 'center',
  justifyContent: 'center',
  width: 25,
  height: 28,
  padding: 0,
  border: 0,
  borderRadius: 6,
  background: 'none',
  color: 'inherit',
  cursor: 'pointer',
} as const

const IconLink = styled(Link)(({ theme }) => ({
  ...look,
  '&:hover': { backgroundColor: (theme.vars ?? theme).palette.action.selected },
}))

const IconButton = styled('button')(({ theme }) => ({
  ...look,
  '&:hover': { backgroundColor: (theme.vars ?? theme).palette.action.selected },
  '&:disabled': { color: (theme.vars ?? theme).palette.text.disabled, cursor: 'default' },
}))

interface Shown {
  label: string
  path: string
}

/** A link with an icon alone, light enough for long lists: its label is read aloud and shown on hover. */
export function RowLink({ label, path, to }: Shown & { to: To }) {
  return (
    <IconLink to={to} aria-label={label} title={label}>
      <Icon path={path} />
    </IconLink>
  )
}

/** A button with an icon alone. */
export function RowButton({ label, path, ...props }: Shown & ComponentProps<'button'>) {
  return (
    <IconButton type="button" aria-label={label} title={label} {...props}>
      <Icon path={path} />
    </IconButton>
  )
}
