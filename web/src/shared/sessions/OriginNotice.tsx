import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import { useQuery } from '@tanstack/react-query'
import { aboutQuery } from '@/shared/api/queries'

/** Says that prices are made up, where any of these exchanges is one that makes them up. */
export function OriginNotice({ exchanges }: { exchanges: Iterable<string> }) {
  const { data: about } = useQuery(aboutQuery)
  const shown = new Set(exchanges)
  const invented = about?.exchanges.filter((exchange) => exchange.invented && shown.has(exchange.id)) ?? []
  if (invented.length === 0) return null
  const all = invented.length === shown.size
  return (
    <Alert severity="info" variant="outlined" sx={{ py: 0, mb: 1.5 }}>
      {all ? 'These prices are' : 'Some of these prices are'} invented by the built-in sandbox exchange
      <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
        : good for trying things, worth nothing as a forecast
      </Box>
      .
    </Alert>
  )
}
