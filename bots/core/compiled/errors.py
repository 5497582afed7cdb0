"""What the compiled engine cannot do."""


class NotCompiled(Exception):
    """A strategy did at run time what only the general engine can express."""
