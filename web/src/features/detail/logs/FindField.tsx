import { mdiChevronDown, mdiChevronUp, mdiMagnify } from '@mdi/js'
import Box from '@mui/material/Box'
import InputAdornment from '@mui/material/InputAdornment'
import TextField from '@mui/material/TextField'
import { styled } from '@mui/material/styles'
import type { KeyboardEvent, Ref } from 'react'
import { count } from '@/shared/format/numbers'
import { Icon } from '@/shared/ui/Icon'
import { IconAction } from '@/shared/ui/IconAction'
import type { Search } from './useSearch'

interface Props {
  text: string
  onText: (text: string) => void
  search: Search
  inputRef: Ref<HTMLInputElement>
}

/** Looks for a text in the lines that are shown: Enter goes to the next match, Shift and Enter to the one before. */
export function FindField({ text, onText, search, inputRef }: Props) {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault()
      search.step(event.shiftKey ? -1 : 1)
    }
    // The first Escape is for the text, the next one for the panel.
    if (event.key === 'Escape' && text) {
      event.stopPropagation()
      onText('')
    }
  }
  return (
    <Box
      sx={{ display: 'flex', alignItems: 'center', flex: { xs: '1 1 190px', sm: '0 1 auto' }, minWidth: 0 }}
    >
      <TextField
        type="search"
        label="Find in the log"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
        inputRef={inputRef}
        sx={{ width: { xs: 'auto', sm: 230 }, flex: { xs: 1, sm: 'none' }, minWidth: 0 }}
        slotProps={{
          htmlInput: { maxLength: 200 },
          input: {
            startAdornment: (
              <InputAdornment position="start" sx={{ display: { xs: 'none', sm: 'flex' } }}>
                <Icon path={mdiMagnify} />
              </InputAdornment>
            ),
            endAdornment: <Found role="status">{text && wordsOf(search)}</Found>,
          },
        }}
      />
      <IconAction
        label="Previous match"
        path={mdiChevronUp}
        disabled={search.count === 0}
        onClick={() => search.step(-1)}
      />
      <IconAction
        label="Next match"
        path={mdiChevronDown}
        disabled={search.count === 0}
        onClick={() => search.step(1)}
      />
    </Box>
  )
}

const Found = styled('span')(({ theme }) => ({
  ...theme.typography.caption,
  color: (theme.vars ?? theme).palette.text.secondary,
  whiteSpace: 'nowrap',
}))

function wordsOf({ place, count: found }: Search): string {
  if (found === 0) return 'no match'
  return place ? `${count(place)} of ${count(found)}` : `${count(found)} found`
}
