import { Link } from 'react-router'
import { SmallButton } from '@/shared/ui/SmallButton'

/** A link that looks like the small buttons beside it. */
export const SmallLink = SmallButton.withComponent(Link)
