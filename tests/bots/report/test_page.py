"""The shell of a report and its pieces: whatever they are given, they are HTML of one page."""

import math
from html.parser import HTMLParser

from bots.report.markup import facts, heat_map, table
from bots.report.page import Section, chart, page

_VOID = frozenset({"meta", "br"})


class Balance(HTMLParser):
    """Collects tags that are not closed in order, and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


NASTY = "</script><b title='\"'>&"


def test_a_page_is_whole_and_its_links_meet_their_sections() -> None:
    sections = [
        Section("one", NASTY, chart("curve", "line", NASTY)),
        Section("two", "Two", "<p>2</p>", wide=False),
    ]
    text = page(NASTY, sections, {"line": {"name": NASTY, "values": [1.0, math.nan]}})
    found = Balance(text)
    assert (found.open, found.wrong) == ([], [])
    assert "<b title" not in text
    assert 'href="#one"' in text
    assert 'id="one"' in text
    assert "NaN" not in text.split('id="data">')[1].split("</script>")[0]


def test_tables_and_facts_hold_only_text() -> None:
    text = table(("Name", "Value"), [[NASTY, "+1.5"], ["b", None]]) + facts(
        [(NASTY, "1", NASTY)], marked=[NASTY]
    )
    found = Balance(text)
    assert (found.open, found.wrong) == ([], [])
    assert "<b title" not in text
    assert 'class="good"' in text
    assert "not the default" in text


def test_a_heat_map_is_strongest_at_its_extremes_and_names_its_sides() -> None:
    text = heat_map(["a", "b", "c"], [("row", [2.0, -4.0, None])], caption="map")
    assert 'class="up" style="--heat:50%"' in text
    assert 'class="down" style="--heat:100%"' in text
    assert "<td></td>" in text.replace("<tr><td></td>", "")


def test_a_heat_map_without_a_middle_goes_from_pale_to_strong() -> None:
    text = heat_map(["a", "b"], [("row", [3.0, 5.0])], caption="map", middle=None)
    assert 'class="warm" style="--heat:0%"' in text
    assert 'class="warm" style="--heat:100%"' in text


def test_values_that_are_all_alike_are_no_error() -> None:
    assert "--heat:0%" in heat_map(["a"], [("row", [0.0])], caption="map")
    assert "--heat:50%" in heat_map(["a"], [("row", [7.0])], caption="map", middle=None)
