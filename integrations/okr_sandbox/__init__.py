"""Local servers that speak Jira Cloud's and Notion's API, with a clock and faults on demand."""

from okr_sandbox.clock import SandboxClock
from okr_sandbox.company import Company
from okr_sandbox.faults import Fault, FaultBook
from okr_sandbox.server import Sandbox

__all__ = ["Company", "Fault", "FaultBook", "Sandbox", "SandboxClock"]
