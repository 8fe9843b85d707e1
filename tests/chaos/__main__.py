"""Chaos: `python tests/chaos` breaks what syncs run on, and looks what is lost; `--short` less.

Starts Prefect servers, workers, trackers, chats and PostgreSQL on loopback, in a temporary folder,
and ends them. Prints a line per scenario and a table. Ends with 1 where a promise is broken: every
reading exactly once, no run that runs for ever, somebody is told, others are not disturbed.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from findings import table
from lanes import Asked, shaken, steady
from patience import Stopped, stop_on_signals


def main() -> int:
    """Run the lanes side by side; 1 where a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--short", action="store_true", help="about three minutes")
    parser.add_argument("--only", action="append", default=[], help="scenarios whose name has this")
    parser.add_argument("--verbose", action="store_true", help="what workers said, where broken")
    given = parser.parse_args()
    asked = Asked(given.only, given.short, given.verbose)
    begun = time.monotonic()
    logging.getLogger("stamina").setLevel(logging.ERROR)  # a busy server is asked again
    stop_on_signals()
    with (
        tempfile.TemporaryDirectory(prefix="okr-chaos-", ignore_cleanup_errors=True) as folder,
        ThreadPoolExecutor() as threads,
    ):
        lanes = [
            threads.submit(lane, asked, Path(folder) / lane.__name__) for lane in (steady, shaken)
        ]
        try:
            findings = [finding for lane in lanes for finding in lane.result()]
        except Stopped:
            print("Stopped; what was started is ended.")
            return 130
    print(*table(findings), f"{time.monotonic() - begun:.0f} s", sep="\n")
    return 1 if any(finding.broken for finding in findings) else 0


if __name__ == "__main__":
    sys.exit(main())
