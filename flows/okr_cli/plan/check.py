"""`okr check`: everything that is wrong with workspace and plan files, each with its line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from okr_cli.files.files import read_files
from okr_cli.shell.figures import count
from okr_cli.shell.home import Home
from okr_cli.shell.options import HERE, Place
from okr_cli.shell.output import print_json, print_text
from okr_core.errors import Finding
from okr_flows.documents.plan import CheckDocument
from okr_flows.formulate.check import CheckedDocument

_GITHUB = {"error": "error", "warning": "warning", "info": "notice"}
_ORDER = {"error": 0, "warning": 1, "info": 2}


def check(
    *files: Path,
    format_: Annotated[
        Literal["text", "json", "github"],
        Parameter(name="--format", help="For people, for programs, or as GitHub annotations."),
    ] = "text",
    place: Place = HERE,
) -> int:
    """Check files and say what to correct, with file and line. Ends with 1 if there are errors.

    Without files: okr.yaml and all of cycles/.
    """
    read = read_files(Home.of(place), files)
    findings = findings_of(read)
    if format_ == "json":
        totals = Counter(finding.severity for finding in findings)
        document = CheckDocument(
            files=tuple(file.name for file in read),
            findings=tuple(findings),
            errors=totals["error"],
            warnings=totals["warning"],
        )
        print_json(document)
    elif format_ == "github":
        for finding in findings:
            print_text(annotation(finding))
    else:
        print_text(report(read, findings))
    return 1 if any(finding.severity == "error" for finding in findings) else 0


def findings_of(files: Iterable[CheckedDocument]) -> list[Finding]:
    """All findings, file by file, errors first and then by line."""
    return [
        finding
        for file in files
        for finding in sorted(file.findings, key=lambda f: (_ORDER[f.severity], f.line, f.path))
    ]


def report(files: Sequence[CheckedDocument], findings: Sequence[Finding]) -> str:
    """Findings and their number, for people."""
    lines = [f"{finding} [{finding.severity}: {finding.rule}]" for finding in findings]
    totals = Counter(finding.severity for finding in findings)
    words = [count(totals[s], s) for s in ("error", "warning") if totals[s]]
    if totals["info"]:
        words.append(f"{totals['info']} to know")
    lines.append(
        f"{count(len(files), 'file')} checked: {', '.join(words) or 'nothing to correct'}."
    )
    return "\n".join(lines)


def annotation(finding: Finding) -> str:
    """A finding as a GitHub workflow command, which marks the line in a pull request."""
    place = f"file={_property(finding.file)},line={max(finding.line, 1)}"
    text = _data(f"{finding.message} {finding.fix}".strip())
    return f"::{_GITHUB[finding.severity]} {place},title={_property(finding.rule)}::{text}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
