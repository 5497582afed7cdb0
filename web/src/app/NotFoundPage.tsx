import Button from '@mui/material/Button'
import { Link } from 'react-router'
import { Empty } from '@/shared/ui/states'

export function NotFoundPage() {
  return (
    <Empty title="There is no such page">
      <Button component={Link} to="/running">
        To the running sessions
      </Button>
    </Empty>
  )
}
