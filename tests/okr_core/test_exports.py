"""What `okr_core` offers, and what importing it costs."""

import subprocess
import sys

import pytest

import okr_core


def test_every_exported_name_is_there_and_documented() -> None:
    for name in okr_core.__all__:
        assert getattr(okr_core, name).__doc__, name
    assert set(okr_core.__all__) <= set(dir(okr_core))


def test_a_name_that_is_not_exported_is_refused() -> None:
    with pytest.raises(AttributeError, match="no_such"):
        _ = okr_core.no_such


def test_errors_are_had_without_the_model_and_the_model_without_yaml() -> None:
    script = (
        "import sys, okr_core; okr_core.OkrError; assert 'pydantic' not in sys.modules;"
        "okr_core.Plan; assert 'ruamel.yaml' not in sys.modules;"
        "okr_core.load_plan; assert 'prefect' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_no_exported_name_is_hidden_by_a_module_of_that_name() -> None:
    script = (
        "import importlib, okr_core, pkgutil, types\n"
        "for found in pkgutil.walk_packages(okr_core.__path__, 'okr_core.'):\n"
        "    importlib.import_module(found.name)\n"
        "for name in okr_core.__all__:\n"
        "    assert not isinstance(getattr(okr_core, name), types.ModuleType), name\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
