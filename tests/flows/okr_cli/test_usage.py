"""Wrong usage ends with 2 and one line; bugs of ours with 70; nobody sees a traceback."""

import os
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from okr_command import Okr

from okr_cli.app import build_app
from okr_cli.synonyms import SYNONYMS

COMMANDS = ("init", "check", "apply", "pull", "status", "sync", "checkin", "explain", "accept")


@pytest.mark.parametrize(
    "arguments",
    [["stauts"], ["status", "--fromat", "json"], ["status", "--format", "yaml"], ["explain"]],
)
def test_a_typing_mistake_ends_with_two_and_says_where_help_is(
    okr: Okr, arguments: list[str]
) -> None:
    ran = okr(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "--help" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["sync", "--no-dry-run"],
        ["sync", "--empty-only"],
        ["status", "--no-debug"],
        ["people", "import", "csv", "a.csv", "--no-dry-run"],
        ["revisions", "list", "--no-debug"],
    ],
)
def test_no_option_has_a_negative_in_any_group_of_commands(okr: Okr, arguments: list[str]) -> None:
    ran = okr(*arguments)
    assert ran.code == 2
    assert "Unknown option" in ran.err


def test_a_mistyped_command_is_answered_with_the_closest(okr: Okr) -> None:
    assert "status" in okr("stauts").err


def test_help_lists_every_command_without_loading_any() -> None:
    script = (
        "import sys; from okr_cli import main; main(['--help']); "
        "print([m for m in sys.modules if m.startswith('okr_cli.')], file=sys.stderr)"
    )
    ran = _python(script)
    for name in (*COMMANDS, "correct", "doctor", "schema", "demo", "revisions", "audit"):
        assert f"\n  {name} " in ran.stdout
    loaded = ran.stderr.strip().splitlines()[-1]
    light = ["okr_cli.shell", "okr_cli.shell.where"]
    drawn = [f"okr_cli.shell.{name}" for name in ("layout", "output", "help_pages")]
    assert loaded == str([*light, "okr_cli.entry", "okr_cli.examples", *drawn, "okr_cli.app"])


@pytest.mark.parametrize("name", COMMANDS)
def test_a_commands_own_help_says_more_than_the_list(okr: Okr, name: str) -> None:
    ran = okr(name, "--help")
    assert ran.code == 0
    assert f"okr {name}" in ran.out


def test_the_version_is_the_distributions(okr: Okr) -> None:
    assert okr("--version").out.strip() == version("prefect-okr")


def test_every_registered_command_can_be_loaded() -> None:
    for name in [name for name in build_app() if not name.startswith("-")]:
        assert build_app(name)[name] is not None


@pytest.mark.parametrize("arguments", ["schema plan", "--help", "status --help"])
def test_a_reader_that_leaves_early_is_no_mistake(arguments: str) -> None:
    script = "import sys; from okr_cli import main; sys.exit(main())"
    command = f"{sys.executable} -c '{script}' {arguments} | head -1"
    ran = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_console_that_knows_only_ascii_gets_question_marks() -> None:
    ran = _python(
        "from okr_cli import main; import sys; sys.exit(main(['explain', 'é→']))",
        PYTHONIOENCODING="ascii",
        OKR_STORE_URL="/nowhere/okr.db",
    )
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


def _python(script: str, **env: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **env},
    )


def test_the_shell_completes_commands_and_options_once_that_is_installed(tmp_path: Path) -> None:
    script = "import sys; from okr_cli import main; sys.exit(main())"
    home = {**os.environ, "HOME": str(tmp_path)}
    command = [sys.executable, "-c", script, "--install-completion", "--shell", "bash"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=home)
    assert ran.returncode == 0, ran.stderr
    assert "in the next shell" in ran.stdout
    typed = (
        'source ~/.bashrc; complete=$(complete -p okr); read -ra words <<< "$complete"; '
        'for last in "sta" "status --tren"; do COMP_WORDS=(okr $last); '
        "COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=(); "
        '"${words[2]}" okr; echo "${COMPREPLY[@]}"; done'
    )
    shell = ["bash", "--norc", "-c", typed]
    ran = subprocess.run(shell, capture_output=True, text=True, check=False, env=home)
    assert ran.stdout.split() == ["status", "--trend"], ran.stderr


def test_a_number_with_a_blank_that_is_not_quoted_is_told_so(okr: Okr) -> None:
    ran = okr("checkin", "sales", "11", "100")
    assert ran.code == 2
    assert "`11 100` is two words. Write 11100, or put it into quotes." in ran.err


@pytest.mark.parametrize(
    ("word", "command"),
    [
        ("undo", "okr correct KR"),
        ("list", "okr status"),
        ("rollback", "okr pull --revision N"),
    ],
)
def test_a_word_for_a_command_that_is_called_otherwise_is_understood(
    okr: Okr, word: str, command: str
) -> None:
    ran = okr(word)
    assert ran.code == 2
    assert ran.err.startswith(f"`{word}` is no command. You may mean `{command}`.")


def test_no_synonym_hides_a_command_and_each_names_one() -> None:
    app = build_app()
    for word, command in SYNONYMS.items():
        assert word not in app
        assert command.split()[1] in app
