"""`make bench`: every figure in one go, printed as a table and written to `var/bench.json`.

Exit status: 0 every goal met, 1 a goal missed, 2 something could not be measured here.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

import django

from bench import table
from sandbox.engine.paths import layout


def main() -> int:
    options = _options()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if options.count_queries:
        from bench.queries import counts  # noqa: PLC0415  # Django is set up by now

        print(json.dumps(counts()))
        return 0
    return _all(options.rounds, options.submissions)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="of gradings beside raw calls (default: 5)")
    parser.add_argument("--submissions", type=int, default=20, help="through web, Redis and worker (default: 20)")
    parser.add_argument("--count-queries", action="store_true", help=argparse.SUPPRESS)  # asked by `bench.pages`
    return parser.parse_args()


def _all(rounds: int, submissions: int) -> int:
    from bench.run import Bench  # noqa: PLC0415  # likewise

    bench = Bench(rounds, submissions)
    bench.run()
    if bench.rows:
        print(f"\n{table.text(bench.rows)}\n")
        table.write(bench.rows, layout().var / "bench.json")
    for text in bench.missing:
        print(f"  not measured: {text}")
    if bench.missing:
        return 2
    return 0 if all(row.ok for row in bench.rows) else 1


if __name__ == "__main__":
    sys.exit(main())
