"""``python -m okr_sandbox``: a sandbox in a process of its own, steered over ``/_sandbox``."""

import argparse
import sys
from datetime import datetime
from pathlib import Path

from okr_core.errors import OkrError
from okr_sandbox.company import Company
from okr_sandbox.export import company_from_jsonl
from okr_sandbox.generated import generated_issues
from okr_sandbox.server import Sandbox


def main(arguments: list[str] | None = None) -> int:
    """Serve until interrupted; the first line on stdout says where."""
    asked = _parser().parse_args(arguments)
    try:
        company = _company(asked)
    except (OkrError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sandbox = Sandbox(company, clock=asked.clock, latency=asked.latency, port=asked.port)
    with sandbox:
        sys.stdout.write(f"Jira at {sandbox.jira_url}")
        sys.stdout.write(f", Notion at {sandbox.notion_url}\n" if company.notion else "\n")
        sys.stdout.flush()
        try:
            sandbox.wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _company(asked: argparse.Namespace) -> Company:
    if asked.jsonl is not None:
        return company_from_jsonl(asked.jsonl)
    return Company(issues=generated_issues(asked.issues, asked.seed))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m okr_sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument(
        "--latency", type=float, default=0.0, help="seconds that each request waits"
    )
    parser.add_argument("--jsonl", type=Path, help="a JSON Lines export of issues to serve")
    parser.add_argument("--issues", type=int, default=1000, help="issues to generate instead")
    parser.add_argument("--seed", type=int, default=0, help="other seeds give other issues")
    parser.add_argument("--clock", type=_time, help="the sandbox's time; real time if left out")
    return parser


def _time(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError("give a time with its zone, such as 2026-10-05T09:00Z")
    return moment


if __name__ == "__main__":
    raise SystemExit(main())
