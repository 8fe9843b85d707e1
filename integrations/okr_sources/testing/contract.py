"""Testing: the contract of sources as tests, to be inherited by every source's own tests.

What a test module needs beside a server on loopback:

```python
class TestCsv(SourceContract):
    source = SOURCE
    secret = "a-token-that-shows-nowhere"

    @pytest.fixture(autouse=True)
    def _served(self) -> Iterator[None]:
        with serve(FILES, self.secret) as self.url:
            yield

    def asks(self) -> Sequence[Ask]:
        return [
            ask_for("won", connection="sales", file="deals.csv", where={"stage": "won"}),
            ask_for("teams", connection="sales", file="teams.csv"),
        ]

    def broken_asks(self) -> Sequence[Ask]:
        return [ask_for("none", connection="sales", file="no-such-file.csv")]
```
The server is a real one, and refuses every other token. The package is installed, so that its
entry point can be found. The tests run under pytest, and nothing here imports it.
"""

# ruff: noqa: D102 - the names of tests say what they test

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from functools import partial

import stamina
from pydantic import ValidationError

from okr_core.errors import OkrError
from okr_core.plan.metrics import Increase
from okr_core.progress.smells import DIVIDED, Previous
from okr_core.record.evidence import decode, denominator_of, encode, re_add
from okr_sources.answers import Observed, Unavailable
from okr_sources.source import source_named
from okr_sources.testing.asked import NOTHING_KNOWN, AskedSource, all_down
from okr_sources.testing.comparing import (
    Value,
    keys,
    misspelt,
    numbers,
    pages,
    raises,
    same,
    valued,
    whole,
)
from okr_sources.testing.hostile import (
    MEGABYTE,
    echo,
    endless,
    hostile,
    trickled_body,
    trickled_headers,
)
from okr_sources.testing.watching import closed_address, disguises, everything_said, network_use

MOST_READ = 100
"""Megabytes of an endless answer that may be read, by all requests together."""

_IMPORTS_NO_PREFECT = """
import sys
from okr_sources.source import source_named
source_named(sys.argv[1])
sys.exit(3 if "prefect" in sys.modules else 0)
"""


