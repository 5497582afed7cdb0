import { mdiThemeLightDark, mdiWeatherNight, mdiWhiteBalanceSunny } from '@mdi/js'
import ListItemIcon from '@mui/material/ListItemIcon'
import Menu from '@mui/material/Menu'
import MenuItem from '@mui/material/MenuItem'
import { useColorScheme } from '@mui/material/styles'
import { useState } from 'react'
import { Icon } from '@/shared/ui/Icon'
import { IconAction } from '@/shared/ui/IconAction'

const MODES = [
  { mode: 'system', label: 'As the system', path: mdiThemeLightDark },
  { mode: 'light', label: 'Light', path: mdiWhiteBalanceSunny },
  { mode: 'dark', label: 'Dark', path: mdiWeatherNight },
] as const

export function ThemeSwitch() {
  const { mode = 'system', setMode } = useColorScheme()
  const [anchor, setAnchor] = useState<HTMLElement | null>(null)
  const current = MODES.find((one) => one.mode === mode) ?? MODES[0]
  return (
    <>
      <IconAction
        label="Theme"
        path={current.path}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      />
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {MODES.map((one) => (
          <MenuItem
            key={one.mode}
            selected={one.mode === mode}
            onClick={() => {
              setMode(one.mode)
              setAnchor(null)
            }}
          >
            <ListItemIcon>
              <Icon path={one.path} />
            </ListItemIcon>
            {one.label}
          </MenuItem>
        ))}
      </Menu>
    </>
  )
}
