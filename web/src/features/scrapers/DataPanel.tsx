import { mdiClose } from '@mdi/js'
import Box from '@mui/material/Box'
import Drawer from '@mui/material/Drawer'
import Typography from '@mui/material/Typography'
import { useCallback, useId } from 'react'
import { useQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useParams, useSearchParams } from 'react-router'
import { aboutQuery } from '@/shared/api/queries'
import { OriginNotice } from '@/shared/sessions/OriginNotice'
import { IconAction } from '@/shared/ui/IconAction'
import { withoutPanel } from './address'
import { MarketData } from './MarketData'

/** What is recorded of a market, slid in over the list; on a phone the whole page. */
export function DataPanel() {
  const { market = '' } = useParams()
  const [params] = useSearchParams()
  const { data: about } = useQuery(aboutQuery)
  const { search } = useLocation()
  const navigate = useNavigate()
  const titleId = useId()
  const exchange = params.get('exchange') ?? about?.exchange ?? ''
  const title = about?.exchanges.find((one) => one.id === exchange)?.title ?? exchange
  const close = useCallback(
    () =>
      void navigate(
        { pathname: '/scrapers', search: withoutPanel(search).toString() },
        { preventScrollReset: true },
      ),
    [navigate, search],
  )
  return (
    <Drawer
      open
      anchor="right"
      onClose={close}
      slotProps={{
        paper: {
          role: 'dialog',
          'aria-modal': true,
          'aria-labelledby': titleId,
          sx: { width: { xs: '100%', md: 900 }, maxWidth: '100%', height: '100dvh' },
        },
      }}
    >
      <Box
        component="header"
        sx={{ display: 'flex', alignItems: 'center', px: { xs: 1.5, sm: 2.5 }, pt: 1.5 }}
      >
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2" id={titleId} sx={{ overflowWrap: 'anywhere', fontSize: '1.2rem' }}>
            Data of {market}
          </Typography>
          <Typography variant="body2" sx={{ color: 'text.secondary' }}>
            {title}
          </Typography>
        </Box>
        <IconAction label="Close" path={mdiClose} edge="end" onClick={close} />
      </Box>
      <Box
        sx={{ px: { xs: 1.5, sm: 2.5 }, py: 2, display: 'grid', gap: 3, alignContent: 'start', minWidth: 0 }}
      >
        {exchange !== '' && <OriginNotice exchanges={[exchange]} />}
        {exchange !== '' && <MarketData key={`${exchange} ${market}`} market={market} exchange={exchange} />}
      </Box>
    </Drawer>
  )
}
