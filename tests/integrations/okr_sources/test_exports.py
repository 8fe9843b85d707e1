"""What `okr_sources` offers to whoever adds a tool, and what importing it costs."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import okr_sources

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples/okr-csv/okr_csv.py"
INSIDE = {"testing"}
"""Modules that a third party imports by themselves: the contract, which pytest runs."""


def _used(code: str) -> Iterator[tuple[str, str]]:
    """(Module, name) of what a text uses of ours; `import okr_sources as okr` is the one way."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("okr_"):
            yield from ((str(node.module), each.name) for each in node.names)
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "okr":
            yield "okr_sources", node.attr


def _code(text: str) -> str:
    """The first Python example of a guide: a whole module."""
    return text.partition("```python\n")[2].partition("```")[0]


def test_every_exported_name_is_there_and_documented() -> None:
    for name in okr_sources.__all__:
        value = getattr(okr_sources, name)
        # Types that are only another name for something have no text of their own.
        assert value.__doc__ or name in {"Formula", "Steps"}, name
    assert set(okr_sources.__all__) <= set(dir(okr_sources))


def test_a_name_that_is_not_exported_is_refused() -> None:
    with pytest.raises(AttributeError, match="no_such"):
        _ = okr_sources.no_such


def test_no_exported_name_is_hidden_by_a_module_of_that_name() -> None:
    script = (
        "import importlib, okr_sources, pkgutil, types\n"
        "for found in pkgutil.walk_packages(okr_sources.__path__, 'okr_sources.'):\n"
        "    importlib.import_module(found.name)\n"
        "for name in okr_sources.__all__:\n"
        "    assert not isinstance(getattr(okr_sources, name), types.ModuleType), name\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_all_of_it_is_had_without_prefect_and_without_an_http_client() -> None:
    script = (
        "import sys, okr_sources; assert 'pydantic' not in sys.modules\n"
        "for name in okr_sources.__all__: getattr(okr_sources, name)\n"
        "heavy = {'prefect', 'httpx', 'requests', 'sqlalchemy', 'ruamel.yaml'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("package", ["okr_jira", "okr_notion", "okr_http"])
def test_a_tool_offers_its_source_and_loads_no_client_for_it(package: str) -> None:
    script = (
        f"import sys, {package}; from okr_sources import Source\n"
        f"assert isinstance({package}.SOURCE, Source) and 'SOURCE' in {package}.__all__\n"
        "heavy = {'prefect', 'httpx', 'requests', 'jira', 'notion_client'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_example_needs_no_module_of_ours_by_name() -> None:
    modules = {module for module, _ in _used(EXAMPLE.read_text())}
    assert modules == {"okr_sources"}


def test_what_the_guide_names_is_exported() -> None:
    text = (ROOT / "docs/sources.md").read_text()
    named = set(re.findall(r"okr_sources\.(\w+)", text)) - INSIDE
    named |= {name for module, name in _used(_code(text)) if module == "okr_sources"}
    assert named
    assert named <= set(okr_sources.__all__), named - set(okr_sources.__all__)
