"""`make bench-web`: the dashboard in a browser. `python -m bench.web.run sizes thousand` runs some of it."""

import sys
from collections.abc import Callable

from playwright.sync_api import Browser

from bench.figures import Figure, print_table
from bench.web import chromium, loading, sizes, thousand

PARTS: dict[str, Callable[[Browser], list[Figure]]] = {
    "sizes": lambda _: sizes.initial_script(),
    "loading": loading.loading_and_following,
    "thousand": thousand.a_thousand_running,
}


def main(chosen: list[str]) -> int:
    unknown = sorted(set(chosen) - set(PARTS))
    if unknown:
        print(f"no such part: {', '.join(unknown)}; there are {', '.join(PARTS)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    for name in chosen or PARTS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        # A browser for each, so that none inherits another's memory.
        with chromium.browser() as browser:
            figures += PARTS[name](browser)
    print_table(figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
