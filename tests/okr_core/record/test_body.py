"""What every kind of entry says of itself before it may be recorded."""

from typing import Literal, get_args

import pytest

from okr_core.record.body import RecordedBody
from okr_core.record.entries import Body

BODIES = get_args(Body)


def test_a_new_kind_that_does_not_say_how_the_record_treats_it_cannot_be_made() -> None:
    with pytest.raises(TypeError, match=r"decision.*judges.*after_close.*words"):

        class PostMortem(RecordedBody):
            kind: Literal["post_mortem"] = "post_mortem"
            cause: str


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_words_are_texts_of_the_body(body: type[RecordedBody]) -> None:
    assert all(body.model_fields[name].annotation is str for name in body.words)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_what_somebody_decides_gives_room_for_why(body: type[RecordedBody]) -> None:
    assert bool(body.words) >= body.decision


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.__name__)
def test_what_a_closed_cycle_takes_moves_no_score_but_by_a_restatement(
    body: type[RecordedBody],
) -> None:
    kind = body.model_fields["kind"].default
    # A hypothesis that is closed afterwards is known, and what was frozen stays as it is.
    named = {"closing", "restatement", "hypothesis_closed", "approval"}
    assert (body.judges and body.after_close) == (kind in named)
