"""The page of a company two months into its quarter."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import web_company
from web_served import Served, served

from okr_store import Store, open_store


@pytest.fixture(scope="session")
def company_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the company, to copy."""
    path = tmp_path_factory.mktemp("company") / "okr.db"
    with open_store(str(path), create=True) as store:
        web_company.fill(store)
    return path


@pytest.fixture
def company(company_file: Path, tmp_path: Path) -> Iterator[Store]:
    """A store of the company for one test."""
    path = tmp_path / "okr.db"
    shutil.copy(company_file, path)
    with open_store(str(path)) as store:
        yield store


@pytest.fixture
def page(company: Store) -> Iterator[Served]:
    """The company's page."""
    with served(company) as found:
        yield found
