"""`okr report`: files, what is printed, audiences, and what goes wrong."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from okr_command import Okr
from report_cycles import (
    AS_OF,
    CYCLE,
    PRICE,
    SECRET_NAME,
    SECRET_NOTE,
    WORKSPACE,
    add,
    fill,
)

from okr_cli.plan.schema import schema_of
from okr_core.files.document import load_workspace
from okr_core.record.entries import Entry
from okr_core.record.score_records import Restatement
from okr_core.score.recording import closing
from okr_flows.connect.report_page import AUDIENCE, LANGUAGE, PARENT, asked_pages
from okr_flows.report.forms import FORMS, NOTION
from okr_report.audience.audience import KINDS
from okr_sandbox import Company, Sandbox
from okr_sandbox.notion.workspace import NotionWorkspace
from okr_store import Store, open_store
from okr_store.snapshot import read_snapshot

OCTOBER = datetime(2026, 10, 10, tzinfo=UTC)
AT = ("--as-of", "2026-11-20")
DOCS = Path(__file__).parents[4] / "docs"
TEXTS = ("md", "json", "digest", "mail")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace whose store holds four quarters; commands run in it."""
    (tmp_path / "okr.yaml").write_text(WORKSPACE, encoding="utf-8")
    with open_store(str(tmp_path / "okr.db"), create=True) as store:
        fill(store)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_report_is_written_into_the_workspace_and_its_paths_are_printed(
    okr: Okr, folder: Path
) -> None:
    ran = okr("report", "--format", "md,json", *AT)
    assert ran.code == 0
    assert ran.out.split() == [
        str(folder / "reports" / "2026-q4+2026-11-20.md"),
        str(folder / "reports" / "2026-q4+2026-11-20.json"),
    ]
    assert ran.err.startswith("2026-q4: 59 % reached, 54 % expected by now")
    written = {path.name for path in (folder / "reports").iterdir()}
    assert written == {"2026-q4+2026-11-20.json", "2026-q4+2026-11-20.md"}


@pytest.mark.usefixtures("folder")
def test_a_file_of_an_earlier_run_is_replaced_as_a_whole(okr: Okr, tmp_path: Path) -> None:
    there = tmp_path / "out" / "2026-q4+2026-11-20.md"
    there.parent.mkdir()
    there.write_text("x" * 100_000, encoding="utf-8")
    assert okr("report", "--format", "md", "--out", there.parent, *AT).code == 0
    assert there.read_text(encoding="utf-8").startswith("# Acme · OKR 2026-q4\n")
    assert [path.name for path in there.parent.iterdir()] == [there.name]


@pytest.mark.usefixtures("folder")
def test_the_document_is_as_its_schema_says(okr: Okr) -> None:
    ran = okr("report", "--format", "json", "--out", "-", *AT)
    assert ran.json["schema"] == "okr.report/1"
    Draft202012Validator.check_schema(schema_of("report"))
    Draft202012Validator(schema_of("report")).validate(ran.json)
    assert okr("schema", "report").json == schema_of("report")


@pytest.mark.usefixtures("folder")
def test_a_digest_alone_is_printed(okr: Okr) -> None:
    ran = okr("report", "--format", "digest", *AT)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("OKR 2026-q4, week 47\n")
    assert len(ran.out) <= 3000


@pytest.mark.usefixtures("folder")
def test_the_interface_is_chinese_and_what_people_wrote_stays(okr: Okr) -> None:
    ran = okr("report", "--format", "md", "--out", "-", "--language", "zh", *AT)
    assert "## 需要决定什么" in ran.out
    assert "Open checkout bugs from 8 to 0" in ran.out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("form", TEXTS)
def test_what_an_audience_may_not_see_is_not_in_the_file(okr: Okr, form: str) -> None:
    ran = okr("report", "--format", form, "--out", "-", "--audience", "team:platform", *AT)
    assert ran.code == 0
    for hidden in ("Week-1 activation", "activation", SECRET_NOTE, SECRET_NAME, PRICE):
        assert hidden not in ran.out
    assert "bugs.age" in ran.out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("form", ["md", "digest", "mail"])
def test_what_can_stand_anywhere_names_nobody_and_quotes_nobody(okr: Okr, form: str) -> None:
    ran = okr("report", "--format", form, "--out", "-", *AT)
    assert "没有超过一周的缺陷" in ran.out
    for hidden in (SECRET_NOTE, SECRET_NAME, "Bo Lind", PRICE):
        assert hidden not in ran.out


