"""`okr explain`: where a number comes from: value ← rows ← query ← revision ← formula, offline."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from okr_cli.shell.home import Desk
from okr_cli.shell.moment import clock, locate
from okr_cli.shell.options import HERE, Format, Moment, Place
from okr_cli.shell.output import print_json, print_text


def explain(
    key_result: Annotated[str, Parameter(help="Id of the key result.")],
    /,
    *,
    at: Annotated[
        str | None,
        Parameter(name=("--at", "--as-of"), help="As it was known then, YYYY-MM-DD[THH:MM]."),
    ] = None,
    cycle: Annotated[
        str | None, Parameter(help="Cycle id [default: the cycle of that time].")
    ] = None,
    format_: Format = "text",
    place: Place = HERE,
) -> int:
    """Show where a key result's number comes from, and add it up again. Asks no server.

    With `--format json` every id that counted is listed. Ends with 1 if the evidence does not add
    up to the value.
    """
    from okr_cli.documents.explain import ExplainDocument  # noqa: PLC0415
    from okr_cli.trust.explanation_text import explanation_text  # noqa: PLC0415
    from okr_store.explanation import explain_key_result  # noqa: PLC0415 - the store: half a second

    with Desk.of(place).open_store() as store:
        found, as_of = locate(store, Moment(cycle, at), clock())
        explanation = explain_key_result(store, found.id, key_result, as_of)
    if format_ == "json":
        print_json(ExplainDocument.of(explanation))
    else:
        print_text(explanation_text(explanation))
    return 0 if explanation.agrees is not False else 1
