"""A process of its own that reads one key result, and says what it took: run as a script.

python hostile_reader.py TOOL URL TIMEOUT
"""

from __future__ import annotations

import json
import resource
import sys
import time


def main(tool: str, url: str, timeout: str) -> None:
    from tool_sessions import answer  # noqa: PLC0415 - what is loaded counts, too

    began = time.monotonic()
    found = answer(tool, url, timeout=timeout, retries=1)
    said = {
        "kind": type(found).__name__,
        "reason": getattr(found, "reason", ""),
        "hint": getattr(found, "hint", ""),
        "seconds": time.monotonic() - began,
        "megabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    sys.stdout.write(json.dumps(said))


if __name__ == "__main__":
    main(*sys.argv[1:])
