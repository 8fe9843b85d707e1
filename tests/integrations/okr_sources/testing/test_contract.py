"""The contract suite passes a good source, and names what is wrong with each bad one."""

import logging
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

import httpx
import pytest
from pydantic import ConfigDict

from okr_core.errors import ConfigError, OkrError
from okr_core.plan.workspace import Connection
from okr_core.record.evidence import Evidence, Formula, Row
from okr_sources.answers import Answer, Ask, Observed, RequestPlan, Suspect, Unavailable
from okr_sources.binding import Binding
from okr_sources.errors import UnauthorizedError, UnreachableError
from okr_sources.simple import SimpleSession, SimpleSource
from okr_sources.source import Credentials, Memory
from okr_sources.testing import SourceContract, ask_for
from okr_sources.testing.comparing import Value

URL = "http://shelf.example"
TOKEN = "a-token/that shows nowhere"
SHELVES = {"a": {"1": 3, "2": 4, "10": 5}, "b": {"1": 7}, "empty": {}}
seen: list[str] = []
"""Requests that the tool in this process has seen."""


class ShelfBinding(Binding):
    shelf: str
    measure: Formula = "sum"
    double: bool = False


class Shelf(SimpleSession[ShelfBinding, dict[str, int]]):
    """A good source of a tool in this process."""

    binding = ShelfBinding

    def __init__(self, name: str, connection: Connection, credentials: Credentials) -> None:
        super().__init__(name, connection, credentials)
        self.url = connection.url
        self.credentials = credentials

    def query(self, binding: ShelfBinding) -> str:
        return f"{self.url}/{binding.shelf}"

    def fetch(self, query: str) -> dict[str, int]:
        place, _, shelf = query.rpartition("/")
        seen.append(query)
        if place != URL:
            if "://" in place:
                self.ask_elsewhere(place)
            raise UnreachableError("no answer.", hint="Check url.")
        if self.credentials.token.get_secret_value() != TOKEN:
            raise UnauthorizedError("refused.", hint="Set another token.")
        if shelf not in SHELVES:
            raise ConfigError(f"no shelf {shelf}.", hint="Name another.")
        return SHELVES[shelf]

    def ask_elsewhere(self, url: str) -> None:
        self.get(url, headers=self.signed)

    @property
    def signed(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.credentials.token.get_secret_value()}"}

    def rows(self, binding: ShelfBinding, found: dict[str, int]) -> Iterable[Row]:
        return [Row(key, Decimal(value * (1 + binding.double))) for key, value in found.items()]

    def measure(self, binding: ShelfBinding) -> tuple[Formula, str]:
        return binding.measure, f"{binding.measure} of a shelf"

    def close(self) -> None:
        pass


class ShelfContract(SourceContract):
    url = URL
    secret = TOKEN

    def asks(self) -> Sequence[Ask]:
        return [
            ask_for("sum", connection="here", shelf="a"),
            ask_for("mean", connection="here", shelf="a", measure="average", double=True),
            ask_for("one", connection="here", shelf="b"),
        ]

    def broken_asks(self) -> Sequence[Ask]:
        return [
            ask_for("broken", connection="here", shelf="c"),
            ask_for("odd", connection="here", shelf="a", measure="mode"),
        ]

    def counts_of_nothing(self) -> Sequence[Ask]:
        return [ask_for("none", connection="here", shelf="empty", measure="count")]

    def means_of_nothing(self) -> Sequence[Ask]:
        return [ask_for("no mean", connection="here", shelf="empty", measure="average")]

    def requests_seen(self) -> int:
        return len(seen)


def held_to(session: type[Shelf]) -> SourceContract:
    contract = ShelfContract()
    contract.source = SimpleSource[ShelfBinding, dict[str, int]]("shelf", session)
    return contract


PROMISES = [
    name
    for name in vars(SourceContract)
    # The tool in this process is no installed package; the real sources' tests look at that.
    if name.startswith("test_") and "find" not in name and "found" not in name
]


@pytest.mark.parametrize("promise", PROMISES)
def test_a_good_source_keeps(promise: str) -> None:
    getattr(held_to(Shelf), promise)()


class AsksWhileOpening(Shelf):
    def __init__(self, name: str, connection: Connection, credentials: Credentials) -> None:
        super().__init__(name, connection, credentials)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as quick:
            quick.connect(("127.0.0.1", 9))


class AsksWhilePlanning(Shelf):
    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        self.send(list, endpoint="plan")
        return super().plan(asks, memory)


class ForgetsWhomItServes(Shelf):
    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        plan = super().plan(asks, memory)
        return replace(plan, fetches=plan.fetches[1:])


class DropsAnAnswer(Shelf):
    def read(self, plan: RequestPlan) -> Iterator[Answer]:
        yield from list(super().read(plan))[1:]


