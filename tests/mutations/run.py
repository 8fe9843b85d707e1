"""Mutated answers: `python tests/mutations/run.py --seed 1 --number 300`; `--controls` with faults
that it has to find.

Prints a table of outcomes. Ends with 1 where a number is wrong, an exception is none of ours, or a
number is refused though nothing that counts was changed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from faults import FAULTS
from harness import found_by, run, table
from vendors import vendors


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--number", type=int, default=300, help="of each kind for each measure")
    parser.add_argument("--vendor", default="", help="those whose name holds this")
    parser.add_argument("--examples", type=int, default=5, help="bad outcomes that are shown")
    parser.add_argument("--controls", action="store_true", help="put faults into our parsers")
    asked = parser.parse_args()
    if asked.controls:
        return controls(asked.seed, asked.number)
    begun = time.monotonic()
    tally = run(vendors(asked.vendor), seed=asked.seed, number=asked.number)
    print("\n".join(table(tally)), f"{time.monotonic() - begun:.0f} s", sep="\n")
    shown: Counter[tuple[str, str, str]] = Counter()
    for example in tally.examples:
        key = (example.vendor, example.measure, example.outcome)
        shown[key] += 1
        if shown[key] <= asked.examples:
            print(f"\n{example}")
    return 1 if tally.examples else 0


def controls(seed: int, number: int) -> int:
    """Put each fault into our parsers; 1 if one is not found."""
    missed = 0
    for fault in FAULTS:
        found = found_by(fault, seed=seed, number=number)
        missed += not found
        first = str(found[0]).splitlines()[0] if found else "NOT FOUND"
        print(f"{fault.what} ({fault.vendor}): {first}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
