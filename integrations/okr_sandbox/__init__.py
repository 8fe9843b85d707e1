"""Local servers that speak Jira's and Notion's API, with a clock and faults on demand."""

from okr_sandbox.company import Company
from okr_sandbox.export import company_from_jsonl, issues_from_jsonl
from okr_sandbox.faults import Fault, Faults
from okr_sandbox.gate import SandboxClock
from okr_sandbox.generated import generated_issues
from okr_sandbox.jira.catalog import Person
from okr_sandbox.jira.fields import Field, number_field
from okr_sandbox.jira.issues import Change, Issue, changed, issue, relabelled
from okr_sandbox.mailbox import Mailbox
from okr_sandbox.server import Sandbox

__all__ = [
    "Change",
    "Company",
    "Fault",
    "Faults",
    "Field",
    "Issue",
    "Mailbox",
    "Person",
    "Sandbox",
    "SandboxClock",
    "changed",
    "company_from_jsonl",
    "generated_issues",
    "issue",
    "issues_from_jsonl",
    "number_field",
    "relabelled",
]
