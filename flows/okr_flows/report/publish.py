"""What people see of a report in Prefect: an artifact and events. Signals, never records."""

from __future__ import annotations

from prefect.artifacts import create_markdown_artifact
from prefect.events import emit_event

from okr_flows.notify.notices import ALERTED, resource_of
from okr_flows.report.digests import RouteDigest, public_report
from okr_flows.run.events import event_id, named_resource
from okr_report.markdown import markdown
from okr_report.material import Material
from okr_report.outline import headline
from okr_report.words import Language

PUBLISHED = "okr.report.published"


def show(material: Material, language: Language, forms: list[str]) -> str:
    """Show the report as an artifact, and tell that it is there.

    Args:
        material: What is known; what is about persons is left out.
        language: Of everything that is not written by people.
        forms: Files that were written.

    Returns:
        Key of the artifact.
    """
    told = public_report(material, language=language)
    cycle, at = told.header.cycle, told.header.as_of
    key = f"okr-report-{cycle}"
    create_markdown_artifact(
        markdown=markdown(told),
        key=key,
        description=f"{headline(told)} As of {at:%Y-%m-%d %H:%M} UTC.",
    )
    emit_event(
        event=PUBLISHED,
        resource=named_resource(f"okr.cycle.{cycle}", cycle),
        payload={
            "as_of": at.isoformat(),
            "version": told.header.version,
            "revision": told.header.revision,
            "files": forms,
            "headline": headline(told),
        },
        id=event_id(PUBLISHED, cycle, at.isoformat()),
    )
    return key


def send(cycle: str, week: str, digest: RouteDigest) -> None:
    """Tell a route's automation what to deliver: text for chats, HTML for mail."""
    emit_event(
        event=ALERTED,
        resource=named_resource(resource_of(cycle, digest.route), digest.route),
        payload={"subject": digest.title, "text": digest.text, "html": digest.html},
        id=event_id(ALERTED, "digest", cycle, digest.route, week),
    )
