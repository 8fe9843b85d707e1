"""Section: one part of a report, a folder of its own that is found, not listed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, cast

from okr_report import sections as _home
from okr_report.report_facts import ReportFacts

_MODULES = {"digest": "outline", "headline": "outline"}
"""Function → the module that it shares with another."""


@dataclass(frozen=True)
class Section:
    """A part of a report: what it shows, and where its templates are.

    A section is a package `okr_report/sections/NAME/` with this object as `SECTION`. Beside it lie
    the files of each form in which it is shown, all of them optional:

    | file | holds |
    |---|---|
    | `view.py` | frozen dataclasses and `view(facts) -> View or None`; values, no formatting |
    | `words.toml` | its words, one table per language: `[en]`, `[zh]` |
    | `section.html` | part of the page (Jinja2): `view`, `locale`, `findings`, `charts`, `header` |
    | `section.typ` | `#let section(d) = ..` (Typst), `d` being what `pages` gives, and `findings` |

    Functions of the forms stand each in a module of its name or, of a small section, together in
    `forms.py`:

    | function | gives |
    |---|---|
    | `findings(view, locale) -> dict[str, str]` | name → what it finds, a sentence |
    | `page(view, locale) -> dict[str, object]` | what else `section.html` knows |
    | `charts(view, locale, width) -> dict[str, Chart]` | drawings (`okr_report.theme`) |
    | `pages(view, locale, header) -> dict[str, object]` | what it prints (`okr_report.pdf`) |
    | `sheet(workbook, view, locale)` | its sheets (`okr_report.xlsx`) |
    | `outline(view, locale)`, `digest`, `headline` | Markdown and chat (`okr_report.outline`) |

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

    def part(self, name: str) -> Callable[..., Any] | None:
        """One of its functions, such as `charts`; None where it has none.

        Its module is loaded here and not before: charts and workbooks need libraries that take
        long to load, and most reports are one form only.
        """
        for module in (_MODULES.get(name, name), "forms"):
            path = f"{_home.__name__}.{self.name}.{module}"
            if find_spec(path) and hasattr(loaded := import_module(path), name):
                return cast("Callable[..., Any]", getattr(loaded, name))
        return None


@cache
def sections() -> tuple[Section, ...]:
    """Every section there is, in the order of the report."""
    found = (
        import_module(f"{_home.__name__}.{module.name}").SECTION
        for module in iter_modules(_home.__path__)
        if module.ispkg
    )
    return tuple(sorted(found, key=lambda section: (section.order, section.name)))