class SourceContract(AskedSource):
    """The contract of sources; subclass it in a test module under a name that starts with Test.

    What a subclass gives is `AskedSource`.
    """

    # How it is found

    def test_it_is_found_by_its_entry_point(self) -> None:
        found = source_named(self.source.kind)
        assert found is self.source, f"entry point `{self.source.kind}` leads to {found!r}"

    def test_finding_it_does_not_import_prefect(self) -> None:
        script = [sys.executable, "-c", _IMPORTS_NO_PREFECT, self.source.kind]
        code = subprocess.run(script, check=False).returncode  # noqa: S603 - our own text
        assert code != 3, "import Prefect inside of load_block only: commands must start fast"
        assert code == 0, "the source cannot be found and loaded in a new process"

    def test_its_binding_takes_what_the_asks_say_and_refuses_unknown_keys(self) -> None:
        model = self.source.binding
        for ask in self.asks():
            model.model_validate(dict(ask.binding))
            refused = raises(ValidationError, partial(model.model_validate, misspelt(ask)))
            assert refused, "a misspelt key must be an error: derive from okr_sources.binding"

    # What is planned

    def test_opening_and_planning_send_nothing(self) -> None:
        with network_use() as used, self._session() as session:
            session.plan([*self.asks(), *self.broken_asks()], NOTHING_KNOWN)
            assert session.requests == 0, "a request was counted before read()"
        assert not used, f"the network was used before read(): {used}"

    def test_every_ask_is_planned_or_refused(self) -> None:
        asks = [*self.asks(), *self.broken_asks()]
        with self._session() as session:
            plan = session.plan(asks, NOTHING_KNOWN)
        served = {key for fetch in plan.fetches for key in fetch.serves}
        refused = {answer.key_result for answer in plan.refused}
        assert served | refused == keys(asks), "`serves` and `refused` do not name every ask"
        assert not served & refused, "an ask is both served and refused"

    def test_without_asks_nothing_is_sent_and_nothing_answered(self) -> None:
        with self._session() as session:
            assert list(session.read(session.plan([], NOTHING_KNOWN))) == []
            assert session.requests == 0, "a request was sent for nobody"

    def test_requests_equal_the_plan_once_sizes_are_known(self) -> None:
        asks = [*self.asks(), *self.counts_of_nothing(), *self.means_of_nothing()]
        _, known, _ = self._read(asks)
        before = self.requests_seen()
        with self._session() as session:
            plan = session.plan(asks, known)
            list(session.read(plan))
            assert None not in [fetch.pages for fetch in plan.fetches], "pages are still unknown"
            planned, counted = pages(plan), session.requests
        assert counted == planned, f"{planned} requests planned, {counted} sent"
        after = self.requests_seen()
        if before is not None and after is not None:
            assert after - before == counted, f"{counted} counted, the server saw {after - before}"

    def test_the_same_ask_for_another_key_result_costs_no_request(self) -> None:
        asks = list(self.asks())
        twins = [replace(ask, key_result=f"{ask.key_result}.twin") for ask in asks]
        once, _, alone = self._read(asks)
        both, _, together = self._read([*asks, *twins])
        assert together == alone, f"{alone} requests became {together}: something is fetched twice"
        values = {answer.key_result: answer.value for answer in valued(both)}
        for answer in valued(once):
            twin = values[f"{answer.key_result}.twin"]
            assert twin == answer.value, f"{answer.key_result}: {answer.value} became {twin}"

    # What is answered

    def test_every_ask_has_exactly_one_answer(self) -> None:
        asks = [*self.asks(), *self.broken_asks()]
        answers, _, _ = self._read(asks)
        got, wanted = ([each.key_result for each in some] for some in (answers, asks))
        assert sorted(got) == sorted(wanted), f"answers to {got}, asks {wanted}"

    def test_the_order_of_asks_changes_no_answer(self) -> None:
        asks = [*self.asks(), *self.broken_asks()]
        same(self._read(asks)[0], self._read(asks[::-1])[0], whole)

    def test_a_second_run_gives_the_same_values_and_rows(self) -> None:
        first, known, _ = self._read(self.asks())
        again, _, _ = self._read(self.asks(), known)
        same(first, again, numbers)

    def test_a_binding_whose_scalars_are_all_text_means_the_same(self) -> None:
        asks = list(self.asks())
        written = [self._as_in_a_plan(ask) for ask in asks]
        same(self._read(asks)[0], self._read(written)[0], whole)

    def test_every_value_re_adds_from_its_evidence_also_after_it_was_stored(self) -> None:
        for answer in self._values(self.asks()):
            added, stored = re_add(answer.evidence), decode(encode(answer.evidence))
            assert answer.value == added, f"{answer.key_result}: {answer.value}, re-added {added}"
            assert stored == answer.evidence, f"{answer.key_result}: stored as {stored}"

    def test_rows_of_evidence_are_sorted_by_id_and_count_once(self) -> None:
        for answer in self._values(self.asks()):
            ids = [row.id for row in answer.evidence.rows]
            assert ids == sorted(set(ids)), f"{answer.key_result}: {ids}"

    def test_evidence_names_who_was_asked_what(self) -> None:
        name = str(self.asks()[0].binding.get("connection", ""))
        for answer in self._values(self.asks()):
            evidence = answer.evidence
            assert evidence.kind == self.source.kind, evidence
            assert evidence.connection == name, evidence
            assert evidence.query, f"{answer.key_result}: a person could not ask it again"
            assert evidence.measure, f"{answer.key_result}: nobody knows what was measured"
            assert evidence.requests >= 1, evidence
            assert evidence.link == "" or evidence.link.startswith("http"), evidence.link

    def test_times_of_looking_are_aware(self) -> None:
        for answer in self._values(self.asks()):
            assert answer.observed_at.tzinfo, f"{answer.key_result}: {answer.observed_at}"

    # What is missing is never 0, and what smells does not count

    def test_count_and_sum_of_nothing_are_0_and_suspect_if_there_was_something(self) -> None:
        asks = self.counts_of_nothing()
        for answer in self._values(asks):
            assert answer.value == 0, answer
            assert not answer.evidence.rows, answer
        before = Previous(Decimal(7), 7, Decimal(7))
        self._all_suspect([replace(ask, previous=before) for ask in asks])

    def test_average_and_ratio_of_nothing_are_unavailable(self) -> None:
        for answer in self._read(self.means_of_nothing())[0]:
            assert isinstance(answer, Unavailable), f"{answer} instead of Unavailable"
            assert answer.reason, answer
            assert not answer.connection_down, answer

    def test_a_value_far_outside_baseline_and_target_is_suspect(self) -> None:
        self._all_suspect(
            replace(ask, previous=None, metric=Increase(baseline=value + 10, target=value + 11))
            for ask, value in self._asked()
        )

    def test_a_denominator_that_shrank_is_suspect(self) -> None:
        divided = {
            answer.key_result: denominator_of(answer.evidence)
            for answer in self._values(self.asks())
            if answer.evidence.formula in DIVIDED
        }
        self._all_suspect(
            replace(ask, previous=Previous(value, 10_000, 3 * divided[ask.key_result]))
            for ask, value in self._asked()
            if ask.key_result in divided
        )

    def test_a_value_as_expected_is_observed(self) -> None:
        asks = [
            replace(ask, previous=None, metric=Increase(baseline=value - 1, target=value + 1))
            for ask, value in self._asked()
        ]
        for answer in self._read(asks)[0]:
            assert isinstance(answer, Observed), answer

    # What goes wrong is an answer, never an exception

    def test_a_broken_binding_is_unavailable_with_a_reason_and_stops_no_other(self) -> None:
        broken = keys(self.broken_asks())
        answers, _, _ = self._read([*self.broken_asks(), *self.asks()])
        for answer in answers:
            if answer.key_result in broken:
                assert isinstance(answer, Unavailable), answer
                assert answer.reason, f"{answer.key_result}: what happened?"
                assert answer.hint, f"{answer.key_result}: what should a person do?"
                assert not answer.connection_down, f"{answer.key_result} alone is broken"
            else:
                assert isinstance(answer, Value), answer

    def test_with_a_wrong_token_every_ask_is_unavailable_and_nothing_raised(self) -> None:
        if self.secret:
            self._all_down(self.url, f"{self.secret}-wrong")

    def test_without_a_server_every_ask_is_unavailable_and_nothing_raised(self) -> None:
        self._all_down(closed_address(), self.secret)

    def test_an_address_that_is_none_is_refused_in_words_of_ours(self) -> None:
        def ask_nowhere() -> None:
            with self.open_session("no address", self.secret) as session:
                all_down(self.asks(), list(session.read(session.plan(self.asks(), NOTHING_KNOWN))))

        raises(OkrError, ask_nowhere)

    def test_the_token_shows_nowhere_and_nothing_is_printed(self) -> None:
        places = [(self.url, self.secret), (closed_address(), self.secret)]
        if self.secret:
            places.append((self.url, f"{self.secret}-wrong"))
        with everything_said() as said, stamina.set_testing(True, attempts=2, cap=True):
            shown = [self._everything(*place) for place in places]
        assert not said.printed, f"printed: {said.printed}"
        text = "\n".join([*said.logged, *shown])
        found = [form for form in disguises(self.secret, self.user) if form in text]
        assert not found, "the token shows in a log, an answer, a check or a repr"

    # What a server may do to us, and what it may not

    def test_a_server_that_repeats_what_signed_a_request_is_not_repeated(self) -> None:
        quick = stamina.set_testing(True, attempts=1, cap=True)
        for status in (200, 400, 401, 403, 404, 500):
            with hostile(echo(status)) as server, quick, everything_said() as said:
                shown = self._everything(server.url, self.secret)
            text = "\n".join([*said.logged, said.printed, shown])
            found = [form for form in disguises(self.secret, self.user) if form in text]
            assert not found, f"a server that answers {status} with the token brings it out"

    def test_an_answer_without_end_is_not_read_to_its_end(self) -> None:
        with hostile(endless) as server:
            self._all_unavailable_soon(server.url)
        read = server.sent // MEGABYTE
        assert read < MOST_READ, f"{read} MB were read: ask by `get`, which stops early"

    def test_an_answer_that_trickles_ends_at_the_timeout(self) -> None:
        for play in (trickled_headers, trickled_body):
            with hostile(play) as server:
                self._all_unavailable_soon(server.url)
                hung_up = server.hung_up.wait(5)
            assert hung_up, "`timeout` is for a whole answer, not for each byte: ask by `get`"

    def _all_unavailable_soon(self, url: str) -> None:
        asks = list(self.asks())
        with self.open_session(url, self.secret, timeout=Decimal(1), retries=1) as session:
            answers = list(session.read(session.plan(asks, NOTHING_KNOWN)))
        assert sorted(each.key_result for each in answers) == sorted(keys(asks)), answers
        for answer in answers:
            assert isinstance(answer, Unavailable), answer
            assert answer.reason, answer
