"""A process of its own that reads one key result, and says what it took: run as a script.

python hostile_reader.py TOOL URL TIMEOUT
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path


def main(tool: str, url: str, timeout: str) -> None:
    from tool_sessions import answer  # noqa: PLC0415 - what is loaded counts, too

    began = time.monotonic()
    found = answer(tool, url, timeout=timeout, retries=1)
    said = {
        "kind": type(found).__name__,
        "reason": getattr(found, "reason", ""),
        "hint": getattr(found, "hint", ""),
        "seconds": time.monotonic() - began,
        "megabytes": _peak(),
    }
    sys.stdout.write(json.dumps(said))


def _peak() -> float:
    """The most memory of this program in MB; what `getrusage` says counts its parent's, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    (kilobytes,) = re.findall(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(kilobytes) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
