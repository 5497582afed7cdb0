"""`make bench`: every benchmark, one table. `python -m bench.run starts logs` runs some of them."""

import sys
from collections.abc import Callable

from bench import archive, heartbeats, lists, logs, sessions
from bench.figures import Figure, print_table

BENCHMARKS: dict[str, Callable[[], list[Figure]]] = {
    "starts": sessions.starts_and_memory,
    "logs": logs.line_to_client,
    "heartbeats-sqlite": heartbeats.on_sqlite,
    "heartbeats-mariadb": heartbeats.on_mariadb,
    "lists": lists.pages_of_100_000,
    "archive": archive.a_year_of_minutes,
}


def main(chosen: list[str]) -> int:
    unknown = sorted(set(chosen) - set(BENCHMARKS))
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}", file=sys.stderr)
        return 2
    figures: list[Figure] = []
    broken = 0
    for name in chosen or BENCHMARKS:
        print(f"{name} ...", file=sys.stderr, flush=True)
        try:
            figures += BENCHMARKS[name]()
        except Exception as error:  # the others' figures still count
            broken += 1
            print(f"{name} failed: {type(error).__name__}: {str(error)[:2000]}", file=sys.stderr, flush=True)
    print_table(figures)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
