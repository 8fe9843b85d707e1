"""Plans and workspaces for tests: one to change by hand, and strategies that draw any."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from okr_core.plan.cycle import Cycle
from okr_core.plan.metrics import (
    AtLeast,
    BaselineFinding,
    Binary,
    Curve,
    Decrease,
    Grade,
    Increase,
    Metric,
    Milestones,
    Part,
    Within,
)
from okr_core.plan.plan import Hypothesis, KeyResult, Objective, Pace, Plan, Worth
from okr_core.plan.workspace import Absence, Connection, Holding, Person, Role, Team, Workspace

STARTS, ENDS = date(2026, 10, 1), date(2026, 12, 31)
PLAN = """\
cycle: {id: 2026-q4, starts: 2026-10-01, ends: 2026-12-31, timezone: Europe/Zurich}
objectives:
  - id: activation
    title: New teams reach value in their first week
    owner: ana
    key_results:
      - id: week1
        title: Week-1 activation
        metric: {kind: increase, unit: "%", baseline: 31, target: 45}
"""
"""The least that works: errors are made from it by replacing one part."""

days = st.dates(STARTS, ENDS)
OVERRIDES = "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
text = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], include_characters="\t\n\r", exclude_characters=OVERRIDES
    ),
    max_size=40,
)
titles = text.map(str.strip).filter(bool)
ids = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,12}", fullmatch=True)
numbers = st.decimals(
    -(10**6), 10**6, allow_nan=False, allow_infinity=False, places=3
) | st.sampled_from([Decimal("1.10"), Decimal(0), Decimal("-0.50"), Decimal("1E+3")])
weights = st.sampled_from([Decimal(1), Decimal("0.5"), Decimal(3), Decimal("2.50")])


@st.composite
def lines(draw: st.DrawFn) -> Metric:
    """An increase, a decrease or a curve."""
    low, step = draw(numbers), draw(st.integers(1, 10**6))
    high = low + step
    kind = draw(st.sampled_from(["increase", "decrease", "curve"]))
    unit = draw(text)
    if kind == "increase":
        return Increase(baseline=low, target=high, unit=unit)
    if kind == "decrease":
        return Decrease(baseline=high, target=low, unit=unit)
    middle = (low + Decimal(step) / 2, Decimal("0.4"))
    return Curve(baseline=low, target=high, points=(middle,), unit=unit)


metrics: st.SearchStrategy[Metric] = st.one_of(
    lines(),
    st.just(Grade(zones={"fail": "no", "commit": "合格"})),
    st.just(Grade(baseline=Decimal(5), stretch=Decimal(10))),
    st.builds(AtLeast, bound=numbers, judge=st.sampled_from(["latest", "worst", "average"])),
    st.builds(Within, low=st.just(Decimal("1.10")), high=st.just(Decimal(7))),
    st.builds(Binary, unit=text),
    st.just(BaselineFinding()),
)
parts = st.builds(Part, id=ids, title=titles, weight=weights, due=st.none() | days)
trees: st.SearchStrategy[object] = st.recursive(
    text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ids, inner, max_size=3),
    max_leaves=6,
)
bindings = st.dictionaries(
    st.sampled_from(["jira", "notion"]), st.dictionaries(titles, trees, max_size=3), max_size=1
)
paces = st.sampled_from(
    [Pace(), Pace(curve="s_curve"), Pace(steps={STARTS: Decimal("0.20"), ENDS: Decimal(1)})]
)
worths = st.none() | st.builds(
    Worth, points=weights, money_per_unit=st.just(Decimal("1500.00")), currency=st.just("EUR")
)


@st.composite
def key_results(draw: st.DrawFn, name: str) -> KeyResult:
    """A key result with that id."""
    milestones = draw(st.booleans())
    unique = st.lists(parts, min_size=1, max_size=3, unique_by=lambda part: part.id)
    metric = Milestones(parts=tuple(draw(unique))) if milestones else draw(metrics)
    due = draw(st.none() | days)
    return KeyResult(
        id=name,
        title=draw(titles),
        metric=metric,
        owner=draw(st.none() | ids),
        weight=draw(weights),
        result=draw(st.sampled_from([None, "outcome", "output"])),
        due=due,
        starts=draw(st.none() | st.just(STARTS)),
        pace=draw(paces) if due is None else Pace(),
        cadence=draw(st.sampled_from(["weekly", "biweekly", "monthly"])),
        source={} if milestones else draw(bindings),
        worth=draw(worths),
        contributors=draw(st.dictionaries(ids, weights, max_size=2)),
    )


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """A plan that breaks no rule, except that parts may be due after their key result."""
    names = draw(st.lists(ids, min_size=1, max_size=8, unique=True))
    objectives: list[Objective] = []
    while names:
        name, mine = names.pop(), [names.pop() for _ in range(draw(st.integers(0, 3))) if names]
        parents = [each.id for each in objectives if draw(st.booleans())]
        objectives.append(
            Objective(
                id=name,
                title=draw(titles),
                why=draw(text),
                role="lead",
                weight=draw(weights),
                ambition=draw(st.sampled_from([None, "committed", "learning"])),
                hypothesis=draw(
                    st.none() | st.builds(Hypothesis, belief=text, by=st.none() | days)
                ),
                contributes_to=tuple(parents),
                key_results=tuple(draw(key_results(each)) for each in mine),
            )
        )
    zone = draw(st.sampled_from(["UTC", "Europe/Zurich", "Asia/Shanghai"]))
    cycle = Cycle(id="2026-q4", starts=STARTS, ends=ENDS, timezone=zone)
    return Plan(cycle=cycle, objectives=tuple(objectives))


people = st.builds(
    Person,
    name=text,
    email=st.none() | text,
    until=st.none() | days,
    absences=st.lists(
        st.builds(Absence, starts=days, ends=st.just(ENDS + timedelta(1))), max_size=2
    ).map(tuple),
)


@st.composite
def workspaces(draw: st.DrawFn) -> Workspace:
    """A workspace that breaks no rule."""
    staff = draw(st.dictionaries(ids.map(lambda name: f"p{name}"), people, max_size=4))
    holding = [Holding(person=name, share=Decimal("0.50")) for name in staff]
    role = st.builds(
        Role,
        purpose=text,
        domains=st.lists(text, max_size=2).map(tuple),
        held_by=st.just(tuple(holding)),
    )
    return Workspace(
        organization=draw(text),
        people=staff,
        teams=draw(st.dictionaries(ids, st.builds(Team, name=text), max_size=2)),
        roles=draw(st.dictionaries(ids.map(lambda name: f"r{name}"), role, max_size=3)),
        connections=draw(
            st.dictionaries(
                ids,
                st.builds(
                    Connection,
                    kind=st.sampled_from(["jira", "notion"]),
                    reads_past=st.booleans(),
                    timeout=weights,
                    options=st.dictionaries(titles, text, max_size=2),
                ),
                max_size=2,
            )
        ),
        audiences=draw(st.dictionaries(ids, st.lists(ids, max_size=2).map(tuple), max_size=2)),
    )