class AnswersTwice(Shelf):
    def read(self, plan: RequestPlan) -> Iterator[Answer]:
        answers = list(super().read(plan))
        yield from [*answers, answers[0]]


class KnowsNoSizes(Shelf):
    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        plan = super().plan(asks, memory)
        return replace(plan, fetches=tuple(replace(each, pages=None) for each in plan.fetches))


class AsksMoreThanItCounts(Shelf):
    def fetch(self, query: str) -> dict[str, int]:
        super().fetch(query)
        return super().fetch(query)


class AsksForEachKeyResult(Shelf):
    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        for fetch in plan.fetches:
            for _ in fetch.serves[1:]:
                self.send(partial(self.fetch, fetch.query), endpoint="again")
        yield from super().answers(plan)


class _Altered(Shelf):
    """Alters the values of good answers."""

    def alter(self, answer: Value) -> Answer:
        raise NotImplementedError

    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        for answer in super().answers(plan):
            if isinstance(answer, Unavailable):
                yield answer
            else:
                yield self.alter(answer)


class DependsOnTheOrder(Shelf):
    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        self.first = asks[0].key_result if asks else ""
        return super().plan(asks, memory)

    def rows(self, binding: ShelfBinding, found: dict[str, int]) -> Iterable[Row]:
        return [] if self.first == "sum" else super().rows(binding, found)


class AddsOne(_Altered):
    def alter(self, answer: Value) -> Answer:
        return replace(answer, value=answer.value + 1)


class SortsByNumber(_Altered):
    def alter(self, answer: Value) -> Answer:
        rows = tuple(sorted(answer.evidence.rows, key=lambda row: int(row.id)))
        return replace(answer, evidence=replace(answer.evidence, rows=rows))


class SaysNoQuery(_Altered):
    def alter(self, answer: Value) -> Answer:
        return replace(answer, evidence=replace(answer.evidence, query=""))


class LooksAtNoZone(_Altered):
    def alter(self, answer: Value) -> Answer:
        return replace(answer, observed_at=datetime(2026, 1, 1))  # noqa: DTZ001 - what is wrong here


class SuspectsNothing(_Altered):
    def alter(self, answer: Value) -> Answer:
        return Observed(answer.key_result, answer.value, answer.evidence, answer.observed_at)


class SuspectsEverything(_Altered):
    def alter(self, answer: Value) -> Answer:
        return Suspect(
            answer.key_result, answer.value, "I do.", answer.evidence, answer.observed_at
        )


class TakesNothingForZero(Shelf):
    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        for answer in super().answers(plan):
            if isinstance(answer, Unavailable) and not answer.connection_down:
                evidence = Evidence("shelf", self.name, "all", "sum", "sum")
                yield Observed(answer.key_result, Decimal(0), evidence, self.now())
            else:
                yield answer


class MissesNothing(Shelf):
    def rows(self, binding: ShelfBinding, found: dict[str, int]) -> Iterable[Row]:
        if not found:
            raise ConfigError("nothing.", hint="?")
        return super().rows(binding, found)


class RaisesWhatIsBroken(Shelf):
    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        for answer in super().answers(plan):
            if isinstance(answer, Unavailable):
                raise ConfigError(answer.reason)
            yield answer


class GivesNoHint(Shelf):
    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        for answer in super().answers(plan):
            yield replace(answer, hint="") if isinstance(answer, Unavailable) else answer


class TrustsNobody(Shelf):
    def answers(self, plan: RequestPlan) -> Iterator[Answer]:
        for answer in super().answers(plan):
            if isinstance(answer, Unavailable):
                yield replace(answer, connection_down=False)
            else:
                yield answer


class ReadsTextAsItIs(Shelf):
    def plan(self, asks: Sequence[Ask], memory: Memory) -> RequestPlan:
        self.doubled = any(ask.binding.get("double") is True for ask in asks)
        return super().plan(asks, memory)

    def rows(self, binding: ShelfBinding, found: dict[str, int]) -> Iterable[Row]:
        return super().rows(binding.model_copy(update={"double": self.doubled}), found)


class LooseBinding(ShelfBinding):
    model_config = ConfigDict(extra="ignore")


class TakesAnyKey(Shelf):
    binding = LooseBinding


class KeepsTheToken(Shelf):
    def __init__(self, name: str, connection: Connection, credentials: Credentials) -> None:
        super().__init__(name, connection, credentials)
        self.token = credentials.token.get_secret_value()


class LogsTheToken(Shelf):
    def fetch(self, query: str) -> dict[str, int]:
        sent = {"Authorization": self.credentials.token.get_secret_value()}
        logging.getLogger(__name__).debug("asking", extra={"headers": sent})
        return super().fetch(query)


class QuotesTheToken(Shelf):
    def query(self, binding: ShelfBinding) -> str:
        if binding.shelf == "c":
            token = self.credentials.token.get_secret_value().replace(" ", "%20")
            raise ConfigError(f"no shelf at ?token={token.replace('/', '%2F')}.", hint="?")
        return super().query(binding)


