"""Section: one part of a report, a folder of its own that is found, not listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from okr_report import sections as _home
from okr_report.report_facts import ReportFacts


@dataclass(frozen=True)
class Section:
    """A part of a report: what it shows, and where its templates are.

    A section is a package `okr_report/sections/NAME/` with this object as `SECTION`. Beside it lie
    the files of each form in which it is shown, all of them optional:

    | file | holds |
    |---|---|
    | `view.py` | frozen dataclasses and `view(facts) -> View or None`; values, no formatting |
    | `words.toml` | its words, one table per language: `[en]`, `[zh]` |
    | `findings.py` | `findings(view, locale) -> dict[str, str]`: name → what it finds, a sentence |
    | `section.html` | part of the page (Jinja2): `view`, `locale`, `findings`, `charts`, `header` |
    | `page.py` | `names(view, locale) -> dict[str, object]`: what else `section.html` knows |
    | `charts.py` | `charts(view, locale, width) -> dict[str, Chart]` (`okr_report.theme`) |
    | `pages.py` | `pages(view, locale, header) -> dict`: what it prints (`okr_report.pdf`) |
    | `section.typ` | how: `#let section(d) = ..` (Typst), `d` being that and `findings` |
    | `sheet.py` | `sheet(workbook, view, locale)`: its sheets of the workbook (`okr_report.xlsx`) |
    | `outline.py` | `outline(view, locale)`: for Markdown, Notion, digest (`okr_report.outline`) |

    Attributes:
        name: Of its folder, its anchor in the page and its key in the JSON.
        order: Place in the report, ascending.
        view: What it shows of a cycle; None where there is nothing to show: it is left out.
    """

    name: str
    order: int
    view: Callable[[ReportFacts], object | None]

    @cached_property
    def folder(self) -> Path:
        """Where its files are."""
        return Path(*_home.__path__) / self.name

    def holds(self, name: str) -> bool:
        """Whether it has a file of that name: it is left out of a form that it says nothing to."""
        return (self.folder / name).exists()

    def part(self, name: str) -> ModuleType | None:
        """One of its optional modules, such as `charts`; None where it has none.

        It is loaded here and not before: charts and workbooks need libraries that take long to
        load, and most reports are one form only.
        """
        path = f"{_home.__name__}.{self.name}.{name}"
        return import_module(path) if find_spec(path) else None


@cache
def sections() -> tuple[Section, ...]:
    """Every section there is, in the order of the report."""
    found = (
        import_module(f"{_home.__name__}.{module.name}").SECTION
        for module in iter_modules(_home.__path__)
        if module.ispkg
    )
    return tuple(sorted(found, key=lambda section: (section.order, section.name)))
