import Button from '@mui/material/Button'
import Dialog from '@mui/material/Dialog'
import DialogActions from '@mui/material/DialogActions'
import DialogContent from '@mui/material/DialogContent'
import DialogTitle from '@mui/material/DialogTitle'
import { styled } from '@mui/material/styles'
import { useEffect, useEffectEvent, useState } from 'react'
import { useNavigate, type To } from 'react-router'

const KEYS = [
  ['N', 'new session'],
  ['/', 'search the list'],
  ['?', 'these keys'],
  ['Escape', 'close what is open'],
] as const

/** Keys that work on every page, as long as nothing is being typed and nothing lies over it. */
export function Shortcuts({ newSession }: { newSession: To }) {
  const [open, setOpen] = useState(false)
  const navigate = useNavigate()
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return
    if (isTyping(event.target) || document.querySelector('[role="dialog"], [role="menu"]')) return
    const search = document.querySelector<HTMLInputElement>('main input[type="search"]')
    if (event.key === 'n') void navigate(newSession)
    else if (event.key === '?') setOpen(true)
    else if (event.key === '/' && search) search.focus()
    else return
    event.preventDefault()
  })
  useEffect(() => {
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])
  return (
    <Dialog open={open} onClose={() => setOpen(false)} aria-labelledby="keys-title">
      <DialogTitle id="keys-title">Keys</DialogTitle>
      <DialogContent>
        <Table>
          <tbody>
            {KEYS.map(([key, does]) => (
              <tr key={key}>
                <th scope="row">
                  <kbd>{key}</kbd>
                </th>
                <td>{does}</td>
              </tr>
            ))}
          </tbody>
        </Table>
      </DialogContent>
      <DialogActions>
        <Button onClick={() => setOpen(false)} autoFocus>
          Close
        </Button>
      </DialogActions>
    </Dialog>
  )
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && target.closest('input, textarea, select, [contenteditable]') !== null
  )
}

const Table = styled('table')(({ theme }) => ({
  ...theme.typography.body1,
  borderSpacing: theme.spacing(1.5, 0.5),
  '& th': { textAlign: 'right' },
}))