@pytest.mark.usefixtures("folder")
def test_titles_are_text_wherever_they_stand(okr: Okr) -> None:
    shown = {form: okr("report", "--format", form, "--out", "-", *AT).out for form in TEXTS}
    assert r"\<script\>alert(1)\</script\> \| \*bold\*" in shown["md"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; | *bold*" in shown["mail"]
    assert "<script>" not in shown["mail"] + shown["digest"]


@pytest.mark.parametrize("audience", ["person:bo", "person:Bo Lind"])
def test_another_audience_has_a_file_of_its_own(okr: Okr, folder: Path, audience: str) -> None:
    okr("report", "--format", "md,digest,mail", "--audience", audience, *AT)
    assert sorted(path.name for path in (folder / "reports").iterdir()) == [
        "2026-q4+person+bo+2026-11-20+digest.html",
        "2026-q4+person+bo+2026-11-20+digest.txt",
        "2026-q4+person+bo+2026-11-20.md",
    ]


def test_every_audience_language_and_time_has_a_file_of_its_own(okr: Okr, folder: Path) -> None:
    names = dict.fromkeys(("digest", "team-growth", "zh"), ("scores",))
    space = load_workspace(WORKSPACE).model_copy(update={"audiences": names})
    with open_store(str(folder / "okr.db")) as store:
        add(store, space, AS_OF)
    calls = 0
    for audience in ("company", "digest", "team-growth", "team:growth", "zh"):
        for language in ("en", "zh"):
            for at in ((), ("--as-of", "2026-11-20"), ("--as-of", "2026-11-20T09:30")):
                asked = ("--audience", audience, "--language", language, *at)
                assert okr("report", "--cycle", CYCLE, "--format", "html,mail", *asked).code == 0
                calls += 1
    written = [path.name for path in (folder / "reports").iterdir()]
    assert len(written) == 2 * calls
    assert {f"{CYCLE}.html", f"{CYCLE}+digest.html", f"{CYCLE}+for+digest.html"} <= set(written)
    assert f"{CYCLE}+team+growth+zh+2026-11-20T0930.html" in written


def test_what_is_taken_from_an_audience_stays_taken_looking_back(okr: Okr, folder: Path) -> None:
    space = load_workspace(WORKSPACE)
    with open_store(str(folder / "okr.db")) as store:
        for at, words in ((OCTOBER, ("everything",)), (AS_OF, ("scores",))):
            add(store, space.model_copy(update={"audiences": {"board": words}}), at)
    asked = ("report", "--format", "json", "--out", "-", "--audience")
    then = ("--as-of", "2026-11-01")
    assert SECRET_NAME in okr(*asked, "company", *then).out
    assert SECRET_NAME not in okr(*asked, "board", *then).out


@pytest.fixture
def closed(folder: Path) -> Iterator[Store]:
    """The store after the third quarter was closed with 0.6."""
    with open_store(str(folder / "okr.db")) as store:
        known = read_snapshot(store, "2026-q3", OCTOBER)
        body = closing(known.scorecard, "all said")
        said = Entry(at=OCTOBER, body=body, cycle="2026-q3", by="ada", key="closing")
        assert store.judge(said, known.agreement.revision) is not None
        yield store


@pytest.mark.usefixtures("closed")
def test_a_closed_cycle_says_its_version(okr: Okr, folder: Path) -> None:
    ran = okr("report", "--cycle", "2026-q3", "--format", "md", *AT)
    assert ran.err.splitlines() == [
        (
            "2026-q3: score 0.60; the average of 1 objective; 1 key result counts; "
            "0 of 1 objective reached 0.7."
        ),
        "The cycle is closed: version 1.",
    ]
    written = (folder / "reports" / "2026-q3+2026-11-20.md").read_text(encoding="utf-8")
    assert "The cycle is closed: version 1." in written


def test_a_restated_cycle_says_its_version_and_what_it_did_not_know(
    okr: Okr, closed: Store
) -> None:
    body = Restatement(version=2, old=Decimal("0.6"), new=Decimal("0.9"), reason=SECRET_NOTE)
    said = Entry(at=AS_OF, body=body, key_result="onboarding.week1", by="ada", key="v2")
    assert closed.add_entries("2026-q3", [said])
    ran = okr(
        "report", "--cycle", "2026-q3", "--format", "md", "--out", "-", "--as-of", "2026-10-31"
    )
    assert "The cycle is closed and was restated: version 2." in ran.out
    assert "(`onboarding.week1`): its score was restated on 20 Nov 2026." in ran.out
    assert "0.90" in ran.out
    assert SECRET_NOTE not in ran.out


@pytest.mark.parametrize("form", TEXTS)
def test_a_board_sees_scores_and_neither_names_nor_words_nor_evidence(
    okr: Okr, folder: Path, form: str
) -> None:
    with open_store(str(folder / "okr.db")) as store:
        add(store, load_workspace(f"{WORKSPACE}audiences: {{board: [scores]}}\n"), AS_OF)
    ran = okr("report", "--format", form, "--out", "-", "--audience", "board", *AT)
    assert ran.code == 0
    for hidden in (SECRET_NOTE, SECRET_NAME, "Bo Lind", PRICE, "labels = checkout", "SHOP-1"):
        assert hidden not in ran.out


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "docx"), "`docx` is no form of a report. Choose from html, pdf"),
        (("--format", "doc"), "digest, mail, notion."),
        (("--format", ","), "no form is named."),
        (("--format", "pdf", "--out", "-"), "`pdf` cannot be printed."),
        (("--format", "md,json", "--out", "-"), "`md,json` cannot be printed."),
        (("--audience", "boards"), "audience `boards` is unknown."),
        (("--audience", "team:growht"), "there is no team `growht`"),
        (("--cycle", "2027-q1"), "the store has no plan of cycle `2027-q1`."),
        (("--format", "notion"), "no connection asks for a page in Notion."),
    ],
)
def test_a_mistake_is_told_with_what_to_do(okr: Okr, arguments: tuple[str, ...], told: str) -> None:
    ran = okr("report", *arguments, *AT)
    assert ran.code == 2
    assert ran.out == ""
    assert told in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.usefixtures("folder")
