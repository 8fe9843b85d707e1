"""Public report: a report for places where everyone with access reads, such as Prefect's UI.

Whatever the audience may see, it names nobody and quotes nobody there: see `okr_report.audience`.
"""

from __future__ import annotations

from okr_report.audience.audience import COMPANY, KINDS, Audience
from okr_report.audience.redaction import redacted
from okr_report.material import Material
from okr_report.reports import Report, report
from okr_report.words import Language

PERSONAL = frozenset({"people", "notes", "confidence"})
"""What is about persons, or was written by one."""


def public_report(material: Material, audience: str = COMPANY, language: Language = "en") -> Report:
    """The report of an audience without names, notes and confidence.

    Raises:
        ConfigError: The audience is unknown.
    """
    everyone = Audience("everyone", frozenset(KINDS) - PERSONAL)
    return report(redacted(material, everyone), audience, language)
