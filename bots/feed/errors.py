"""Why a feed gives no answer."""

from bots.process import BadSpec, OutsideTrouble


class FeedDown(OutsideTrouble):
    """The data agent is not there, went away, or gives no answer in time: may be tried again."""

    def __init__(self, message: str) -> None:
        super().__init__(message, "feed_down")


class FeedError(OutsideTrouble):
    """The data agent could not do what it was asked, and may later: code "outside" or "gone"."""


class FeedRefused(BadSpec):
    """The data agent can never do what it was asked: code "bad_request", "bad_market" or "refused"."""


def feed_error(code: str, message: str) -> FeedError | FeedRefused:
    """The exception for an error that the agent answered."""
    kind = FeedError if code in ("outside", "gone") else FeedRefused
    return kind(message, code)
