"""Report page: the page that a connection to Notion is asked to show, off unless it asks for one.

```yaml
connections:
  wiki: {kind: notion, options: {report_parent: LINK OR ID OF A PAGE, report_audience: company}}
```
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from okr_core.errors import ConfigError
from okr_core.plan.workspace import Connection
from okr_notion.site.ids import id_in
from okr_report.audience.audience import COMPANY
from okr_report.locale import LANGUAGES, Language

PARENT, AUDIENCE, LANGUAGE = "report_parent", "report_audience", "report_language"
_OPTIONS = frozenset({PARENT, AUDIENCE, LANGUAGE})


@dataclass(frozen=True, slots=True)
class PageJob:
    """A page that one connection is to show.

    Attributes:
        name: Of the connection.
        parent: Id of the page under which it lives.
        audience: For whom it is; who can open the parent can read it.
        language: Of everything that is not written by people.
    """

    name: str
    connection: Connection
    parent: str
    audience: str
    language: Language


def asked_pages(connections: Mapping[str, Connection]) -> tuple[PageJob, ...]:
    """The pages that connections ask for; usually none.

    Raises:
        ConfigError: An option of a connection says something that cannot be.
    """
    return tuple(
        _job(name, connection)
        for name, connection in sorted(connections.items())
        if connection.kind == "notion" and _OPTIONS & connection.options.keys()
    )


def _job(name: str, connection: Connection) -> PageJob:
    said = {key: str(connection.options[key]) for key in _OPTIONS & connection.options.keys()}
    try:
        parent = id_in(said.get(PARENT, ""))
    except ValueError as error:
        raise ConfigError(
            f"connection `{name}`: `options.{PARENT}` names no page.", hint=str(error)
        ) from None
    language = said.get(LANGUAGE, LANGUAGES[0])
    if language not in LANGUAGES:
        raise ConfigError(
            f"connection `{name}`: `options.{LANGUAGE}` is `{language}`.",
            hint=f"Choose from {', '.join(LANGUAGES)}.",
        )
    return PageJob(name, connection, parent, said.get(AUDIENCE, COMPANY), language)
