"""What the pages in docs/ show is true: every example is checked as a user would check it."""

from __future__ import annotations

import re
import runpy
from collections.abc import Iterator
from pathlib import Path

import pytest
from pages import PAGES as ALL_PAGES
from pages import TYPED, blocks_of
from pydantic import BaseModel

from okr_cli import main
from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import METRIC_KINDS, Curve, Grade, Part, Within
from okr_core.plan.plan import Hypothesis, KeyResult, Objective, Pace, Worth
from okr_core.plan.workspace import Connection
from okr_core.progress.smells import SuspectLimits
from okr_core.sheets.vocabulary import FIELDS as FIELDS_OF_SHEETS
from okr_http import HttpBinding
from okr_http.options import HttpOptions
from okr_jira.read.binding import JiraBinding
from okr_jira.write_back.mirror import JiraWriteBack
from okr_notion.read.binding import NotionBinding
from okr_notion.write_back.mirror import FIELDS, NotionWriteBack
from okr_notion.write_back.write_back import TYPES
from okr_sources.binding import Binding

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
EXAMPLE = ROOT / "examples" / "okr-csv"
WORKSPACE = "organization: Acme\npeople:\n  ada: {name: Ada Okafor}\n"
EARLIER = """\
cycle: {id: 2026-q3, starts: 2026-07-01, ends: 2026-09-30}
objectives: [{id: onboarding, title: New teams find their way, owner: ada}]
"""
FRAME = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31}
objectives:
  - id: o
    title: An objective
    owner: ada
    key_results:
      - id: k
        title: A key result
