"""Key results from CSV files on a web server; the column `id` tells the rows of a file apart."""

import csv
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

import okr_sources as okr

Table = list[list[str]]


class CsvBinding(okr.Binding):
    """What a plan says below `source.csv`: which rows of a file, and what is made of them."""

    file: Annotated[str, Field(pattern=r"^\w[\w./-]*$")]  # below `url`, where the token may go
    where: dict[str, str] = Field(default_factory=dict)
    measure: Literal["count", "sum", "average"] = "count"
    column: str = "id"


class CsvSession(okr.SimpleSession[CsvBinding, Table]):
    """One web server."""

    binding = CsvBinding

    def __init__(self, name: str, connection: okr.Connection, credentials: okr.Credentials) -> None:
        super().__init__(name, connection, credentials)
        self.url = okr.base_url(name, connection, credentials)
        self.token = credentials.token

    def query(self, binding: CsvBinding) -> str:
        """The address of the file: fetched once for all key results."""
        return f"{self.url}/{binding.file}"

    def fetch(self, query: str) -> Table:
        """The lines of the file, the names of its columns first."""
        signed = {"Authorization": f"Bearer {self.token.get_secret_value()}"}
        reply = self.get(query, headers=signed)
        return list(csv.reader(reply.text.splitlines(keepends=True)))

    def rows(self, binding: CsvBinding, found: Table) -> Iterator[okr.Row]:
        """The rows that hold `where`, each with its number in the column."""
        columns, *lines = found or [[]]
        for name in {"id", binding.column, *binding.where} - set(columns):
            raise okr.ConfigError(f"there is no column {name}.", hint=f"Use {', '.join(columns)}.")
        for line in lines:
            row = dict(zip(columns, line, strict=True))
            if binding.where.items() <= row.items():
                counted = binding.measure == "count"
                yield okr.Row(row["id"], okr.ONE if counted else okr.number_of(row[binding.column]))

    def measure(self, binding: CsvBinding) -> tuple[okr.Formula, str]:
        """Such as `sum of amount where {'stage': 'won'}`."""
        return binding.measure, f"{binding.measure} of {binding.column} where {binding.where}"


SOURCE = okr.SimpleSource("csv", CsvSession)
