"""The figures of the demo's closed quarter are worked out by hand from its export."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from by_hand import Hand
from hand_forms import items, refuse_other_figures, six
from okr_command import Ran
from okr_processes import OKR, clean_environment
from playground import Demo

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]
FORMS = "html,pdf,xlsx,md,json,digest"


def test_the_closed_quarter_says_in_each_form_what_was_worked_out_by_hand(
    demo: Demo, tmp_path: Path
) -> None:
    def okr(*arguments: str) -> Ran:
        ran = subprocess.run(
            [*OKR, *arguments],
            cwd=demo.folder,
            env=clean_environment(demo.folder / ".prefect"),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert ran.returncode in {0, 4}, ran.stderr
        return Ran(ran.returncode, ran.stdout, ran.stderr)

    cycle = demo.running.before.id
    export = tmp_path / "export.jsonl"
    okr("export", "--out", str(export))
    hand = Hand.of(export, cycle, datetime.now(UTC))
    document = okr("score", "--cycle", cycle, "--format", "json").json
    found = {each["id"]: each for o in document["objectives"] for each in (o, *o["key_results"])}
    assert {name: found[name]["score"] for name in found} == {
        name: six(score) for name, score in items(hand)
    }
    assert document["score"] == six(hand.figure())
    okr("report", "--cycle", cycle, "--format", FORMS, "--out", str(tmp_path / "out"))
    written = {path.suffix[1:]: path.read_bytes() for path in (tmp_path / "out").iterdir()}
    refuse_other_figures(written, hand)
