import Tab from '@mui/material/Tab'
import Tabs from '@mui/material/Tabs'
import type { SyntheticEvent } from 'react'
import { Link, useNavigate } from 'react-router'
import { TABS, TITLES, useAddresses, type TabName } from './address'
import { tabId, tabPanelId } from './tabs'

/** The tabs are links, chosen by arrow keys too. They replace each other, so that Back leads to the list. */
export function TabBar({ id, tab }: { id: string; tab: TabName }) {
  const addresses = useAddresses(id)
  const navigate = useNavigate()
  const choose = (event: SyntheticEvent, name: TabName) => {
    // A click is the link's own; what comes here beside it is the focus that arrow keys move.
    if (event.type !== 'click') void navigate(addresses.tab(name), { replace: true })
  }
  return (
    <Tabs
      value={tab}
      onChange={choose}
      selectionFollowsFocus
      variant="scrollable"
      scrollButtons={false}
      aria-label="Session"
      sx={{ borderBottom: 1, borderColor: 'divider', px: { xs: 0.5, sm: 1.5 }, flexShrink: 0, minHeight: 42 }}
    >
      {TABS.map((name) => (
        <Tab
          key={name}
          value={name}
          label={TITLES[name]}
          id={tabId(name)}
          {...(name === tab ? { 'aria-controls': tabPanelId(name) } : {})}
          component={Link}
          to={addresses.tab(name)}
          replace
          sx={{ minHeight: 42, minWidth: { xs: 72, sm: 90 } }}
        />
      ))}
    </Tabs>
  )
}
