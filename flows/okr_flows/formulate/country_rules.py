"""Country rules: places in okr.yaml of which no public holidays are known."""

from __future__ import annotations

from collections.abc import Iterator

from okr_core.basics.closest import closest
from okr_core.calendar.people import place_of
from okr_core.files.rule import Problem
from okr_core.files.yaml_tree import Path
from okr_core.plan.workspace import Workspace


def check_countries(workspace: Workspace) -> Iterator[Problem]:
    """Each country and subdivision whose holidays are unknown, a warning; no day is off there.

    Args:
        workspace: What okr.yaml says; without a country nothing is looked up.
    """
    written: list[tuple[Path, str | None, str | None, str]] = [
        ((), workspace.country, workspace.subdivision, workspace.country or "")
    ]
    for name, person in workspace.people.items():
        place = place_of(workspace, name)
        written.append((("people", name), person.country, person.subdivision, place.country))
    if not any(country or part for _, country, part, _ in written):
        return
    # Only where a place is named: knowing the holidays of the world takes a tenth of a second.
    from okr_calendar.countries import countries, subdivisions  # noqa: PLC0415

    for path, country, part, where in written:
        if country is not None and country not in countries():
            yield _unknown_country(path, country)
        elif part is not None and not where:
            message = "a subdivision is named, and no country."
            yield _warning((*path, "subdivision"), message, "Add `country`, such as CH.")
        elif part is not None and where in countries() and part not in subdivisions(where):
            yield _unknown_part(path, part, where)


def _unknown_country(path: Path, country: str) -> Problem:
    from okr_calendar.countries import countries  # noqa: PLC0415

    # Of two letters most often the second is wrong.
    near = [f"{code} ({name})" for code, name in countries().items() if code[0] == country[0]]
    instead = f"Closest: {', '.join(sorted(near))}. " if near else ""
    message = f"no public holidays of `{country}` are known: no day is off there."
    fix = (
        f"{instead}Write the two letters of ISO 3166, or its days under "
        "`policies.calendar.days_off`."
    )
    return _warning((*path, "country"), message, fix)


def _unknown_part(path: Path, part: str, country: str) -> Problem:
    from okr_calendar.countries import countries, subdivisions  # noqa: PLC0415

    known = subdivisions(country)
    name = countries()[country]
    message = f"`{part}` is no part of {name} with holidays of its own: those of all count."
    near = closest(part, sorted(known)) or closest(part.upper(), sorted(known))
    shown = f"Closest: `{near}`." if near else f"Known are {', '.join(sorted(known)[:40])}."
    if not known:
        shown = "Remove the line."
    return _warning((*path, "subdivision"), message, shown)


def _warning(path: Path, message: str, fix: str) -> Problem:
    return Problem(path, "unknown-place", message, fix, "warning")
