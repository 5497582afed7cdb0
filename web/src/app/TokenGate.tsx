import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Paper from '@mui/material/Paper'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { ApiError } from '@/shared/api/errors'
import { aboutQuery } from '@/shared/api/queries'
import { bearer, keepToken } from '@/shared/api/token'

/** Asks for the token where the installation has one that this browser does not know. */
export function TokenGate({ children }: { children: ReactNode }) {
  const client = useQueryClient()
  const { error } = useQuery(aboutQuery)
  const [token, setToken] = useState('')
  if (!(error instanceof ApiError) || error.status !== 401) return children
  return (
    <Box component="main" sx={{ display: 'grid', placeItems: 'center', minHeight: '100vh', p: 2 }}>
      <Paper
        component="form"
        sx={{ p: 3, display: 'grid', gap: 2, maxWidth: 400 }}
        onSubmit={(event) => {
          event.preventDefault()
          keepToken(token.trim())
          void client.invalidateQueries()
        }}
      >
        <Typography variant="h1">Botyard</Typography>
        <Typography>
          {bearer()
            ? 'The token is not the one of this installation.'
            : 'This installation asks for its token (BOTYARD_TOKEN).'}
        </Typography>
        <TextField
          label="Token"
          type="password"
          value={token}
          onChange={(event) => setToken(event.target.value)}
          autoFocus
        />
        <Button type="submit" variant="contained" disabled={!token.trim()}>
          Continue
        </Button>
      </Paper>
    </Box>
  )
}
