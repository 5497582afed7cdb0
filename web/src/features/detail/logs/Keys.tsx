import { mdiKeyboardOutline } from '@mdi/js'
import Popover from '@mui/material/Popover'
import { styled } from '@mui/material/styles'
import { useState } from 'react'
import { IconAction } from '@/shared/ui/IconAction'

const KEYS = [
  ['/', 'find'],
  ['Enter', 'next match'],
  ['Shift + Enter', 'previous match'],
  ['P', 'pause and resume'],
  ['W', 'wrap long lines or not'],
  ['Home', 'oldest line that is loaded'],
  ['End', 'newest line'],
  ['Page Up, Page Down', 'scroll'],
] as const

/** Which keys do what, where the focus is in the log. */
export function Keys() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  return (
    <>
      <IconAction
        label="Keys"
        path={mdiKeyboardOutline}
        aria-haspopup="dialog"
        aria-expanded={anchor !== null}
        onClick={(event) => setAnchor(event.currentTarget)}
      />
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'right' }}
        transformOrigin={{ vertical: 'top', horizontal: 'right' }}
        slotProps={{ paper: { role: 'dialog', 'aria-label': 'Keys of the log', tabIndex: -1 } }}
      >
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
      </Popover>
    </>
  )
}

const Table = styled('table')(({ theme }) => ({
  ...theme.typography.body2,
  margin: theme.spacing(1.5),
  borderSpacing: theme.spacing(1.5, 0.25),
  '& th': { textAlign: 'right' },
}))
