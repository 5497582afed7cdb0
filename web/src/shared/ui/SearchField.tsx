import { mdiMagnify } from '@mdi/js'
import InputAdornment from '@mui/material/InputAdornment'
import TextField from '@mui/material/TextField'
import { useEffect, useEffectEvent, useState } from 'react'
import { Icon } from './Icon'

const PAUSE_MS = 250

interface Props {
  label: string
  value: string
  /** Called after a pause in typing. */
  onChange: (value: string) => void
  maxLength?: number
  width?: number
}

/** A text to look for. It follows its value where that changes from outside, such as by the Back button. */
export function SearchField({ label, value, onChange, maxLength = 200, width = 220 }: Props) {
  const [text, setText] = useState(value)
  const [former, setFormer] = useState(value)
  if (value !== former) {
    setFormer(value)
    setText(value)
  }
  const tell = useEffectEvent(onChange)
  useEffect(() => {
    if (text === value) return
    const timer = window.setTimeout(() => {
      setFormer(text)
      tell(text)
    }, PAUSE_MS)
    return () => window.clearTimeout(timer)
  }, [text, value])
  return (
    <TextField
      type="search"
      label={label}
      value={text}
      onChange={(event) => setText(event.target.value)}
      slotProps={{
        htmlInput: { maxLength },
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <Icon path={mdiMagnify} />
            </InputAdornment>
          ),
        },
      }}
      sx={{ width: { xs: 'auto', sm: width } }}
    />
  )
}
