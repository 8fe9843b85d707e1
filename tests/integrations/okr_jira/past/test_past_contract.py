"""Jira keeps the public contract of sources that tell the past."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import pytest
import stamina
from jira_past import DAYS, issues
from jira_world import Deployment, Worlds, ask

from okr_jira.session import JiraSession
from okr_sources.past import PastAsk
from okr_sources.testing import PastContract
from okr_sources.testing.watching import closed_address


class TestJiraTellsItsPast(PastContract):
    deployment: Deployment = "cloud"

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with ExitStack() as stack, stamina.set_testing(True, attempts=2, cap=True):
            self.world = Worlds(stack)(*issues(12), deployment=self.deployment)
            yield

    def open_past(self) -> JiraSession:
        return self.world.session()

    def open_lost(self) -> JiraSession:
        return self.world.session(url=closed_address())

    def past_asks(self) -> Sequence[PastAsk]:
        jql = "labels = checkout AND status != Done"
        return [
            PastAsk(ask("open", jql=jql, measure="count"), DAYS[:3]),
            PastAsk(ask("share", jql="labels = checkout", measure="done_ratio"), DAYS[2:]),
            PastAsk(ask("review", jql='status = "In Progress"', measure="count"), DAYS[:2]),
        ]

    def untold_asks(self) -> Sequence[PastAsk]:
        measure = {"sum": "Story Points"}
        return [PastAsk(ask("points", jql="labels = checkout", measure=measure), DAYS[:2])]


class TestADataCenterTellsItsPast(TestJiraTellsItsPast):
    deployment: Deployment = "datacenter"
