"""Flow functions: what an entrypoint leads to, imported only when it is needed."""

from __future__ import annotations

from importlib import import_module
from typing import Any, cast

from prefect import Flow
from prefect.utilities.callables import parameter_schema

from okr_flows.deploy.diff import Fields


def flow_at(entrypoint: str) -> Flow[..., Any]:
    """The flow that a module path such as `okr_flows.sync.sync_progress.sync_progress` names."""
    module, _, name = entrypoint.rpartition(".")
    return cast("Flow[..., Any]", getattr(import_module(module), name))


def form_of(entrypoint: str) -> Fields:
    """JSON Schema of a flow's parameters: the form that people see in the UI."""
    schema = parameter_schema(flow_at(entrypoint).fn)
    return cast("Fields", schema.model_dump(exclude_unset=True))
