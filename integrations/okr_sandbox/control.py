"""Endpoints under ``/_sandbox`` that steer a sandbox in another process."""

from datetime import datetime
from functools import wraps

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from okr_sandbox.faults import Fault
from okr_sandbox.gate import Gate, Handler, JsonAnswer


class Time(BaseModel):
    """Body of ``POST clock``: an aware time, or null for real time."""

    now: datetime | None


class Latency(BaseModel):
    """Body of ``POST latency``."""

    seconds: float = Field(ge=0, allow_inf_nan=False)


_FAULT = TypeAdapter(Fault)


def control_routes(gate: Gate) -> list[Route]:
    """Routes: GET requests, POST clock, POST and DELETE faults, POST latency, POST reset."""
    controls = _Controls(gate)
    return [
        Route("/", controls.state, methods=["GET"]),
        Route("/requests", controls.requests, methods=["GET"]),
        Route("/clock", _forgiving(controls.clock), methods=["POST"]),
        Route("/faults", _forgiving(controls.add_fault), methods=["POST"]),
        Route("/faults", controls.clear_faults, methods=["DELETE"]),
        Route("/latency", _forgiving(controls.latency), methods=["POST"]),
        Route("/reset", controls.reset, methods=["POST"]),
    ]


class _Controls:
    def __init__(self, gate: Gate) -> None:
        self.gate = gate

    async def state(self, _: Request) -> Response:
        gate = self.gate
        return JsonAnswer(
            {
                "now": gate.clock.now(),
                "latency": gate.latency,
                "faults": gate.faults.pending(),
                "requests": gate.requests,
            }
        )

    async def requests(self, _: Request) -> Response:
        return JsonAnswer(self.gate.requests)

    async def clock(self, request: Request) -> Response:
        self.gate.clock.set(Time.model_validate_json(await request.body()).now)
        return await self.state(request)

    async def add_fault(self, request: Request) -> Response:
        self.gate.faults.add(_FAULT.validate_json(await request.body()))
        return await self.state(request)

    async def clear_faults(self, request: Request) -> Response:
        self.gate.faults.clear()
        return await self.state(request)

    async def latency(self, request: Request) -> Response:
        self.gate.latency = Latency.model_validate_json(await request.body()).seconds
        return await self.state(request)

    async def reset(self, request: Request) -> Response:
        """Forget counted requests and faults; clock, latency and written data stay."""
        self.gate.faults.clear()
        self.gate.requests.clear()
        return await self.state(request)


def _forgiving(handler: Handler) -> Handler:
    """A bad body is the caller's mistake: 400 with the reason."""

    @wraps(handler)
    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except (ValidationError, ValueError) as error:
            return JsonAnswer({"error": str(error)}, 400)

    return answer
