"""What the compiled engine raises; nothing heavy is imported for it."""


class NotCompiled(Exception):
    """The compiled engine cannot express what came up; the general engine must run this backtest."""
