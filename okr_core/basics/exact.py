"""Exact: numbers without rounding on the way, canonical JSON, digests, largest remainder."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from math import gcd

from okr_core.errors import InputError

PLACES = 6
"""Decimal places of a ratio that leaves as JSON."""
_SHIFT = 10**PLACES
Ratio = tuple[int, int]
"""Numerator and positive denominator, not necessarily in lowest terms."""
_SHORT = 8
Sums = dict[int, int]
"""Denominator → sum of the numerators over it: adding to it takes no common denominator."""


def fraction_of(value: Decimal) -> Fraction:
    """A decimal as the fraction that it is.

    >>> fraction_of(Decimal("0.1"))
    Fraction(1, 10)
    """
    return Fraction(value)


def ratio_json(value: Fraction | None) -> float | None:
    """A ratio as a JSON number, rounded half-even to 6 places; None stays None.

    >>> ratio_json(Fraction(2, 3)), ratio_json(Fraction(1, 2_000_000)), ratio_json(None)
    (0.666667, 0.0, None)
    """
    if value is None:
        return None
    # As `float(round(value, PLACES))`, without a fraction in between: a status has 30,000 of them.
    whole, rest = divmod(value.numerator * _SHIFT, value.denominator)
    up = (2 * rest, whole % 2) > (value.denominator, 0)
    return float((whole + up) / _SHIFT)


def decimal_text(value: Decimal) -> str:
    """A finite decimal as people write it: no exponent, trailing zeros kept.

    >>> decimal_text(Decimal("1.10")), decimal_text(Decimal("1E+3"))
    ('1.10', '1000')
    """
    if not value.is_finite():
        raise InputError(f"{value} is not a finite number.", hint="Leave it out where unknown.")
    return format(value, "f")


def time_json(at: datetime) -> str:
    """An aware time in UTC, such as `2026-11-15T09:30:00Z`."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def canonical_json(value: object) -> bytes:
    """The one way to write a value as JSON: sorted keys, no spaces, UTF-8, no floats.

    Decimals become strings as written, dates ISO text, aware times UTC with `Z`.

    Raises:
        InputError: A float, a Fraction, a key that is not text, or text that is not Unicode.

    >>> canonical_json({"b": Decimal("1.10"), "a": [date(2026, 10, 1), None]})
    b'{"a":["2026-10-01",null],"b":"1.10"}'
    """
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise InputError(
            "a text holds half of a surrogate pair.", hint="Write it as UTF-8."
        ) from error


_AS_IS = {str, int, bool, type(None)}


