import SvgIcon, { type SvgIconProps } from '@mui/material/SvgIcon'

/** An icon of @mdi/js. It is decoration: what it means is said by text or by the label of its button. */
export function Icon({ path, ...props }: { path: string } & SvgIconProps) {
  return (
    <SvgIcon fontSize="small" {...props}>
      <path d={path} />
    </SvgIcon>
  )
}
