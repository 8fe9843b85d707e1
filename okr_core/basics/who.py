"""Who: the people that a cell names, by name, by e-mail address, or by both in one text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from okr_core.errors import InputError

_BETWEEN = r";,/+&、，\n"
_ATOM = r"[^\s\x00-\x1f\x7f-\x9f<>()\[\]{},;:\"|/@\\]+"
_ADDRESS = rf"{_ATOM}@{_ATOM}"
_PART = re.compile(
    rf"[<(\[{{|]*\s*(?:mailto:)?(?P<email>{_ADDRESS})\s*[>)\]}}|]*"
    r'|"(?P<quoted>[^"]*)"'
    rf"|(?P<between>[{_BETWEEN}]|(?<=\s)(?:and|und|和)(?=\s))"
    rf"|(?P<word>[^\s\"{_BETWEEN}<(\[{{|]+|[<(\[{{|])",
    re.IGNORECASE,
)
_WIDE = str.maketrans("＜＞（）＠；，“”„＂", '<>()@;,""""')
_AROUND = " \t\"'[]{}|:-\N{EN DASH}\N{EM DASH}"


@dataclass(frozen=True, slots=True)
class Who:
    """A person as a cell names them; what is empty it does not say.

    Attributes:
        after: What divides them from the person before.
    """

    name: str = ""
    email: str = ""
    after: str = ""


def is_address(text: str) -> bool:
    """Whether a text is one e-mail address and nothing else.

    >>> is_address("ada@x.ch"), is_address("Ada <ada@x.ch>"), is_address("ada@")
    (True, False, False)
    """
    return re.fullmatch(_ADDRESS, text) is not None


def address_in(text: str) -> str:
    """The first e-mail address of a text; empty where there is none.

    >>> address_in("Ada Okafor <mailto:ada@x.ch>"), address_in("Ada")
    ('ada@x.ch', '')
    """
    found = re.search(_ADDRESS, text.translate(_WIDE))
    return found[0].strip(".'") if found else ""


def turned(name: str) -> str:
    """`Huber, Maria` as `Maria Huber`; another text as it is."""
    last, comma, first = (part.strip() for part in name.partition(","))
    return f"{first} {last}" if comma and last and first and "," not in first else name


def people_in(text: str) -> list[str]:
    """The people that a cell names, the first one first.

    >>> people_in("Ada Okafor; Bo Lind"), people_in("Ada und Bo"), people_in("张伟、李娜")
    (['Ada Okafor', 'Bo Lind'], ['Ada', 'Bo'], ['张伟', '李娜'])
    """
    parts = re.split(rf"\s*[{_BETWEEN}]\s*|\s+(?:and|und|和)\s+", text)
    return [part for part in parts if part]


def named_in(text: str) -> list[Who]:
    """The people of a cell that may hold e-mail addresses, as mail programs write them.

    Args:
        text: Such as `Ada Okafor <ada@x.ch>; Bo Lind (bo@x.ch)` or `ada@x.ch`. Names alone stay
            one text: only who is known tells whether `Lind, Bo` is one person.

    Raises:
        InputError: Something in it looks like an address and is none.

    >>> [(each.name, each.email) for each in named_in('"Okafor, Ada" <ada@x.ch>, bo@x.ch')]
    [('Ada Okafor', 'ada@x.ch'), ('', 'bo@x.ch')]
    """
    plain = text.translate(_WIDE)
    if not re.search(_ADDRESS, plain):
        name = _name(text)
        return [Who(name)] if name else []
    told: dict[str, Who] = {}
    for each in _joined(_divided(plain)):
        # `ada@x.ch <ada@x.ch>` is one person, and so is who stands there twice.
        key = (each.email or each.name).casefold()
        told[key] = replace(each, name=told[key].name or each.name) if key in told else each
    return list(told.values())


def one_named(name: str, email: str) -> Who:
    """The one person whom a cell of names and a cell of addresses are about.

    Raises:
        InputError: They are about several, they contradict each other, or an address is none.
    """
    people, addresses = named_in(name), _addresses(email)
    several = max(len(people), len(addresses))
    if several > 1:
        raise InputError(
            f"the line names {several} people.", hint="Give each of them a line of their own."
        )
    found = _paired(people, addresses)
    return replace(found[0], name=turned(found[0].name)) if found else Who()


def owners_named(name: str, email: str) -> list[Who]:
    """The people of a cell of owners and a cell of addresses: the first address is of the first.

    Raises:
        InputError: The cells contradict each other, or an address is none.
    """
    people = named_in(name)
    # Alone, what stands in a column of addresses may also be a name or an id.
    return _paired(people, _addresses(email)) if people else named_in(email)


def _paired(people: list[Who], addresses: list[Who]) -> list[Who]:
    if not (people and addresses):
        return people or addresses
    first, other = people[0], addresses[0]
    if first.email and first.email.casefold() not in {a.email.casefold() for a in addresses}:
        raise InputError(
            f"the line names two addresses, {first.email} and {other.email}.",
            hint="Keep the one that is right.",
        )
    return [Who(first.name or other.name, first.email or other.email), *people[1:]]


def _addresses(text: str) -> list[Who]:
    """The people of a cell that holds addresses and nothing else."""
    people = named_in(text)
    if people and not any(each.email for each in people):
        raise InputError(
            f"`{text}` is no e-mail address.", hint="Write one, such as `ada@example.com`."
        )
    return [each for each in people if each.email]


def _divided(text: str) -> Iterator[Who]:
    """The people of a text, a name and an address each where both stand together."""
    name = email = after = ""
    behind = False
    for part in _PART.finditer(text):
        kind = part.lastgroup
        # A second address is a second person, and so is a name behind a name with an address.
        ended = bool(email) and (kind == "email" or (bool(name) and not behind))
        if kind == "between" or ended:
            yield Who(_name(name), email, after)
            name, email, after = "", "", part["between"] or ""
        if kind == "email":
            email = part["email"].strip(".'")
            behind = not name
        elif kind != "between":
            said = turned(part["quoted"]) if kind == "quoted" else part["word"]
            blank = " " if name and text[part.start() - 1].isspace() else ""
            name = f"{name}{blank}{said}"
    yield Who(_name(name), email, after)


def _joined(parts: Iterator[Who]) -> Iterator[Who]:
    """People, where a comma stands within one: `Okafor, Ada <…>` and `Ada Okafor, ada@…`."""
    held: Who | None = None
    for each in parts:
        if not (each.name or each.email):
            continue
        if held is not None and (joined := _one(held, each)) is not None:
            held = joined
            continue
        if held is not None:
            yield held
        held = each
    if held is not None:
        yield held


def _one(first: Who, second: Who) -> Who | None:
    """Both as one person; None: they are two."""
    if second.after != "," or first.email or not (first.name and second.email):
        return None
    local = second.email.partition("@")[0].casefold()
    told = any(word.casefold() in local for word in first.name.split() if len(word) > 1)
    if not second.name:
        return Who(first.name, second.email, first.after) if told else None
    alone = " " not in first.name and (told or " " not in second.name)
    name = f"{second.name} {first.name}"
    return Who(name, second.email, first.after) if alone else None


def _name(text: str) -> str:
    """A name without what stands around it; `@Ada` is Ada, as chats name people."""
    bare = text.strip(_AROUND).removeprefix("@")
    if bare.startswith("(") and bare.endswith(")"):
        bare = bare[1:-1]
    if set(bare) & set("@<>＜＞＠"):
        raise InputError(
            f"`{text}` is no name and no e-mail address.",
            hint="Write a name, an address, or both, as in `Ada Okafor <ada@example.com>`.",
        )
    return bare
