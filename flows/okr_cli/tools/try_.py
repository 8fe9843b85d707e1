"""`okr try`: the number that a binding would give, before it goes into a plan."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from cyclopts import Parameter

from okr_cli.files.workspace_edit import WorkspaceFile
from okr_cli.shell.home import Desk
from okr_cli.shell.moment import clock
from okr_cli.shell.options import HERE, Format, Place
from okr_cli.shell.output import print_json, print_text, tell
from okr_cli.shell.quarter import quarter_of
from okr_cli.tools.try_binding import Tried, binding_of
from okr_cli.tools.try_reading import read_tried
from okr_cli.tools.try_text import try_document, try_text
from okr_core.plan.cycle import zone_named
from okr_core.plan.when import When
from okr_core.plan.workspace import Workspace
from okr_flows.connect.session import connection_named

_Many = Parameter(consume_multiple=True, negative="")


def try_(
    name: Annotated[str, Parameter(help="Connection in okr.yaml.")],
    query: Annotated[
        str,
        Parameter(help="JQL or an issue's key; link of a Notion database or page; URL or path."),
    ],
    /,
    *,
    measure: Annotated[
        str | None,
        Parameter(
            help="count, sum:FIELD, average:FIELD, done_ratio, done_ratio:WEIGHT, lead_time, "
            "latest:PROPERTY, or value:FIELD of one issue or page."
        ),
    ] = None,
    filter_: Annotated[
        list[str] | None,
        Parameter(name="--filter", negative="", help="Notion: 'Status: Done', as in a plan."),
    ] = None,
    exclude: Annotated[
        list[str] | None, _Many, Parameter(help="Resolutions or statuses that do not count.")
    ] = None,
    scale: Annotated[str | None, Parameter(help="Factor, such as 100 for percent.")] = None,
    value: Annotated[str | None, Parameter(help="http: JMESPath that yields the number.")] = None,
    since: Annotated[
        str | None, Parameter(help="lead_time: first day that counts [default: the quarter's].")
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Show a number, what it was counted from, and the lines to paste into a plan.

    Reads okr.yaml's connections, applied or not; needs no plan and writes nothing. Ends with 4 if
    there is no number, with 3 if the tool cannot be reached or refuses us.
    """
    desk = Desk.of(place)
    workspace = WorkspaceFile.of(desk).workspace
    connection = connection_named(workspace, name)
    wanted = Tried(name, connection.kind, query, measure, tuple(filter_ or ()))
    binding = binding_of(wanted, exclude=exclude or (), scale=scale, value=value)
    tell(f"asking {name} …")
    found = read_tried(
        name, connection, binding, desk.env, zone=workspace.timezone, since=_since(since, workspace)
    )
    if format_ == "json":
        print_json(try_document(found))
    else:
        print_text(try_text(found))
    return found.exit_code


def _since(given: str | None, workspace: Workspace) -> date:
    day = When.parse(given, "--since").day
    return day or quarter_of(clock().astimezone(zone_named(workspace.timezone)).date())[1]
