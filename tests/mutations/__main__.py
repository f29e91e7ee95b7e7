"""`python -m tests.mutations [NAME…]`: the mutation table. Exit 0 when every setting is shown to be a boundary."""

from __future__ import annotations

import sys
import time

from tests.mutations import trying
from tests.mutations.mutation import Off
from tests.mutations.table import MUTATIONS
from tests.mutations.trying import Row


def main(names: list[str]) -> int:
    unknown = set(names) - {one.name for one in MUTATIONS}
    if unknown:
        print(f"no mutation is called {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    begun, rows = time.monotonic(), list[Row]()
    with trying.serving(Off()) as intact:
        for mutation in MUTATIONS:
            if not names or mutation.name in names:
                rows.append(trying.tried(mutation, intact))
                print(trying.table(rows[-1:]) + "\n", flush=True)
    shown = sum(map(trying.holds, rows))
    print(f"{shown} of {len(rows)} settings are shown to be boundaries, in {time.monotonic() - begun:.0f} s.")
    return 0 if shown == len(rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
