"""Write-back: scores of items as property, link and comment of the issues that they are."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from okr_core.basics.command import okr
from okr_core.basics.exact import ratio_json
from okr_core.errors import ConfigError, OkrError, RetryableError
from okr_core.record.failure import Failure
from okr_core.record.write_back import is_named, value_digest
from okr_jira.write_back.issue_places import BULK, Held, IssuePlaces
from okr_jira.write_back.mirror import COMMENT, LINK, PROPERTY, JiraWriteBack
from okr_sources.send.workers import Result, in_order
from okr_sources.send.workers import outcome as job_outcome
from okr_sources.write_back.ownership import Cell, Settled, refused, settle
from okr_sources.write_back.write_back import (
    Compared,
    Outcome,
    Target,
    WriteBackFields,
    in_words,
    ratio_text,
    unreached,
)

WRITER = "prefect-okr"
COMMENT_SECONDS = 90
"""After so long in one batch no comment is posted: a run that takes over would post it again."""
LONGEST_TITLE = 255
PERMISSIONS = {PROPERTY: "EDIT_ISSUES", LINK: "LINK_ISSUES", COMMENT: "ADD_COMMENTS"}
"""Field → the permission that writing it takes."""
WORDS = {
    "EDIT_ISSUES": "Edit Issues",
    "LINK_ISSUES": "Link Issues",
    "ADD_COMMENTS": "Add Comments",
}
"""Permission → what Jira calls it."""
_UNSEEN = ("as_of", "written_by")
"""What of the property makes no change: it tells when the rest changed, and who writes it."""


_UNKNOWN = ("pending", "closed")
"""Statuses that say no more than that there is no score."""


@dataclass(frozen=True, slots=True)
class _Notes:
    """What `put` needs of `compare`."""

    target: Target
    fields: JiraWriteBack

    @property
    def issue(self) -> str:
        return self.target.mirror.place


class JiraWriter:
    """Compares and writes at the issues of one site.

    Args:
        name: Name of the connection.
        places: Requests at issues.
        at_once: Requests at once.
    """

    def __init__(self, name: str, places: IssuePlaces, at_once: int) -> None:
        self._name = name
        self._places = places
        self._at_once = at_once
        self._began = 0.0
        self._homes: dict[str, str] = {}

    def compare(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Compared]:
        """What a write would change; see `okr_sources.write_back.write_back.Writing`."""
        assert isinstance(fields, JiraWriteBack)
        kept: dict[str, Held] = {}
        for start in range(0, len(targets), BULK):
            batch = targets[start : start + BULK]
            issues = list(dict.fromkeys(target.mirror.place for target in batch))
            ask = partial(self._places.properties, issues, fields.property_)
            found = job_outcome("properties", ask)
            if found.error is not None:  # the same hits every issue: no further request for each
                return [self._unreached(target, found.error) for target in targets]
            kept.update(found.get())

        def held(target: Target) -> Held:
            place = target.mirror.place
            return kept.get(place) or self._places.property_of(place, fields.property_)

        read = in_order(targets, held, self._at_once)
        alone = [
            job_outcome(result.key, partial(self._alone, target, result))
            for target, result in zip(targets, read, strict=True)
        ]

        def one(place: int) -> Compared:
            return self._compared(_Notes(targets[place], fields), alone[place].get().value)

        return [
            self._unreached(target, result.error) if result.error else result.get()
            for target, result in zip(
                targets, in_order(range(len(targets)), one, self._at_once), strict=True
            )
        ]

    def _alone(self, target: Target, read: Result[int, Held]) -> Held:
        """What was read, unless the issue is another item's under its other name.

        Raises:
            OkrError: It is, or was not read.
        """
        held, item = read.get(), target.outcome.item
        other = self._homes.setdefault(held.issue, item)
        if held.issue and other != item:
            raise ConfigError(
                f"`{other}` lives in the same issue: {target.mirror.place} is its key or its id.",
                hint=f"Give `{item}` its own in `mirror.jira`.",
            )
        return held

    def permissions(self, fields: WriteBackFields, targets: Sequence[Target]) -> list[Failure]:
        """What the token's user may not do, project by project; one request each."""
        assert isinstance(fields, JiraWriteBack)
        wanted = [PERMISSIONS[field] for field in fields.fields]
        first: dict[str, str] = {}
        for target in targets:
            place = target.mirror.place
            first.setdefault(place.rpartition("-")[0], place)
        found: list[Failure] = []
        for project, issue in first.items():
            answer = job_outcome(issue, partial(self._places.lacking, issue, wanted))
            lacking = [] if answer.error else answer.get()
            if lacking:
                names = ", ".join(WORDS[name] for name in lacking)
                where = f"project {project}" if project else f"the project of issue {issue}"
                found.append(
                    Failure(
                        f"the token's user lacks {names} in {where}.",
                        "Ask an administrator of the project for it.",
                    )
                )
        return found

    def put(self, compared: Sequence[Compared]) -> list[Compared]:
        """Write the changes; see `okr_sources.write_back.write_back.Writing`."""
        self._began = time.monotonic()
        results = in_order(compared, self._put, self._at_once)
        return [result.get() for result in results]

    def _compared(self, notes: _Notes, held: object) -> Compared:
        target, issue = notes.target, notes.issue
        cells = [_property_cell(notes, held)]
        if LINK in notes.fields.fields:
            cells.append(self._link_cell(notes))
        settled = list(settle(target.outcome.item, issue, cells, target.own, target.taken))
        if COMMENT in notes.fields.fields:
            settled.append(self._comment(notes))
        return Compared(target.outcome.item, issue, tuple(settled), detail=notes)

    def _link_cell(self, notes: _Notes) -> Cell:
        shown = _link_of(notes)
        wanted = _text_of(shown)
        held = self._places.link(notes.issue, _global_id(notes.target))
        holds = None if held is None else _text_of({name: held.get(name) for name in shown})
        return Cell(
            LINK,
            "link",
            holds,
            wanted,
            old=None if held is None else str(held.get("summary") or held.get("title") or ""),
            new=str(shown["summary"]),
        )

    def _comment(self, notes: _Notes) -> Settled:
        """A comment where grade, status or version differ from those of our latest one.

        Of what nobody knows yet there is nothing to say.
        """
        target = notes.target
        if _says_nothing(target.outcome):
            return Settled(COMMENT, "comment", "same")
        mark = _mark_of(target.outcome)
        digest = value_digest(notes.issue, mark)
        same = Settled(COMMENT, "comment", "same", digest=digest)
        if is_named(notes.issue, mark, target.written.get(COMMENT, ())):
            return same
        # A run that was killed may have posted it: only the issue knows.
        item = target.outcome.item
        last = self._places.last_mark(notes.issue, target.cycle, item, f"OKR {item}:")
        if last is not None and _says(last, mark):
            return same
        words = comment_text(target.outcome)
        return Settled(COMMENT, "comment", "changed", None, words, digest, mark)

    def _put(self, compared: Compared) -> Compared:
        notes = compared.detail
        if not isinstance(notes, _Notes):
            return compared
        fields = tuple(self._written(settled, notes) for settled in compared.fields)
        return replace(compared, fields=fields)

    def _written(self, settled: Settled, notes: _Notes) -> Settled:
        if settled.verdict != "changed":
            return settled
        done = job_outcome(settled.field, partial(self._write, settled, notes))
        if done.error is None:
            return settled
        failed = refused(settled.field, settled.label, done.error)
        return replace(failed, old=settled.old, new=settled.new)

    def _write(self, settled: Settled, notes: _Notes) -> None:
        outcome, places, issue = notes.target.outcome, self._places, notes.issue
        if settled.field == PROPERTY:
            value = property_value(notes.target.cycle, outcome)
            places.put_property(issue, notes.fields.property_, value)
        elif settled.field == LINK:
            places.put_link(issue, _global_id(notes.target), _link_of(notes))
        else:
            if time.monotonic() - self._began > COMMENT_SECONDS:
                raise RetryableError(
                    f"jira `{self._name}`: writing took so long that another run may be at work.",
                    hint=f"The next {okr('write-back').code} comments.",
                )
            about = {"cycle": notes.target.cycle, "item": outcome.item, "mark": settled.value}
            places.add_comment(issue, comment_text(outcome), about)

    def _unreached(self, target: Target, error: OkrError) -> Compared:
        return unreached(target, error, f"jira `{self._name}`")


