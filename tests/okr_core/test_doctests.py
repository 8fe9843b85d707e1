"""The examples in the core's docstrings run."""

import doctest
import importlib
import pkgutil

import pytest

import okr_core

MODULES = [
    okr_core.__name__,
    *(found.name for found in pkgutil.walk_packages(okr_core.__path__, "okr_core.")),
]


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_give_what_they_say(name: str) -> None:
    module = importlib.import_module(name)
    names = {key: getattr(okr_core, key) for key in okr_core.__all__}
    outcome = doctest.testmod(module, extraglobs=names if module is okr_core else None)
    assert outcome.failed == 0
