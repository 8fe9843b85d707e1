"""Vocabulary: what columns are called in English, German and Chinese, and what then stands there.

A name may mean several things ("Ziel" is an objective or a target): they stand in the order of
preference, and what the column holds decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal

Kind = Literal["goals", "people"]
Content = Literal["text", "number", "day", "mail", "empty"]
LEFT_OUT = "-"
"""The field of a column that is not read."""

_GOALS = {
    "team": "team|teams|department|circle|squad|area|bereich|abteilung|mannschaft|kreis|团队"
    "|部门|小组",
    "objective": "objective|objectives|goal|goals|o|objective title|objective name|okr objective"
    "|ziel|ziele|oberziel|zielsetzung|objective ziel|目标|目标o|目标名称",
    "key_result": "key result|key results|keyresult|kr|krs|key result title|key result name|measure"
    "|result|schluesselergebnis|schluesselergebnisse|schluesselresultat|kernergebnis"
    "|ergebnis|messgroesse|kennzahl|关键结果|关键成果|关键结果kr|关键结果名称"
    "|衡量指标|指标",
    "title": "title|name|okr|goal title|okr title|titel|bezeichnung|标题|名称",
    "type": "type|object type|okr type|item type|level|typ|art|ebene|类型|类别|级别",
    "owner": "owner|owners|responsible|accountable|lead|who|person|driver|dri|assignee"
    "|key result owner|verantwortlich|verantwortliche|verantwortlicher|verantwortung"
    "|besitzer|zustaendig|wer|负责人|责任人|所有者|主责人",
    "email": "email|e mail|mail|owner email|owner e mail|owner mail|email address"
    "|e mail adresse|mailadresse|e mail verantwortlich|邮箱|负责人邮箱|电子邮件"
    "|电子邮箱",
    "role": "role|accountable role|rolle|角色",
    "start": "start|baseline|start value|starting value|initial|initial value|from|begin value"
    "|status quo|startwert|ausgangswert|basiswert|anfangswert|basis|von|ausgangslage"
    "|起始值|基线|初始值|起点|基准值|期初值|起始",
    "target": "target|target value|to|goal value|planned|plan|soll|zielwert|ziel|sollwert|auf"
    "|planwert|目标值|目标|计划值|期末值",
    "current": "current|current value|actual|actuals|now|status value|latest|latest value|value"
    "|ist|istwert|ist wert|aktuell|aktueller wert|stand|aktueller stand|wert|当前值"
    "|当前|现值|实际值|实际|完成值|现状",
    "unit": "unit|units|unit of measure|metric unit|einheit|masseinheit|单位|计量单位",
    "due": "due|due date|deadline|end|end date|until|by|due day|faellig|faellig am|frist"
    "|ende|enddatum|bis|termin|截止日期|截止|到期日|结束日期|完成日期|截止时间",
    "begins": "begins|start date|starts|start|startdatum|beginn|beginnt|开始日期|开始时间|起始日期",
    "confidence": "confidence|confidence 0 10|confidence level|zuversicht|vertrauen|信心|信心指数"
    "|信心值",
    "note": "note|notes|comment|comments|remark|remarks|check in note|last check in note"
    "|update|notiz|notizen|kommentar|kommentare|bemerkung|bemerkungen|anmerkung"
    "|anmerkungen|备注|说明|进展|进展说明|评论",
    "at": "as of|date|at|check in date|last check in|last updated|updated|measured on"
    "|value date|datum|stand|stand vom|stichtag|gemessen am|aktualisiert"
    "|aktualisiert am|日期|更新日期|截至|统计日期|更新时间",
    "ambition": ("ambition|goal type|commitment|ambitionsniveau|verbindlichkeit|目标类型|挑战类型"),
    "why": "why|description|purpose|motivation|reason|beschreibung|warum|begruendung|zweck"
    "|为什么|描述|原因",
    "weight": "weight|weighting|gewicht|gewichtung|权重",
    "parent": "aligned to|parent|parent objective|parent id|alignment|contributes to"
    "|uebergeordnet|uebergeordnetes ziel|beitrag zu|上级目标|对齐|父目标",
    "id": "id|key|key result id|kr id|nr|no|number|nummer|编号|序号",
    "period": "period|time period|cycle|quarter|zeitraum|quartal|zyklus|periode|周期|季度",
    "progress": "actual progress",
}
_PEOPLE = {
    "name": "name|full name|person|employee|member|mitarbeiter|mitarbeiterin|mitarbeitende"
    "|vollstaendiger name|姓名|名字|员工|成员",
    "email": "email|e mail|mail|email address|e mail address|e mail adresse|mailadresse|邮箱"
    "|电子邮件|电子邮箱",
    "id": "id|person id|kuerzel|user|username|benutzername|工号|账号",
    "team": "team|department|circle|squad|area|bereich|abteilung|kreis|团队|部门|小组",
    "role": "role|roles|job|job title|position|rolle|funktion|stelle|角色|职位|岗位",
    "country": "country|country code|land|国家",
    "timezone": "timezone|time zone|zeitzone|时区",
    "jira": "jira|jira id|jira account",
    "notion": "notion|notion id|notion account",
    "slack": "slack|slack id",
    "layer": "layer|level|management level|ebene|hierarchie|层级|级别",
}
FIELDS: Mapping[Kind, tuple[str, ...]] = {"goals": tuple(_GOALS), "people": tuple(_PEOPLE)}
"""What columns may be, by kind of table."""
CONTENT: Mapping[str, tuple[Content, ...]] = {
    **dict.fromkeys(
        ("start", "target", "current", "weight", "confidence", "progress"), ("number",)
    ),
    **dict.fromkeys(("due", "begins", "at"), ("day",)),
    "email": ("mail",),
    "id": ("number", "text"),
    "owner": ("text", "mail"),
}
"""Field → what its column holds; the others hold text."""
_TELLING: Mapping[Kind, frozenset[str]] = {
    "goals": frozenset({"objective", "key_result", "title", "target", "start", "current", "type"}),
    "people": frozenset(
        {"name", "email", "role", "jira", "notion", "slack", "country", "timezone"}
    ),
}
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_BRACKETS = re.compile(r"[(（\[][^)）\]]*[)）\]]")
_SIGNS = re.compile(r"[\W_]+")


def folded_header(header: str) -> str:
    """The name of a column as names are compared: letters and digits, without brackets.

    >>> folded_header("Key-Result (Titel)"), folded_header("Fällig_am:")
    ('key result', 'faellig am')
    """
    bare = _BRACKETS.sub(" ", header.casefold()).translate(_UMLAUTS)
    return " ".join(_SIGNS.sub(" ", bare).split()) or header.casefold().strip()


def _by_name(fields: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for field, names in fields.items():
        for name in names.split("|"):
            found[name] = (*found.get(name, ()), field)
    return found


_NAMES: Mapping[Kind, Mapping[str, tuple[str, ...]]] = {
    "goals": _by_name(_GOALS),
    "people": _by_name(_PEOPLE),
}


def fields_named(kind: Kind, header: str) -> tuple[str, ...]:
    """What a column of that name may be, the likeliest first.

    >>> fields_named("goals", "Ziel"), fields_named("goals", "Kaffee")
    (('objective', 'target'), ())
    """
    return _NAMES[kind].get(folded_header(header), ())


def known_names() -> frozenset[str]:
    """All names of columns as people may write them, in lower case."""
    plain = {name for names in _NAMES.values() for name in names}
    return frozenset(plain | {name.replace("ae", "ä").replace("ue", "ü") for name in plain})


def kind_of(headers: list[str]) -> tuple[Kind | None, int]:
    """Which kind of table a row of names heads, and how many of the names are known.

    >>> kind_of(["Team", "Objective", "Key result", "Target"]), kind_of(["Ada", "Bo"])
    (('goals', 4), (None, 0))
    """
    known: dict[Kind, list[str]] = {
        kind: [each for each in headers if fields_named(kind, each)] for kind in FIELDS
    }
    telling = {
        kind: sum(bool(_TELLING[kind] & set(fields_named(kind, each))) for each in known[kind])
        for kind in FIELDS
    }
    goals = telling["goals"] and any(
        {"objective", "key_result", "title", "target"} & set(fields_named("goals", each))
        for each in headers
    )
    kind: Kind
    if goals and (telling["goals"] >= telling["people"] or _measured(headers)):
        kind = "goals"
    elif telling["people"]:
        kind = "people"
    else:
        return None, 0
    return kind, len(known[kind])


def _measured(headers: list[str]) -> bool:
    return any({"target", "key_result"} & set(fields_named("goals", each)) for each in headers)