def property_value(cycle: str, outcome: Outcome) -> dict[str, object]:
    """What the issue property holds: ratios with 6 places, null where nothing is known."""
    return {
        "cycle": cycle,
        "id": outcome.item,
        "score": ratio_json(outcome.score),
        "grade": outcome.grade,
        "progress": ratio_json(outcome.progress),
        "status": outcome.status,
        "as_of": outcome.as_of.isoformat(timespec="seconds"),
        "version": outcome.version,
        "written_by": WRITER,
    }


def comment_text(outcome: Outcome) -> str:
    """What a comment says of an item."""
    day = outcome.as_of.date().isoformat()
    final = f" (final, version {outcome.version})" if outcome.version else ""
    return f"OKR {outcome.item}: {_summary(outcome)}, as of {day}{final}."


def _property_cell(notes: _Notes, held: object) -> Cell:
    wanted = property_value(notes.target.cycle, notes.target.outcome)
    old, new = _differing(held, wanted)
    return Cell(
        PROPERTY,
        f"property {notes.fields.property_}",
        None if held is None else _text_of(held),
        _text_of(wanted),
        old=old,
        new=new,
    )


def _differing(held: object, wanted: Mapping[str, object]) -> tuple[str | None, str]:
    """What differs, for people; the whole value where it was none of ours."""
    if not isinstance(held, Mapping) or held.get("written_by") != WRITER:
        told = [name for name in wanted if name not in (*_UNSEEN, "cycle", "id")]
        return (None if held is None else _text_of(held)), _listed(wanted, told)
    names = [
        name
        for name in {**wanted, **held}
        if name not in _UNSEEN and _plain(held.get(name)) != _plain(wanted.get(name))
    ]
    return _listed(held, names), _listed(wanted, names)


