"""ScoreReport: what one scoring of a cycle found, for people, JSON and the final state of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction

from okr_core.plan.plan import KeyResult
from okr_core.progress.status import Guard, Standing
from okr_core.record.score_records import ForecastRecord, Scored
from okr_core.score.calibration import Foresight, foresight, outcomes
from okr_core.score.recording import forecast_record, scored
from okr_core.score.sandbagging import Prompt, bunching, do_nothing, early
from okr_core.score.score_words import card_notes, grades_text, score_text
from okr_core.score.scores import Score, Scorecard
from okr_core.snapshot import Snapshot
from okr_core.words.vocabulary import Shown, Told


@dataclass(frozen=True)
class ScoreReport:
    """The scores of a cycle at a time, with its forecasts.

    Attributes:
        snapshot: What they were computed from.
        forecasts: Key result → its forecast.
        before: Item → the status that the scoring before this one saw.
        recorded: Whether the store holds this scoring; false where an earlier one of the same time
            says otherwise, which stays.
        overtaken: Whether the store holds a scoring of a later time.
        told: Connection by connection, what was written back.
        incomplete: Whether something could not be written back.
    """

    snapshot: Snapshot
    forecasts: Mapping[str, ForecastRecord] = field(default_factory=dict)
    before: Mapping[str, Told] = field(default_factory=dict)
    recorded: bool = False
    overtaken: bool = False
    told: tuple[str, ...] = ()
    incomplete: bool = False

    @property
    def card(self) -> Scorecard:
        """The scorecard."""
        return self.snapshot.scorecard

    @property
    def status(self) -> dict[str, Shown]:
        """Item → the status that is shown."""
        return {name: each.shown for name, each in self.snapshot.standings.items()}

    def look(self, score: Score) -> Shown | None:
        """What a score shows: its outcome or grade so far; a guard how it stands."""
        known = self.snapshot.standings.get(score.id) if score.guard else None
        return known.shown if known else score.look

    def judged(self, kr: KeyResult) -> Standing | None:
        """How a key result stands where that is by the metric that it scores by; else None.

        A metric that was changed since is judged by what is not what it scored by.

        Args:
            kr: As first agreed.
        """
        now = self.snapshot.plan.key_results_by_id.get(kr.id)
        return self.snapshot.standings.get(kr.id) if now and now.metric == kr.metric else None

    def guards(self, objective: str) -> tuple[Guard, ...]:
        """The guards of an objective that do not hold, or of which nothing is known."""
        known = self.snapshot.standings.get(objective)
        return known.guards if known else ()

    @property
    def newly_at_risk(self) -> tuple[str, ...]:
        """Key results at risk that were not at the scoring before: told once per change of state.

        Before the first scoring nothing is known of earlier states, so each counts as new.
        """
        return tuple(
            kr.id
            for kr in self.snapshot.plan.key_results()
            if self.status.get(kr.id) == "at_risk" != self.before.get(kr.id)
        )

    @property
    def headline(self) -> str:
        """One line such as `Score 0.64: 3 green, 2 yellow, 1 red of 6 objectives`."""
        figures = self.card.teams.get("")
        score = figures.effective if figures else None
        objectives = [s for s in self.card.scores.values() if s.kind == "objective"]
        line = f"Score {score_text(score)}: {grades_text(s.look for s in objectives)}"
        line = "; ".join([line, *card_notes(self.card)])
        return f"{line} (version {self.card.version})" if self.card.version else line

    @property
    def open_until(self) -> datetime | None:
        """Until when late values are taken; None: they are not any more."""
        cutoff = self.card.cutoff
        waits = cutoff is not None and self.card.as_of < cutoff and not self.card.version
        return cutoff if waits else None

    @property
    def brier(self) -> tuple[Foresight, ...]:
        """How well confidence foresaw success, by third of the cycle."""
        known = self.snapshot
        return foresight([(known.cycle, known.entries, outcomes(self.card.key_results))])

    @property
    def prompts(self) -> list[Prompt]:
        """Questions worth asking; never penalties."""
        known = self.snapshot
        agreed = known.agreement.plan
        found = [
            *do_nothing(agreed, known.readings),
            *early(agreed, known.readings, known.as_of),
        ]
        for team, scores in self._by_team().items():
            found += bunching(team, scores)
        return found

    def _by_team(self) -> dict[str, list[Fraction]]:
        """Team, or the cycle where an objective has none, → computed scores of key results."""
        agreed = self.snapshot.agreement.plan
        teams: dict[str, list[Fraction]] = {}
        for score in self.card.key_results:
            team = agreed.objective_of[score.id].team or self.snapshot.cycle.id
            if score.figures.computed is not None:
                teams.setdefault(team, []).append(score.figures.computed)
        return teams

    def as_record(self) -> Scored:
        """What the store keeps of it."""
        body = scored(self.card, {}, self.status)
        return body.model_copy(update={"forecasts": dict(self.forecasts)})


def computed(
    snapshot: Snapshot, before: Mapping[str, Told] | None = None, *, recorded: bool = False
) -> ScoreReport:
    """The report of a cycle with forecasts made now; once due has passed they are the outcome.

    Raises:
        RefusalError: The cycle has not begun, or nothing was read by then.
    """
    _ = snapshot.scorecard  # refuses before numpy is loaded for a forecast
    fresh = {name: forecast_record(each) for name, each in snapshot.forecast().items()}
    return ScoreReport(snapshot, fresh, before or {}, recorded or snapshot.closed)
