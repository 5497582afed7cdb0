"""The one line by which a child answers its launch."""

import pytest

from schema.readiness import Ready, Refused, decode, encode


@pytest.mark.parametrize(
    "said",
    [
        Ready(12, 345, {"strategies": [{"id": "X"}]}),
        Refused("bad_spec", "line one\nline two", {"field": "threshold"}),
    ],
)
def test_what_is_said_is_heard(said: Ready | Refused) -> None:
    line = encode(said)
    assert line.count(b"\n") == 1
    assert decode(line) == said


@pytest.mark.parametrize("line", [b"", b"ready\n", b"[]\n", b"{}\n", b'{"ready": true}\n', b'{"ready": 0}\n'])
def test_anything_else_is_an_error(line: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  JSON's errors and ours are both of this kind
        decode(line)
