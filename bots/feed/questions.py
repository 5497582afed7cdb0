"""Requests to the data agent and their answers, which may come in pages and between other messages."""

from collections import deque
from collections.abc import Callable, Iterator

from bots.feed.connection import Connection
from bots.feed.errors import FeedDown, feed_error
from bots.feed.protocol import Message

Build = Callable[[int], bytes]
"""Makes the line of a request from its number."""

Waiting = Callable[[], object]

_STEP_SECONDS = 0.5


class Questions:
    """The requests of one client that wait for an answer."""

    def __init__(
        self, connection: Connection, clock: Callable[[], float], wait_for_input: Callable[[float], None]
    ) -> None:
        self._connection = connection
        self._clock = clock
        self._wait_for_input = wait_for_input
        self._answers: dict[int, deque[Message]] = {}
        self._last_rid = 0

    def next_rid(self) -> int:
        self._last_rid += 1
        return self._last_rid

    def offer(self, message: Message) -> bool:
        """Take an answer; False where nobody here waits for it."""
        waiting = self._answers.get(message.get("rid", 0))
        if waiting is None:
            return False
        waiting.append(message)
        return True

    def ask(self, build: Build, deadline: float, waiting: Waiting | None = None) -> Iterator[Message]:
        """Send a request and hand out the pages of its answer.

        Args:
            deadline: seconds without a page after which it is given up.
            waiting: called about twice a second meanwhile.

        Raises:
            FeedDown, FeedError, FeedRefused.
        """
        rid = self.next_rid()
        answers = self._answers[rid] = deque()
        try:
            self._connection.send(build(rid))
            more = True
            while more:
                answer = self._next(answers, deadline, waiting)
                more = bool(answer.get("more"))
                yield answer
        finally:
            del self._answers[rid]

    def _next(self, answers: deque[Message], deadline: float, waiting: Waiting | None) -> Message:
        end = self._clock() + deadline
        while not answers:
            if not self._connection.is_open:
                raise FeedDown(self._connection.fault)
            left = end - self._clock()
            if left <= 0:
                raise FeedDown(f"the data agent gave no answer in {deadline:g} s")
            self._wait_for_input(min(left, _STEP_SECONDS))
            if waiting is not None:
                waiting()
        answer = answers.popleft()
        if answer["t"] == "error":
            raise feed_error(str(answer.get("code", "outside")), str(answer.get("message", "")))
        return answer