def _plain(value: object) -> object:
    # bool and int before the rest: most values of a plan are text, and subclasses are welcome.
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, Mapping):
        return {_key(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        # Evidence is columns of text, tens of thousands of rows long.
        return value if set(map(type, value)) <= _AS_IS else [_plain(each) for each in value]
    return _scalar(value)


def _key(key: object) -> str:
    if isinstance(key, str):
        return key
    if isinstance(key, date):
        return _scalar(key)
    raise InputError(f"{type(key).__name__} {key!r} is no key of JSON.", hint="Use text.")


def _scalar(value: object) -> str:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return value.isoformat()
        return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"
    if isinstance(value, date):
        return value.isoformat()
    raise InputError(
        f"a {type(value).__name__} has no exact JSON form ({value!r}).",
        hint="Use Decimal for measured values and `ratio_json` for ratios that leave.",
    )


def digest(content: bytes) -> str:
    """The name of a content: `sha256:` and 64 hex digits.

    >>> digest(b"")[:20]
    'sha256:e3b0c44298fc1'
    """
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


Amount = int | Fraction | Decimal | float


def apportion(
    weights: Sequence[Amount], total: int, keys: Sequence[str] | None = None
) -> list[int]:
    """Whole parts of `total` in proportion to `weights`, by largest remainder (Hamilton 1790).

    Ties go to the larger weight, then to the smaller hex sha256 of the key's UTF-8 text.

    Args:
        weights: Non-negative, finite; taken exactly (a float is the binary fraction that it is).
        total: How many units to give out; not negative.
        keys: What names each weight; its index where left out.

    Raises:
        InputError: A negative total or weight, all weights zero with a positive total, or not as
            many keys as weights.

    >>> apportion([47000, 16000, 15800, 12000, 6100, 3100], 10)
    [5, 2, 1, 1, 1, 0]
    """
    names = [str(index) for index in range(len(weights))] if keys is None else list(keys)
    exact = _checked(weights, total, names)
    if total == 0:
        return [0] * len(exact)
    whole = sum(exact, Fraction(0))
    quotas = [weight * total / whole for weight in exact]
    seats = [quota.numerator // quota.denominator for quota in quotas]
    order = sorted(
        range(len(exact)),
        key=lambda i: (
            seats[i] - quotas[i],
            -exact[i],
            hashlib.sha256(names[i].encode()).hexdigest(),
        ),
    )
    for index in order[: total - sum(seats)]:
        seats[index] += 1
    return seats


def _checked(weights: Sequence[Amount], total: int, names: Sequence[str]) -> list[Fraction]:
    if len(names) != len(weights):
        raise InputError(
            f"{len(weights)} weights have {len(names)} keys.", hint="Give one key per weight."
        )
    if total < 0:
        raise InputError(f"total {total} is negative.", hint="Give 0 or more.")
    try:
        exact = [Fraction(weight) for weight in weights]
    except (ValueError, OverflowError) as error:
        raise InputError("a weight is not a finite number.", hint="Give 0 or more.") from error
    for name, weight in zip(names, exact, strict=True):
        if weight < 0:
            raise InputError(f"weight {weight} of `{name}` is negative.", hint="Give 0 or more.")
    if total and not any(exact):
        raise InputError(
            f"all weights are zero: {total} cannot be shared out.",
            hint="Give at least one positive weight.",
        )
    return exact


def ratio_of(numerators: Sums, denominators: Sums) -> Fraction:
    """One sum ÷ another, which is not zero.

    >>> ratio_of({2: 1, 3: 1}, {1: 5})
    Fraction(1, 6)
    """
    numerator, unit = total(numerators)
    divisor, divisor_unit = total(denominators)
    return Fraction(numerator * divisor_unit, unit * divisor)


def total(sums: Sums) -> Ratio:
    """The sum of numerators given by denominator.

    Halved while it is long, so that the numbers stay short until the last few steps: adding one by
    one would drag the common denominator of everything through each of them.

    >>> total({2: 1, 3: 1, 6: 1})
    (6, 6)
    """
    return _total(list(sums.items()))


def _total(terms: Sequence[tuple[int, int]]) -> Ratio:
    if len(terms) > _SHORT:
        half = len(terms) // 2
        whole, part = _total(terms[:half]), _total(terms[half:])
        terms = ((whole[1], whole[0]), (part[1], part[0]))
    numerator, denominator = 0, 1
    for unit, amount in terms:
        common = gcd(denominator, unit)
        widened = unit // common
        numerator = numerator * widened + amount * (denominator // common)
        denominator *= widened
    return numerator, denominator


def weighted_mean(items: Iterable[tuple[Decimal, Fraction]]) -> Fraction | None:
    """Σ weight·value ÷ Σ weight, exactly; None where the weights are zero or there are none.

    >>> weighted_mean([(Decimal(1), Fraction(3, 5)), (Decimal("0.5"), Fraction(2, 5))])
    Fraction(8, 15)
    """
    sums: Sums = {}
    weights: Sums = {}
    for weight, value in items:
        n, d = weight.as_integer_ratio()
        a, b = value.as_integer_ratio()
        weights[d] = weights.get(d, 0) + n
        sums[d * b] = sums.get(d * b, 0) + n * a
    return ratio_of(sums, weights) if any(weights.values()) else None