def test_a_folder_that_cannot_be_written_is_told(okr: Okr, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    ran = okr("report", "--format", "md", "--out", tmp_path / "file", *AT)
    assert ran.code == 2
    assert "cannot be written" in ran.err


def test_a_disk_without_room_is_called_full(folder: Path, tmp_path: Path) -> None:
    command = shlex.join(["okr", "report", "--format", "html", "--out", str(tmp_path), *AT])
    okr_itself = shlex.quote(str(Path(sys.executable).with_name("okr")))
    ran = subprocess.run(  # 32 KiB are all that a file may take, as on a disk that is full
        ["bash", "-c", f"ulimit -f 32; {command.replace('okr', okr_itself, 1)}"],
        check=False,
        cwd=folder,
        capture_output=True,
        text=True,
    )
    assert ran.returncode == 2
    assert ran.stderr.endswith(
        ".html cannot be written: the disk is full. Free some space, then run it again.\n"
    )


def test_the_page_in_notion_is_written_from_the_command_line(
    okr: Okr, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = NotionWorkspace("Acme", seed=5, token="ntn_t")
    home = workspace.page("OKR reports")
    monkeypatch.setenv("OKR_WIKI_TOKEN", "ntn_t")
    with Sandbox(Company(notion=workspace), clock=AS_OF) as sandbox:
        options = f"options: {{report_parent: {home.id}}}"
        wiki = f"  wiki: {{kind: notion, url: {sandbox.notion_url}, {options}}}\n"
        told = WORKSPACE.replace("connections:\n", f"connections:\n{wiki}")
        with open_store(str(folder / "okr.db")) as store:
            add(store, load_workspace(told), AS_OF)
        ran = okr("report", "--format", "notion", *AT)
    [page] = [p for p in workspace.pages.values() if p.initial["title"] == f"OKR {CYCLE}"]
    assert ran.code == 0
    assert page.id.replace("-", "") in ran.out
    assert not (folder / "reports").exists()


def test_the_command_loads_neither_prefect_nor_alembic_nor_what_its_form_does_not_need(
    folder: Path,
) -> None:
    script = (
        "import sys; from okr_cli import main; "
        "code = main(['report', '--format', 'md', '--as-of', '2026-11-20']); "
        "heavy = {'prefect', 'alembic', 'altair', 'typst', 'xlsxwriter', 'jinja2', 'httpx'}; "
        "print(code, sorted(heavy & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**os.environ, "OKR_STORE_URL": str(folder / "okr.db")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout.splitlines()[-1] == "0 []"


def test_an_empty_plan_and_one_without_readings_have_a_sensible_report(
    okr: Okr, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "okr.yaml").write_text("organization: Acme\n", encoding="utf-8")
    (tmp_path / "cycles").mkdir()
    plan = "cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}\n"
    (tmp_path / "cycles" / "2026-q4.yaml").write_text(plan, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert okr("apply").code == 0
    for form in TEXTS:
        ran = okr("report", "--format", form, "--out", "-")
        assert (ran.code, ran.err) == (0, "")
    assert "2026-q4" in okr("report", "--format", "digest").out
    assert json.loads(okr("report", "--format", "json", "--out", "-").out)["header"]


def test_the_page_about_reports_has_every_form_word_and_option() -> None:
    text = (DOCS / "report.md").read_text(encoding="utf-8")
    for name in (*FORMS, NOTION, *KINDS, "everything", PARENT, AUDIENCE, LANGUAGE):
        assert f"`{name}`" in text or f"{name}: " in text, name
    parts = re.findall(r"^```yaml\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    [job] = asked_pages(load_workspace("".join(["organization: Acme\n", *parts])).connections)
    assert (job.audience, job.language) == ("company", "en")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ("{report_parent: somewhere}", "`options.report_parent` names no page."),
        ("{report_audience: board}", "`options.report_parent` names no page."),
        (f"{{report_parent: {'1f' * 16}, report_language: fr}}", "`options.report_language` is"),
    ],
)
@pytest.mark.usefixtures("folder")
def test_a_page_that_cannot_be_is_named_by_okr_check(
    okr: Okr, folder: Path, options: str, told: str
) -> None:
    wiki = f"  wiki: {{kind: notion, options: {options}}}\n"
    text = WORKSPACE.replace("connections:\n", f"connections:\n{wiki}")
    (folder / "okr.yaml").write_text(text, encoding="utf-8")
    ran = okr("check", "okr.yaml")
    assert ran.code == 1
    assert told in ran.out
