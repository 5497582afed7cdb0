"""Everything that runs inside a child process: runner, trading core, strategies, agents, sandbox exchange."""
