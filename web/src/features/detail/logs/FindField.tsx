import { mdiChevronDown, mdiChevronUp, mdiMagnify } from '@mdi/js'
import Box from '@mui/material/Box'
import InputAdornment from '@mui/material/InputAdornment'
import TextField from '@mui/material/TextField'
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
    <Box sx={{ display: 'flex', alignItems: 'center', flex: { xs: '1 1 100%', sm: '0 1 auto' } }}>
      <TextField
        type="search"
        label="Find in the log"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
        inputRef={inputRef}
        sx={{ width: { xs: 'auto', sm: 190 }, flex: { xs: 1, sm: 'none' } }}
        slotProps={{
          htmlInput: { maxLength: 200 },
          input: {
            startAdornment: (
              <InputAdornment position="start">
                <Icon path={mdiMagnify} />
              </InputAdornment>
            ),
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
      <Box
        component="span"
        role="status"
        sx={{ color: 'text.secondary', fontSize: '0.8rem', minWidth: text ? '9ch' : 0, whiteSpace: 'nowrap' }}
      >
        {text && wordsOf(search)}
      </Box>
    </Box>
  )
}

function wordsOf({ place, count: found }: Search): string {
  if (found === 0) return 'no match'
  return place ? `${count(place)} of ${count(found)}` : `${count(found)} found`
}
