"""People: those of a sheet are matched with those who are known, by e-mail address or name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from pydantic import ValidationError

from okr_core.basics.base import ID_PATTERN
from okr_core.basics.who import one_named, owners_named, people_in, turned
from okr_core.errors import InputError
from okr_core.plan.workspace import Person, Workspace
from okr_core.sheets.drafts import PersonDraft, WhoText
from okr_core.sheets.names import folded, free_id, slug
from okr_core.sheets.places import Place, Remark
from okr_core.sheets.tables import Table

_SAID = ("name", "email", "timezone", "country", "jira", "notion", "slack", "layer")
_ALIKE = 0.85
"""How like a known name a new one has to be to be taken for a slip of the pen."""
_WORDS_ALIKE = 0.65
"""The same of each word: Ada and Kaya of one family are two people, and a letter is a slip."""


def people_drafts(table: Table) -> Iterator[PersonDraft]:
    """The people of a table, line by line."""
    for row in table.rows:
        if row.hidden or table.problems(row):
            continue
        said = {name: text for name in _SAID if (text := table.text(row, name))}
        draft = PersonDraft(
            table.place(row),
            table.text(row, "id"),
            said,
            table.text(row, "team"),
            table.text(row, "role"),
        )
        yield draft


@dataclass(slots=True)
class People:
    """Those who are known: of the workspace, of the sheet's tables, and owners found on the way.

    Attributes:
        said: Id → what the sheet says of the person; empty: nothing new.
        roles: Folded name of a role → its id.
    """

    workspace: Workspace
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)
    _names: dict[str, list[str]] = field(default_factory=dict)
    _emails: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, Place] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, person in self.workspace.people.items():
            self._know(name, person.name, person.email or "")
        for name, role in self.workspace.roles.items():
            words = {name, name.replace("-", " "), role.purpose} - {""}
            self.roles |= {folded(each): name for each in words}

    def add(self, draft: PersonDraft) -> str:
        """Take in a person of a table; their id.

        Raises:
            InputError: They are there twice, belong to somebody else, or have no name.
        """
        who = one_named(draft.said.get("name", ""), draft.said.get("email", ""))
        name, email = who.name, who.email
        told = {"name": name, "email": email}.items()
        said = draft.said | {key: text for key, text in told if text}
        known = self._of_line(draft.place, draft.id, name, email)
        if known in self._lines:
            raise InputError(
                f"`{known}` is there twice (also on line {self._lines[known].line}).",
                hint="Keep one of them.",
            )
        if not known:
            if not name and not email:
                raise InputError(
                    "the line names nobody.", hint="Fill the name, or remove the line."
                )
            known = self._new(name or _name_of(email), email, draft.id)
        _refuse_wrong(said)
        self._lines[known] = draft.place
        self._say(known, {"name": self._name(known), **said})
        return known

    def find(self, who: WhoText) -> tuple[str, str]:
        """The person or role that a line names: (`owner` or `role`, id).

        Raises:
            InputError: It can be several, or is a slip of the pen.
        """
        role = self.roles.get(folded(who.role)) or self.roles.get(folded(who.name))
        if role and role not in self._ids():
            return "role", role
        if who.role and not (who.name or who.email):
            raise InputError(
                f"nobody is known to hold the role `{who.role}`.",
                hint="Name it in a table of people, in okr.yaml, or name an owner.",
            )
        owners = owners_named(who.name, who.email)
        if not owners:
            raise InputError("the cell names nobody.", hint="Fill it, or empty it.")
        first = self._owner(who.place, owners[0].name, owners[0].email)
        self._tell_several(who.place, first, len(owners))
        return "owner", first

    def _owner(self, place: Place, name: str, email: str) -> str:
        if found := self._emails.get(folded(email)):
            return found
        if not name:
            return self._introduced(place, _name_of(email), email)
        if found := self._named(name) or self._named(turned(name)):
            self._address(place, found, email)
            return found
        several = people_in(name)
        if len(several) > 1 and not self._last_first(name, several):
            first = self._owner(place, several[0], email)
            self._tell_several(place, first, len(several))
            return first
        return self._introduced(place, turned(name), email)

    def _tell_several(self, place: Place, first: str, count: int) -> None:
        if count > 1:
            told = f"names {count} people; the first, `{first}`, is accountable"
            self.remarks.append(Remark(place, told))

    def _address(self, place: Place, known: str, email: str) -> None:
        """Take in the address of somebody who has none.

        Raises:
            InputError: They have another one: nobody can tell whether two people are meant.
        """
        if not email:
            return
        if own := self._email(known):
            raise InputError(
                f"`{known}` has the address {own}, and not {email}.",
                hint=f"Write `{known}` or that address; or list who is meant in a table of people.",
            )
        self._say(known, {"email": email})
        self.remarks.append(Remark(place, f"{email} is the address of `{known}`"))

    def _last_first(self, name: str, parts: list[str]) -> bool:
        """Whether a comma turns one name around, and does not divide two people."""
        alone = all(" " not in part for part in parts)
        return name.count(",") == 1 and len(parts) == 2 and alone

    def _introduced(self, place: Place, name: str, email: str) -> str:
        """An owner whom nobody named before: new, unless it is somebody by a first name or slip."""
        if found := self._by_first_name(name, email):
            self._address(place, found, email)
            self.remarks.append(Remark(place, f"`{name}` is `{found}`"))
            self._know(found, name, "")
            return found
        if near := self._alike(name):
            raise InputError(
                f"`{name}` is nobody who is known.",
                hint=f"Closest: {near}. Write that, or add them to a table of people.",
            )
        known = self._placeholder(place, name, email)
        if not known:
            known = self._new(name, email, "")
            self.remarks.append(Remark(place, f"{name} is new, as `{known}`"))
        self._say(known, {"name": name, **({"email": email} if email else {})})
        return known

    def _named(self, name: str) -> str:
        ids = self._names.get(folded(name), [])
        if len(ids) > 1:
            listed = " or ".join(f"`{each}`" for each in ids)
            raise InputError(
                f"`{name}` can be {listed}.", hint="Write the e-mail address or the id."
            )
        return ids[0] if ids else (name if name in self._ids() else "")

    def _by_first_name(self, name: str, email: str) -> str:
        if " " in name.strip():
            return ""
        first = folded(name)
        found = {ids[0] for known, ids in self._names.items() if known.split()[:1] == [first]}
        if email:  # who has another address is somebody else of that first name
            found = {each for each in found if not self._email(each)}
        if len(found) > 1:
            listed = " or ".join(f"`{each}`" for each in sorted(found))
            raise InputError(f"`{name}` can be {listed}.", hint="Write the whole name.")
        return next(iter(found), "")

    def _alike(self, name: str) -> str:
        """A known name that a new one differs from by a letter or two."""
        wanted = folded(name)
        if len(wanted) < 5:
            return ""
        for known, ids in self._names.items():
            if known[:1] != wanted[:1] and known[-2:] != wanted[-2:]:
                continue  # of thousands of people most begin and end in other ways
            matcher = SequenceMatcher(None, wanted, known)
            near = matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
            if near and _word_by_word(wanted, known):
                return self._name(ids[0])
        return ""

    def _of_line(self, place: Place, id_: str, name: str, email: str) -> str:
        """Who is meant by what a line says; empty: somebody new."""
        if email and (found := self._emails.get(folded(email))):
            return found
        if id_ and id_ in self._ids():
            return id_
        same = self._names.get(folded(name), []) if name else []
        # Two people may share a name: one with another address is somebody else.
        fitting = [each for each in same if not email or not self._email(each)]
        if len(fitting) == 1:
            return fitting[0]
        return self._placeholder(place, name, email)

    def _placeholder(self, place: Place, name: str, email: str) -> str:
        """Somebody of whom nothing but the id is known, as a new workspace has them; it is told."""
        local = slug(email.partition("@")[0])
        for id_ in (slug(name), slug(name, 1), local, local.partition("-")[0]):
            person = self.workspace.people.get(id_)
            unknown = person and not person.email and person.name == id_ and id_ not in self.said
            # ada2@… says itself that she is another Ada than `ada`.
            if id_ and unknown and not re.fullmatch(rf"{re.escape(id_)}-?\d+", local):
                told = f"{name} is `{id_}`, of whom only the id was known"
                self.remarks.append(Remark(place, told))
                return id_
        return ""

    def _new(self, name: str, email: str, id_: str) -> str:
        if id_:
            if not re.fullmatch(ID_PATTERN, id_):
                raise InputError(
                    f"`{id_}` is no id.", hint="Use lower-case letters, digits, dots and dashes."
                )
            known = id_
        else:
            wanted = slug(name) or slug(email.partition("@")[0])
            known = free_id(wanted, "person", self._ids())
        self.said[known] = {}
        self._know(known, name, email)
        return known

    def _say(self, known: str, said: Mapping[str, str]) -> None:
        self.said.setdefault(known, {}).update(said)
        self._know(known, said.get("name", ""), said.get("email", ""))

    def _know(self, known: str, name: str, email: str) -> None:
        ids = self._names.setdefault(folded(name), []) if name else []
        if known not in ids:
            ids.append(known)
        if email:
            self._emails.setdefault(folded(email), known)

    def _ids(self) -> set[str]:
        return set(self.workspace.people) | set(self.said)

    def _name(self, known: str) -> str:
        person = self.workspace.people.get(known)
        return self.said.get(known, {}).get("name", "") or (person.name if person else "")

    def _email(self, known: str) -> str:
        person: Person | None = self.workspace.people.get(known)
        return self.said.get(known, {}).get("email", "") or (person.email if person else "") or ""


def _refuse_wrong(said: Mapping[str, str]) -> None:
    fields = {name: text for name, text in said.items() if name in Person.model_fields}
    try:
        Person.model_validate({"name": "", **fields})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        reason = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{first['loc'][0]} is wrong: {reason}") from None


def _name_of(email: str) -> str:
    """A name out of an e-mail address: `ada.okafor@…` is Ada Okafor."""
    parts = re.split(r"[._+-]+", email.partition("@")[0])
    return " ".join(part.capitalize() for part in parts if part) or email


def _word_by_word(name: str, known: str) -> bool:
    """Whether each word of a name is like the other's; true of names of more words or fewer."""
    words, others = name.split(), known.split()
    if len(words) != len(others):
        return True
    return all(
        word == other or SequenceMatcher(None, word, other).ratio() >= _WORDS_ALIKE
        for word, other in zip(words, others, strict=True)
    )
