"""What is wanted of an automation is what is read back from it: a second deploy changes nothing."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from prefect.events.schemas.automations import Automation

from okr_flows.deploy.deployments import FLOWS
from okr_flows.deploy.diff import Change, Key
from okr_flows.deploy.diff import notice_fields as wanted_fields
from okr_flows.deploy.fields import automation, notice_fields, texts
from okr_flows.notify.notices import Ending, Notice
from okr_flows.run.names import CycleNames

NAMES = CycleNames("acme", "q4")
BLOCKS = {"chat": "slack-webhook/chat", "mail": "sendgrid-email/mail"}
IDS = {name: uuid4() for name in BLOCKS.values()}
DEPLOYMENTS: dict[UUID, str] = {uuid4(): f"{flow.name}/acme-q4" for flow in FLOWS}
FORMS = {f"{flow.name}/acme-q4" for flow in FLOWS if flow.form}
"""What somebody mistyped there is told to nobody else."""


@pytest.mark.parametrize("about", ["ended", "silent", "lost", "pending", "late", "stopped"])
def test_an_automation_is_read_back_as_it_was_wanted(about: Ending) -> None:
    blocks = () if about == "silent" else ("chat",) if about == "ended" else ("chat", "mail")
    notice = Notice(NAMES, about, blocks)
    fields = wanted_fields(notice, BLOCKS, pools=["okr"])
    change = Change("create", Key("notice", notice.name, "acme-q4"), fields)
    sent = [IDS[name] for name in texts(fields["blocks"])]
    heard = [i for i, name in DEPLOYMENTS.items() if about != "ended" or name not in FORMS]
    made = automation(change, sent, heard, enabled=True)
    kept = Automation.model_validate({**made.model_dump(mode="json"), "id": uuid4()})
    named = {id_: name for name, id_ in IDS.items()}
    assert notice_fields(kept, named, DEPLOYMENTS) == fields
