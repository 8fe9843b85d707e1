"""Exact numbers, canonical JSON and largest remainder."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from okr_core.basics.exact import (
    apportion,
    canonical_json,
    decimal_text,
    digest,
    fraction_of,
    ratio_json,
)
from okr_core.errors import InputError


def test_a_ratio_is_rounded_half_to_even_at_the_sixth_place() -> None:
    assert ratio_json(Fraction(5, 10_000_000)) == 0.0
    assert ratio_json(Fraction(15, 10_000_000)) == 0.000002
    assert ratio_json(None) is None


def test_a_decimal_keeps_the_zeros_that_were_written() -> None:
    assert decimal_text(Decimal("1.10")) == "1.10"
    assert decimal_text(Decimal("-2E+2")) == "-200"
    assert fraction_of(Decimal("0.1")) == Fraction(1, 10)


@pytest.mark.parametrize("value", ["NaN", "Infinity"])
def test_a_number_that_is_not_finite_has_no_text(value: str) -> None:
    with pytest.raises(InputError, match="finite"):
        decimal_text(Decimal(value))


def test_canonical_json_does_not_depend_on_the_order_of_keys_or_the_zone_of_a_time() -> None:
    noon = datetime(2026, 10, 1, 12, tzinfo=UTC)
    elsewhere = noon.astimezone(timezone(timedelta(hours=8)))
    one = canonical_json({"b": noon, "a": Decimal("1.10"), "名": date(2026, 10, 1)})
    two = canonical_json({"名": date(2026, 10, 1), "a": Decimal("1.10"), "b": elsewhere})
    assert one == two
    assert one.decode() == '{"a":"1.10","b":"2026-10-01T12:00:00Z","名":"2026-10-01"}'


@pytest.mark.parametrize("value", [0.1, Fraction(1, 3), {1: "x"}, {"a": {1, 2}}, "\ud800"])
def test_canonical_json_refuses_what_has_no_exact_form(value: object) -> None:
    with pytest.raises(InputError):
        canonical_json(value)


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists))
def test_canonical_json_reads_back_as_the_same_value(value: object) -> None:
    written = canonical_json(value)
    assert json.loads(written) == value
    assert digest(written).startswith("sha256:")


weights = st.lists(st.fractions(min_value=0, max_value=1000, max_denominator=50), min_size=1)


@given(weights, st.integers(0, 10_000))
def test_parts_add_up_and_stay_within_one_of_their_quota(
    weights: list[Fraction], total: int
) -> None:
    if not any(weights):
        return
    parts = apportion(weights, total)
    assert sum(parts) == total
    whole = sum(weights)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part - weight * total / whole) < 1


@given(weights, st.integers(1, 100), st.randoms(use_true_random=False))
def test_parts_do_not_depend_on_the_order_of_the_weights(
    weights: list[Fraction], total: int, random: object
) -> None:
    if not any(weights):
        return
    keys = [f"2026-q4|{index}" for index in range(len(weights))]
    order = list(range(len(weights)))
    random.shuffle(order)  # type: ignore[attr-defined]
    parts = dict(zip(keys, apportion(weights, total, keys), strict=True))
    shuffled = apportion([weights[i] for i in order], total, [keys[i] for i in order])
    assert dict(zip([keys[i] for i in order], shuffled, strict=True)) == parts


def test_a_tie_goes_to_the_larger_weight_then_to_the_smaller_sha256() -> None:
    # Quotas 1.5 and 0.5: equal remainders.
    assert apportion([3, 1], 2) == [2, 0]
    # sha256("a") = ca97…, sha256("b") = 3e23…: b comes first.
    assert apportion([1, 1], 1, ["a", "b"]) == [0, 1]


@pytest.mark.parametrize(
    ("weights", "total", "keys"),
    [
        ([0, 0], 1, None),
        ([], 1, None),
        ([1], -1, None),
        ([-1, 2], 1, None),
        ([float("nan")], 1, None),
        ([1, 2], 1, ["a"]),
    ],
)
def test_what_cannot_be_shared_out_is_refused(
    weights: list[float], total: int, keys: list[str] | None
) -> None:
    with pytest.raises(InputError):
        apportion(weights, total, keys)


def test_nothing_is_shared_out_as_nothing() -> None:
    assert apportion([0, 0], 0) == [0, 0]
    assert apportion([], 0) == []