def _listed(value: Mapping[str, object], names: Sequence[str]) -> str:
    told = {name: _plain(value.get(name)) for name in names}
    return ", ".join(f"{name} {'none' if each is None else each}" for name, each in told.items())


def _text_of(value: object) -> str:
    """A value as one text: equal values have equal texts, whoever wrote them as JSON."""
    if isinstance(value, Mapping):
        value = {name: each for name, each in value.items() if name not in _UNSEEN}
    return json.dumps(_plain(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _plain(value: object) -> object:
    """Numbers of one value alike: 1, 1.0 and Decimal("1.0") come from different readers."""
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, str | bool | int):
        return value
    number = float(str(value))
    return int(number) if number.is_integer() else number


def _summary(outcome: Outcome) -> str:
    score = ratio_text(outcome.score)
    told = "no score" if score is None else f"score {score} ({outcome.grade or 'no grade'})"
    return f"{told}, {in_words(outcome.status).lower()}"


def _link_of(notes: _Notes) -> dict[str, object]:
    outcome = notes.target.outcome
    return {
        "url": notes.fields.address_of(notes.target.cycle, outcome),
        "title": f"OKR: {outcome.title}"[:LONGEST_TITLE],
        "summary": _summary(outcome),
    }


def _global_id(target: Target) -> str:
    return f"okr:{target.cycle}:{target.outcome.item}"


def _mark_of(outcome: Outcome) -> str:
    """What a comment tells: where none of it changed, nothing is said again."""
    return f"{outcome.grade or '-'} {outcome.status} v{outcome.version}"


def _says(last: str, mark: str) -> bool:
    """Whether a comment told that already.

    >>> _says("green on_track v0", "green on_track v0")
    True
    >>> _says("green on_track 0.7", "green on_track v0"), _says("green done 0.7", "green done v1")
    (True, False)
    """
    if last == mark:
        return True
    # Earlier releases told the score in the place of the version.
    *told, third = last.split(" ")
    *wanted, version = mark.split(" ")
    return told == wanted and not third.startswith("v") and version == "v0"


def _says_nothing(outcome: Outcome) -> bool:
    return outcome.score is None and outcome.status in _UNKNOWN
