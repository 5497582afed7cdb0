import IconButton, { type IconButtonProps } from '@mui/material/IconButton'
import Tooltip from '@mui/material/Tooltip'
import { Icon } from './Icon'

interface Props extends Omit<IconButtonProps, 'children'> {
  label: string
  path: string
}

/** A button with an icon alone; its label is read aloud and shown on hover. */
export function IconAction({ label, path, ...props }: Props) {
  return (
    // The tooltip would name the span as well, were its title a text alone.
    <Tooltip title={<>{label}</>} describeChild>
      <span>
        <IconButton aria-label={label} size="small" {...props}>
          <Icon path={path} />
        </IconButton>
      </span>
    </Tooltip>
  )
}
