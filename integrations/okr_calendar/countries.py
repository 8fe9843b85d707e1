"""Countries: those whose public holidays are known, their parts, and what they are called."""

from __future__ import annotations

from functools import cache

from holidays.registry import COUNTRIES
from holidays.utils import country_holidays

_CODE = 2


@cache
def countries() -> dict[str, str]:
    """ISO 3166 code of each country whose holidays are known → its English name.

    >>> countries()["CH"]
    'Switzerland'
    """
    return {
        code: module.replace("_", " ").title()
        for module, (_, *codes) in sorted(COUNTRIES.items())
        for code in codes
        if len(code) == _CODE
    }


@cache
def subdivisions(country: str) -> frozenset[str]:
    """The parts of a country that have holidays of their own, by code and by name."""
    if country not in countries():
        return frozenset()
    known = country_holidays(country, expand=False)
    return frozenset({*known.subdivisions, *known.subdivisions_aliases})
