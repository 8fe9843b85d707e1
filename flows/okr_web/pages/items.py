"""Items: an objective or key result in a line, as several pages show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from okr_core.basics.exact import weighted_mean
from okr_core.plan.plan import KeyResult, Objective
from okr_core.progress.progress import unknown
from okr_core.progress.status import Standing
from okr_core.snapshot import Snapshot
from okr_web.voice import Voice

_ABSENT = Standing("", "key_result", unknown("not in the plan"), status="closed")


@dataclass(frozen=True, slots=True)
class Line:
    """An item with how it stands.

    Attributes:
        look: Its mark, whose word is `status`.
        figure: Its progress in percent.
        beside: What else is said of it, short.
        value: A key result's value.
    """

    id: str
    title: str
    look: str
    status: str
    progress: Fraction | None
    expected: Fraction | None
    figure: str
    beside: tuple[str, ...] = ()
    below: tuple[Line, ...] = ()
    value: str = ""


class Facts:
    """A snapshot as its reader may see it, with the names and figures that pages ask for.

    Args:
        snapshot: What the reader may see.
        voice: The reader's.
    """

    def __init__(self, snapshot: Snapshot, voice: Voice) -> None:
        self.snapshot, self.voice = snapshot, voice
        self.plan, self.cycle = snapshot.plan, snapshot.cycle

    def standing(self, item: str) -> Standing:
        """How an item stands."""
        return self.snapshot.standings.get(item, _ABSENT)

    def look(self, item: Objective | KeyResult) -> str:
        """The mark of an item."""
        return self.standing(item.id).shown if item.active else item.state

    def status(self, item: Objective | KeyResult) -> str:
        """The word of an item's mark."""
        return self.voice(self.look(item))

    def person(self, person: str) -> str:
        """A person's name; their id where it is not known."""
        space = self.snapshot.workspace
        return space.people[person].name if space and person in space.people else person

    def role(self, role: str | None) -> str:
        """What a role is called: its id as words; a person's implicit role by their name."""
        if not role:
            return ""
        space = self.snapshot.workspace
        if space and role in space.people:
            return space.people[role].name
        return self.voice.sentence(role.replace("-", " ").replace("_", " "))

    def team(self, team: str | None) -> str:
        """A team's name."""
        if not team:
            return ""
        space = self.snapshot.workspace
        named = space.teams[team].name if space and team in space.teams else ""
        return named or self.voice.sentence(team.replace("-", " "))

    def holders(self, role: str | None) -> list[str]:
        """Ids of who holds a role on the day."""
        space = self.snapshot.workspace
        if space is None or role is None:
            return []
        day = self.cycle.day_of(self.snapshot.as_of)
        return list(dict.fromkeys(each.person for each in space.holders(role, day)))

    def is_real_role(self, role: str | None) -> bool:
        """Whether a role has a page: a person's implicit one has none."""
        space = self.snapshot.workspace
        return bool(role) and space is not None and role in space.roles

    def expected(self, of: Objective | Iterable[KeyResult]) -> Fraction | None:
        """What the paces ask for by now: the weighted mean of what has a pace, in [0, 1].

        None once all of it has ended: what counts then is the outcome.
        """
        parents = self.plan.objective_of
        if isinstance(of, Objective):
            weighed = [(kr, kr.weight) for kr in of.active_key_results]
        else:
            weighed = [(kr, kr.weight * parents[kr.id].weight) for kr in of]
        if all(self.standing(kr.id).outcome is not None for kr, _ in weighed):
            return None
        paced = ((weight, self.standing(kr.id).paced) for kr, weight in weighed)
        return weighted_mean((weight, share) for weight, share in paced if share is not None)

    def objective_line(self, objective: Objective, *beside: str, below: bool = False) -> Line:
        """An objective in a line, with its key results where they are wanted."""
        known, expected = self.standing(objective.id), self.expected(objective)
        told = [self.voice("expected_share", share=self.voice.percent(expected))]
        return Line(
            objective.id,
            objective.title,
            self.look(objective),
            self.status(objective),
            known.progress.clamped,
            expected,
            self.voice.percent(known.progress.clamped),
            (*(told if expected is not None else []), *filter(None, beside)),
            tuple(map(self.key_result_line, objective.active_key_results)) if below else (),
        )

    def key_result_line(self, kr: KeyResult) -> Line:
        """A key result in a line."""
        known = self.standing(kr.id)
        sure = known.confidence
        return Line(
            kr.id,
            kr.title,
            self.look(kr),
            self.status(kr),
            known.progress.clamped,
            known.expected,
            self.voice.percent(known.progress.clamped),
            (self.voice("confidence_short", sure=sure),) if sure is not None else (),
            value=self.voice.value(kr.metric, known.current),
        )

    def own(self, person: str, roles: Iterable[str]) -> Iterator[tuple[Objective, str]]:
        """Objectives that a person is accountable for or contributes to, and which of both."""
        mine = {person, *roles}
        for objective in self.plan.active_objectives:
            of_it = objective.active_key_results
            if objective.accountable in mine:
                yield objective, "accountable"
            elif any(kr.accountable in mine for kr in of_it):
                yield objective, "reports"
            elif any(not mine.isdisjoint(kr.contributors) for kr in of_it):
                yield objective, "contributes"
