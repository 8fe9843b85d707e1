"""Report records: where a cycle's report was put, and who was sent a digest of it."""

from __future__ import annotations

from typing import Literal

from okr_core.basics.base import FrozenModel


class ReportPage(FrozenModel):
    """A page that shows the report of a cycle; it was created once and is updated in place.

    Attributes:
        connection: Name of the connection to the tool that it lives in.
        parent: Id of the page under which it was created.
        audience: Whom it shows the report to.
        page: Its id there.
    """

    kind: Literal["report_page"] = "report_page"
    connection: str
    parent: str
    audience: str
    page: str


class DigestRecord(FrozenModel):
    """A digest that was sent: a route is sent one a week.

    Attributes:
        route: Team or circle.
        week: Such as `2026-W47`, in the cycle's zone.
    """

    kind: Literal["digest"] = "digest"
    route: str
    week: str
