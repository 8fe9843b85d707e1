"""The arithmetic of evidence: exact, but for divisions that do not end."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from okr_core.record.sums import quotient, total

NUMBERS = st.decimals(
    min_value=-(10**9), max_value=10**9, allow_nan=False, allow_infinity=False, places=3
)


@given(st.lists(NUMBERS))
def test_a_total_is_exact_however_often_a_number_is_in_it(numbers: list[Decimal]) -> None:
    assert Fraction(total([*numbers, *numbers])) == 2 * sum(map(Fraction, numbers), Fraction(0))


@given(NUMBERS, NUMBERS.filter(bool))
def test_a_division_is_exact_to_28_digits(numerator: Decimal, denominator: Decimal) -> None:
    exact = Fraction(numerator) / Fraction(denominator)
    error = abs(Fraction(quotient(numerator, denominator)) - exact)
    assert error <= abs(exact) / 10**27 / 2