class Prints(Shelf):
    def fetch(self, query: str) -> dict[str, int]:
        print(query)  # noqa: T201 - what is wrong here
        return super().fetch(query)


class AsksNobody(Shelf):
    def ask_elsewhere(self, url: str) -> None:
        pass


class ReadsToTheEnd(Shelf):
    def ask_elsewhere(self, url: str) -> None:
        with httpx.stream("GET", url, headers=self.signed) as answer:
            read = 0
            for part in answer.iter_raw():
                read += len(part)
                if read > 120_000_000:  # as good as its end
                    break


class QuotesTheServer(Shelf):
    def ask_elsewhere(self, url: str) -> None:
        logging.getLogger("shelf").warning(httpx.get(url, headers=self.signed).text)


BREAKS: list[tuple[type[Shelf], str]] = [
    (TakesAnyKey, "its_binding_takes_what_the_asks_say_and_refuses_unknown_keys"),
    (AsksWhileOpening, "opening_and_planning_send_nothing"),
    (AsksWhilePlanning, "opening_and_planning_send_nothing"),
    (ForgetsWhomItServes, "every_ask_is_planned_or_refused"),
    (KnowsNoSizes, "requests_equal_the_plan_once_sizes_are_known"),
    (AsksForEachKeyResult, "the_same_ask_for_another_key_result_costs_no_request"),
    (AsksMoreThanItCounts, "requests_equal_the_plan_once_sizes_are_known"),
    (DropsAnAnswer, "every_ask_has_exactly_one_answer"),
    (AnswersTwice, "every_ask_has_exactly_one_answer"),
    (DependsOnTheOrder, "the_order_of_asks_changes_no_answer"),
    (ReadsTextAsItIs, "a_binding_whose_scalars_are_all_text_means_the_same"),
    (AddsOne, "every_value_re_adds_from_its_evidence_also_after_it_was_stored"),
    (SortsByNumber, "rows_of_evidence_are_sorted_by_id_and_count_once"),
    (SaysNoQuery, "evidence_names_who_was_asked_what"),
    (LooksAtNoZone, "times_of_looking_are_aware"),
    (
        MissesNothing,
        "count_and_sum_of_nothing_are_0_and_suspect_if_there_was_something",
    ),
    (SuspectsNothing, "count_and_sum_of_nothing_are_0_and_suspect_if_there_was_something"),
    (TakesNothingForZero, "average_and_ratio_of_nothing_are_unavailable"),
    (SuspectsNothing, "a_value_far_outside_baseline_and_target_is_suspect"),
    (SuspectsNothing, "a_denominator_that_shrank_is_suspect"),
    (SuspectsEverything, "a_value_as_expected_is_observed"),
    (RaisesWhatIsBroken, "a_broken_binding_is_unavailable_with_a_reason_and_stops_no_other"),
    (TakesNothingForZero, "a_broken_binding_is_unavailable_with_a_reason_and_stops_no_other"),
    (GivesNoHint, "a_broken_binding_is_unavailable_with_a_reason_and_stops_no_other"),
    (RaisesWhatIsBroken, "with_a_wrong_token_every_ask_is_unavailable_and_nothing_raised"),
    (TrustsNobody, "with_a_wrong_token_every_ask_is_unavailable_and_nothing_raised"),
    (RaisesWhatIsBroken, "without_a_server_every_ask_is_unavailable_and_nothing_raised"),
    (GivesNoHint, "an_address_that_is_none_is_refused_in_words_of_ours"),
    (KeepsTheToken, "the_token_shows_nowhere_and_nothing_is_printed"),
    (LogsTheToken, "the_token_shows_nowhere_and_nothing_is_printed"),
    (QuotesTheToken, "the_token_shows_nowhere_and_nothing_is_printed"),
    (Prints, "the_token_shows_nowhere_and_nothing_is_printed"),
    (QuotesTheServer, "a_server_that_repeats_what_signed_a_request_is_not_repeated"),
    (ReadsToTheEnd, "an_answer_without_end_is_not_read_to_its_end"),
    (AsksNobody, "an_answer_that_trickles_ends_at_the_timeout"),
]


@pytest.mark.parametrize(
    ("session", "promise"), BREAKS, ids=[f"{each.__name__}-{name}" for each, name in BREAKS]
)
def test_a_source_that_breaks_a_promise_is_told(session: type[Shelf], promise: str) -> None:
    broken = getattr(held_to(session), f"test_{promise}")
    with pytest.raises((AssertionError, OkrError)):
        broken()


def test_every_promise_is_broken_by_someone() -> None:
    spared = {
        "test_without_asks_nothing_is_sent_and_nothing_answered",
        "test_a_second_run_gives_the_same_values_and_rows",
    }
    assert {f"test_{name}" for _, name in BREAKS} == set(PROMISES) - spared
