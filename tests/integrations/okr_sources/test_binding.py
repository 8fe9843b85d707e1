"""The fields that every binding shares."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from okr_sources.binding import Binding


def test_a_scale_of_zero_is_refused_because_every_value_would_be_zero() -> None:
    with pytest.raises(ValidationError, match="every value would be 0"):
        Binding(connection="acme", scale=Decimal("0.0"))
