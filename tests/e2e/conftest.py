"""What tests of real processes share: the one Prefect server of the session."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from deployed_workspace import Workspace
from okr_processes import Processes, prefect_server
from playground import Demo, Served, play, served
from prefect_api import PrefectApi
from prefect_stage import Chat, Stage, chat, stage

from okr_sandbox import Company, Sandbox, generated_issues


@pytest.fixture(scope="session")
def reporting(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[PrefectApi, dict[str, str]]]:
    """The server, and the environment of processes that report to it."""
    with prefect_server(tmp_path_factory.mktemp("prefect")) as known:
        yield known


@pytest.fixture
def processes(reporting: tuple[PrefectApi, dict[str, str]], tmp_path: Path) -> Iterator[Processes]:
    """Starts processes, which end with the test."""
    api, env = reporting
    started = Processes(api, env, tmp_path)
    yield started
    started.end()


@pytest.fixture(scope="session")
def prefect(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("stage")) as running:
        yield running


@pytest.fixture
def jira() -> Iterator[Sandbox]:
    with Sandbox(Company(issues=generated_issues(40, 0))) as sandbox:
        yield sandbox


@pytest.fixture
def workspace(prefect: Stage, tmp_path: Path, jira: Sandbox) -> Workspace:
    return Workspace(prefect, tmp_path, jira)


@pytest.fixture
def team_chat(prefect: Stage) -> Iterator[Chat]:
    with chat() as running:
        save = (
            "from prefect.blocks.notifications import CustomWebhookNotificationBlock as Hook\n"
            f"Hook(name='hook', url='{running.url}', json_data={{'subject': '{{{{subject}}}}', "
            "'body': '{{body}}'}).save('team-chat', overwrite=True)\n"
        )
        ran = prefect.python(save)
        assert ran.code == 0, ran.err
        yield running


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo that has ended; nobody changes what it left."""
    return play(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def playground(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """What it left, alive."""
    with served(demo, tmp_path_factory.mktemp("served")) as running:
        yield running