"""
METRIC = "metric: {kind: increase, baseline: 0, target: 100}\n"
PAGES = ("bindings.md", "plan.md", "sources.md", "write-back.md")


def blocks(page: str, language: str) -> list[str]:
    text = (DOCS / page).read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def kind_of(block: str) -> str:
    return block.partition(":")[0]


def workspace_of(page: str) -> str:
    """The page's workspace, or a small one with the page's connections."""
    found = blocks(page, "yaml")
    whole = [block for block in found if kind_of(block) == "organization"]
    parts = [block for block in found if kind_of(block) == "connections"]
    listed = "".join(part.removeprefix("connections:\n") for part in parts)
    connections = f"connections:\n{listed}" if listed else ""
    return whole[0] if whole else WORKSPACE + connections


def plan_of(block: str) -> str:
    """The whole plan in which an example stands."""
    if kind_of(block) == "cycle":
        return block
    metric = "" if kind_of(block) == "metric" else METRIC
    lines = (metric + block).splitlines()
    return FRAME + "".join(f"        {line}\n" for line in lines)


def examples() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        for block in blocks(page, "yaml"):
            if kind_of(block) in ("cycle", "source", "metric", "mirror"):
                yield page, block


@pytest.fixture
def _the_example_is_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = tmp_path / "site" / "okr_example_csv-0.1.0.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Name: okr-example-csv\nVersion: 0.1.0\n", encoding="utf-8")
    points = "[okr.sources]\ncsv = okr_csv:SOURCE\n"
    (about / "entry_points.txt").write_text(points, encoding="utf-8")
    monkeypatch.syspath_prepend(about.parent)
    monkeypatch.syspath_prepend(EXAMPLE)


@pytest.mark.usefixtures("_the_example_is_installed")
@pytest.mark.parametrize(
    ("page", "block"),
    [pytest.param(*example, id=f"{example[0]}-{n}") for n, example in enumerate(examples())],
)
def test_an_example_passes_okr_check(
    page: str, block: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "cycles").mkdir()
    (tmp_path / "okr.yaml").write_text(workspace_of(page), encoding="utf-8")
    (tmp_path / "cycles" / "plan.yaml").write_text(plan_of(block), encoding="utf-8")
    (tmp_path / "cycles" / "2026-q3.yaml").write_text(EARLIER, encoding="utf-8")
    code = main(["check", "--workspace", str(tmp_path)])
    said = capsys.readouterr()
    assert code == 0, f"{block}\n{said.out}{said.err}"
    assert "[error" not in said.out


@pytest.mark.parametrize("page", PAGES)
def test_every_yaml_block_of_a_page_is_looked_at(page: str) -> None:
    kinds = {kind_of(block) for block in blocks(page, "yaml")}
    assert kinds <= {"organization", "cycle", "connections", "source", "metric", "mirror"}


def keys_of(*models: type[BaseModel]) -> set[str]:
    return {field.alias or name for model in models for name, field in model.model_fields.items()}


def test_the_page_of_bindings_has_every_field_measure_and_option() -> None:
    text = (DOCS / "bindings.md").read_text(encoding="utf-8")
    models = (Connection, Binding, SuspectLimits, JiraBinding, NotionBinding, HttpBinding)
    for key in keys_of(*models, HttpOptions):
        assert f"| `{key}` |" in text, f"`{key}` is not in a table"
    jira, notion = text.partition("## notion")[0], text.partition("## notion")[2]
    for measure in ("count", "sum: FIELD", "average: FIELD", "done_ratio", "lead_time"):
        assert f"| `{measure}` |" in jira
    for measure in (
        "count",
        "sum: PROPERTY",
        "average: PROPERTY",
        "done_ratio",
        "latest: PROPERTY",
    ):
        assert f"| `{measure}` |" in notion


def test_the_page_of_the_plan_has_every_key_and_every_kind_of_metric() -> None:
    whole = max(blocks("plan.md", "yaml"), key=len)
    for key in keys_of(Cycle, Objective, KeyResult, Pace, Hypothesis, Worth):
        assert re.search(rf"\b{key}:", whole), f"`{key}` is not in the plan"
    text = (DOCS / "plan.md").read_text(encoding="utf-8")
    for kind in METRIC_KINDS:
        assert f"| `{kind}` |" in text
    for key in keys_of(Curve, Grade, Within, Part) - {"kind"}:
        assert f"`{key}`" in text


def test_the_page_of_sheets_has_everything_that_a_column_of_goals_can_be() -> None:
    text = (DOCS / "sheets.md").read_text(encoding="utf-8")
    for field in set(FIELDS_OF_SHEETS["goals"]) - {"role", "parent", "progress"}:
        assert f"`{field}`" in text, f"`{field}` is not in the table"


def test_the_page_of_writing_back_has_every_field() -> None:
    text = (DOCS / "write-back.md").read_text(encoding="utf-8")
    for key in keys_of(JiraWriteBack, NotionWriteBack):
        assert f"| `{key}` |" in text, f"`{key}` is not in a table"
    assert set(TYPES) == set(FIELDS)
    for line in text.splitlines():
        field = line.removeprefix("| `").partition("`")[0]
        if line.startswith("| `") and field in FIELDS:
            named = line.split("|")[2].replace("text", "rich_text").strip().split(", ")
            assert named == list(TYPES[field]), field


def test_the_page_for_authors_shows_the_files_of_the_example() -> None:
    shown = blocks("sources.md", "python") + blocks("sources.md", "toml")
    for name in ("okr_csv.py", "pyproject.toml"):
        assert (EXAMPLE / name).read_text(encoding="utf-8") in shown, name
    test = (EXAMPLE / "test_okr_csv.py").read_text(encoding="utf-8")
    assert any("SourceContract" in block and block in test for block in shown)


IMAGE = re.compile(
    r"!\[[^\]]*\]\(([^)\s]+)|<img[^>]*\ssrc=[\"']([^\"']+)|<source[^>]*\ssrcset=[\"']([^\"'\s]+)"
)


@pytest.mark.parametrize(
    "page", [ROOT / "README.md", *sorted(DOCS.glob("*.md"))], ids=lambda p: p.name
)
def test_every_image_of_a_page_is_a_file_beside_it(page: Path) -> None:
    named = (next(filter(None, found)) for found in IMAGE.findall(page.read_text(encoding="utf-8")))
    local = [name for name in named if "://" not in name]
    assert [name for name in local if not (page.parent / name).is_file()] == []


def test_the_images_of_the_pages_are_found() -> None:
    assert IMAGE.findall("![a b](images/x.png) <img width=3 src='y.svg'>") == [
        ("images/x.png", "", ""),
        ("", "y.svg", ""),
    ]
    assert IMAGE.search((DOCS / "report.md").read_text(encoding="utf-8"))


def test_every_place_that_contributing_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    table = text.partition("## Where does my change go?")[2].partition("## Habits")[0]
    tops = ("okr_core/", "integrations/", "flows/", "tests/", "benchmarks/", "examples/")
    named = [place for place in re.findall(r"`([^`]+)`", table) if place.startswith(tops)]
    assert len(named) > 80
    assert [place for place in named if not (ROOT / place).exists()] == []


def test_a_readings_way_is_at_most_ten_steps_through_modules_that_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    way = text.partition("### A reading's way")[2].partition("\n## ")[0]
    assert 1 < len(re.findall(r"^\d+\. ", way, re.MULTILINE)) <= 10
    named = [place for place in re.findall(r"`(okr_[^`]+\.py)`", way) if "*" not in place]
    tops = (ROOT, ROOT / "integrations", ROOT / "flows")
    assert [place for place in named if not any((top / place).is_file() for top in tops)] == []


def test_blocks_of_commands_that_nobody_types_are_few_and_say_why() -> None:
    blocks = [block for page in ALL_PAGES for block in blocks_of(page) if block.left_out]
    assert [(block.page, block.lines[0].split("  ")[0], block.left_out) for block in blocks] == [
        ("README.md", "make demo", "it makes the playground itself, and runs these tests"),
        ("ten-minutes.md", "python3 -m venv .venv && . .venv/bin/activate", "it installs okr"),
        ("write-back.md", "okr write-back --take growth.score", "it writes to your own tool"),
    ]
    assert {block.language for block in blocks} <= set(TYPED)


def test_every_block_of_commands_is_typed() -> None:
    shown = {b.page for page in ALL_PAGES for b in blocks_of(page) if b.language == "console"}
    assert shown == {"ten-minutes.md"}, "the page whose output is compared too"


def test_every_block_says_in_which_language_it_is() -> None:
    several = [block for page in ALL_PAGES for block in blocks_of(page)]
    assert len(several) > 50
    assert [block.text for block in several if not block.language] == []


def test_the_readme_lists_every_page_in_an_order_to_read() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    order = readme.partition("## What to read, in this order")[2].partition("\n## ")[0]
    assert set(re.findall(r"\(docs/([\w-]+\.md)\)", order)) == {
        path.name for path in DOCS.glob("*.md")
    }


@pytest.mark.parametrize("page", ALL_PAGES, ids=lambda page: page.name)
def test_every_page_that_a_page_names_is_there(page: Path) -> None:
    named = re.findall(r"\]\(([^)\s#]+\.md)(?:#[\w-]+)?\)", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (page.parent / name).is_file()] == []


@pytest.mark.parametrize("name", ["how-it-works.svg", "how-it-works-dark.svg"])
def test_the_picture_of_how_it_works_is_what_its_script_draws(name: str) -> None:
    drawn = runpy.run_path(str(DOCS / "images" / "draw.py"))
    text = (DOCS / "images" / name).read_text(encoding="utf-8")
    assert text == drawn["drawing"](drawn["DRAWINGS"][name]), "run `python docs/images/draw.py`"
