"""Harness: many mutated answers, each read by the product and held against what it allows."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import product
from random import Random

from faults import Fault
from mutate import KINDS, Kind, Unfit, mutated, shifted
from replay import Conversation, ReplayServer, Request, Served
from truth import Truth, is_among
from vendor import Vendor
from vendors import vendors

from okr_core.errors import OkrError
from okr_sources.answers import Answer, Observed, Suspect, Unavailable
from okr_sources.source import Memory, Session

NAMES = "(names)"
"""In place of a measure: what tells names and schemas was changed."""
OUTCOMES = ("same", "right", "suspect", "unavailable", "wrong", "crashed", "lost")
"""Same: the value as it was, nothing that counts having changed. Right: what the changed answer
says. Wrong: a number that it does not say. Crashed: another exception. Lost: no number though all
that counts was there."""
BAD = ("wrong", "crashed", "lost")
_CRASHES = ("unexpectedly", "made a mistake", "gave no answer")


@dataclass
class Example:
    """One bad outcome, to be looked at."""

    vendor: str
    measure: str
    kind: Kind
    outcome: str
    answer: str
    request: Request
    content: bytes

    def __str__(self) -> str:
        said = self.content.decode(errors="replace")
        return (
            f"{self.outcome}: {self.vendor} · {self.measure} · {self.kind}\n"
            f"  {self.answer}\n  {self.request.method} {self.request.target}: {said[:3000]}"
        )


@dataclass
class Tally:
    """(vendor, measure, kind) → outcome → how often."""

    counts: dict[tuple[str, str, Kind], Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    examples: list[Example] = field(default_factory=list)
    sessions: int = 0

    @property
    def mutations(self) -> int:
        """Pairs of a mutated answer and a measure that reads it."""
        return sum(sum(counter.values()) for counter in self.counts.values())

    def add(self, other: Tally) -> None:
        for key, counter in other.counts.items():
            self.counts[key].update(counter)
        self.examples += other.examples
        self.sessions += other.sessions


@dataclass
class Subject:
    """A vendor whose answers are mutated.

    Attributes:
        said: Its answers when nothing is wrong, in their order.
        truths: Measure → what it is then.
    """

    vendor: Vendor
    server: ReplayServer
    said: Sequence[Served] = ()
    truths: dict[str, Truth] = field(default_factory=dict)
    _open: Session | None = None
    _used: int = 0

    def begin(self) -> None:
        """Read it once as it is; every measure must be what its answers say.

        Raises:
            AssertionError: The product or the harness is wrong about valid answers.
        """
        talk = Conversation(self.vendor.says)
        answers = self.read(talk, fresh=True)
        self.said = talk.served
        for name, answer in answers.items():
            truth = self.judged(name, talk.served)
            self.truths[name] = truth
            assert isinstance(answer, Observed), answer
            assert len(truth.values) == 1, (name, truth)
            assert is_among(answer.value, truth.values), (name, answer.value, truth)

    def judged(self, measure: str, served: Sequence[Served]) -> Truth:
        rows = [each for each in served if measure in self.vendor.serves(each.request)]
        names = [each for each in served if not self.vendor.serves(each.request)]
        # A session that knows the names does not ask again.
        return self.vendor.judges[measure](rows, names or self._names)

    @property
    def _names(self) -> list[Served]:
        return [each for each in self.said if not self.vendor.serves(each.request)]

    def groups(self) -> dict[tuple[str, ...], list[Request]]:
        """Measures that share answers → the requests for those; no measures: names."""
        found: dict[tuple[str, ...], list[Request]] = defaultdict(list)
        for each in self.said:
            found[self.vendor.serves(each.request)].append(each.request)
        return found

    def read(
        self, talk: Conversation, measures: Sequence[str] = (), *, fresh: bool = False
    ) -> dict[str, Answer]:
        """These measures, or all, read by the product."""
        self.server.says = talk.says
        session = self._session(fresh=fresh)
        asks = [ask for ask in self.vendor.asked() if not measures or ask.key_result in measures]
        plan = session.plan(asks, Memory({}))
        answers = {answer.key_result: answer for answer in session.read(plan)}
        down = any(isinstance(a, Unavailable) and a.connection_down for a in answers.values())
        if fresh or down:  # what it knows of names by now may be wrong
            self.close()
        return answers

    def _session(self, *, fresh: bool) -> Session:
        self._used += 1
        if fresh or self._open is None or self._used % 100 == 0:
            self.close()
            self._open = self.vendor.session(self.server.url)
        return self._open

    def close(self) -> None:
        if self._open is not None:
            self._open.__exit__(None, None, None)
            self._open = None

    def content(self, request: Request) -> bytes:
        return next(each.answer.content for each in self.said if each.request == request)

    def mutation(self, kind: Kind, requests: Sequence[Request], random: Random) -> Conversation:
        """A conversation in which one of these answers is changed.

        Raises:
            Unfit: This cannot happen to any of them.
        """
        if kind != "shift":
            request = random.choice(requests)
            return Conversation(
                self.vendor.says, {request: mutated(self.content(request), kind, random)}
            )
        if len(requests) < 2 or not self.vendor.rows:
            raise Unfit
        number = random.randrange(1, len(requests))
        before, page = requests[number - 1], requests[number]
        changed = shifted(self.content(page), self.content(before), self.vendor.rows)
        if changed == self.content(page):
            raise Unfit
        return Conversation(self.vendor.says, {page: changed}, once=True)


def run(
    subjects: Iterable[Vendor],
    *,
    seed: int,
    number: int,
    kinds: Sequence[Kind] = KINDS,
    to_the_end: bool = True,
) -> Tally:
    """Mutate, read, judge.

    Args:
        subjects: Whose answers.
        seed: Of all that is drawn.
        number: Mutations of each kind for each measure.
        kinds: Which.
        to_the_end: False stops at the first bad outcome.
    """
    logging.disable(logging.CRITICAL)
    tally = Tally()
    try:
        with ReplayServer() as server:
            for vendor in subjects:
                for mutation in _mutations(Subject(vendor, server), kinds, seed, number):
                    _judge(*mutation, tally)
                    if tally.examples and not to_the_end:
                        return tally
    finally:
        logging.disable(logging.NOTSET)
    return tally


def _mutations(
    subject: Subject, kinds: Sequence[Kind], seed: int, number: int
) -> Iterator[tuple[Subject, Conversation, Kind, tuple[str, ...]]]:
    """Mutated conversations, each with its kind and the measures that read what is changed."""
    try:
        subject.begin()
        for kind, (measures, requests) in product(kinds, list(subject.groups().items())):
            random = Random(f"{seed} {subject.vendor.name} {kind} {measures}")
            left, tries = number, 3 * number
            while left and tries:
                tries -= 1
                with suppress(Unfit):
                    talk = subject.mutation(kind, requests, random)
                    left -= 1
                    yield subject, talk, kind, measures
    finally:
        subject.close()
        subject.vendor.close()


def _judge(
    subject: Subject, talk: Conversation, kind: Kind, measures: tuple[str, ...], tally: Tally
) -> None:
    fresh = not measures
    crash = ""
    answers: dict[str, Answer] = {}
    try:
        answers = subject.read(talk, measures, fresh=fresh)
    except OkrError as error:
        crash = f"{type(error).__name__} instead of an answer: {error}"
    except Exception as error:  # noqa: BLE001 - that is what is looked for
        crash = f"{type(error).__name__}: {error}"
    tally.sessions += 1
    ((request, content),) = talk.changed.items()
    assert talk.reached, f"nobody read the answer to {request}"
    for name in measures or tuple(subject.vendor.asks):
        outcome = "crashed" if crash else _outcome(subject, name, answers[name], talk, kind)
        row = name if measures else NAMES
        tally.counts[subject.vendor.name, row, kind][outcome] += 1
        if outcome in BAD:
            said = crash or str(answers[name])[:600]
            allowed = sorted(map(float, subject.judged(name, talk.served).values))
            example = f"{said}\n  allowed: {allowed}"
            tally.examples.append(
                Example(subject.vendor.name, name, kind, outcome, example, request, content)
            )


def _outcome(subject: Subject, name: str, answer: Answer, talk: Conversation, kind: Kind) -> str:
    before, truth = subject.truths[name], subject.judged(name, talk.served)
    as_before = truth.basis is not None and truth.basis == before.basis
    as_before = as_before and bool(subject.vendor.serves(next(iter(talk.changed))))
    if isinstance(answer, Unavailable):
        if any(word in answer.reason for word in _CRASHES):
            return "crashed"
        return "lost" if as_before and kind != "shift" else "unavailable"
    if isinstance(answer, Suspect):
        return "suspect"
    allowed = before.values if kind == "shift" else truth.values
    if not is_among(answer.value, allowed):
        return "wrong"
    return "same" if as_before else "right"


def found_by(fault: Fault, *, seed: int, number: int) -> list[Example]:
    """The first bad outcome that shows a fault; nothing where it is not found."""
    with fault.made():
        shown = vendors(fault.vendor)
        found = run(shown, seed=seed, number=number, kinds=[fault.kind], to_the_end=False)
        return found.examples


def table(tally: Tally) -> Iterator[str]:
    """One line per vendor, measure and kind."""
    wide = max((len(f"{v} · {m}") for v, m, _ in tally.counts), default=0)
    yield f"{'':{wide}}  {'kind':9}  " + "  ".join(f"{name:>11}" for name in OUTCOMES)
    for (vendor, measure, kind), counter in tally.counts.items():
        cells = "  ".join(f"{counter[name] or '·':>11}" for name in OUTCOMES)
        yield f"{f'{vendor} · {measure}':{wide}}  {kind:9}  {cells}"
    whole: Counter[str] = Counter()
    for counter in tally.counts.values():
        whole.update(counter)
    cells = "  ".join(f"{whole[name]:>11}" for name in OUTCOMES)
    yield f"{'all':{wide}}  {'':9}  {cells}"
    yield f"{tally.mutations:,} mutations in {tally.sessions:,} readings"
