"""Bindings as a plan writes them: all scalars are text, mistakes say what to write."""

from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from okr_notion import NotionBinding
from okr_notion.read.measure import Measure
from okr_notion.site.ids import id_in, names_view

ID = "1f2e3d4c5b6a79880011223344556677"
DASHED = "1f2e3d4c-5b6a-7988-0011-223344556677"


def bound(**fields: object) -> NotionBinding:
    return NotionBinding.model_validate({"connection": "wiki", **fields})


@pytest.mark.parametrize(
    "written",
    [
        ID,
        DASHED,
        DASHED.upper(),
        f"https://www.notion.so/acme/Talks-{ID}?v=0123456789abcdef0123456789abcdef",
        f"https://www.notion.so/{ID}",
        f"https://acme.notion.site/Talks-{ID}#block",
    ],
)
def test_an_id_is_taken_with_dashes_without_or_from_an_address(written: str) -> None:
    assert id_in(written) == DASHED
    assert names_view(written) == ("?v=" in written)


@pytest.mark.parametrize(
    ("written", "measure"),
    [
        ("count", Measure(kind="count")),
        ("done_ratio", Measure(kind="done_ratio")),
        ({"sum": "Points"}, Measure(kind="sum", of="Points")),
        ({"average": "分数"}, Measure(kind="average", of="分数")),
        ({"latest": "NPS"}, Measure(kind="latest", of="NPS")),
        ({"latest": {"property": "NPS", "by": "Day"}}, Measure(kind="latest", of="NPS", by="Day")),
        ({"done_ratio": {"weight": "W"}}, Measure(kind="done_ratio", weight="W")),
        ({"done_ratio": {"by": "Paid"}}, Measure(kind="done_ratio", by="Paid")),
        ({"done_ratio": {"by": "S", "done": "D"}}, Measure(kind="done_ratio", by="S", done=("D",))),
        ({"done_ratio": {"done": ["D", "R"]}}, Measure(kind="done_ratio", done=("D", "R"))),
    ],
)
def test_measures_are_written_in_one_line(written: object, measure: Measure) -> None:
    binding = bound(data_source=ID, measure=written, scale="100")
    assert binding.measure == measure
    assert binding.scale == Decimal(100)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "either `page` and `property`"),
        ({"page": ID}, "needs a `property`"),
        ({"page": ID, "property": "NPS", "measure": "count"}, "is about rows"),
        ({"page": ID, "property": "NPS", "scope": "frozen"}, "is about rows"),
        ({"page": "home", "property": "NPS"}, "holds no Notion id"),
        ({"data_source": ID}, "needs a `measure`"),
        ({"data_source": ID, "property": "NPS", "measure": "count"}, "belongs to `page`"),
        ({"data_source": ID, "measure": "mean"}, "measure `mean` is unknown"),
        ({"data_source": ID, "measure": {"sum": ""}}, "names no property"),
        ({"data_source": ID, "measure": {"sum": {"by": "x"}}}, "names no property"),
        ({"data_source": ID, "measure": {"latest": {"by": "x"}}}, "names no `property`"),
        ({"data_source": ID, "measure": {"done_ratio": {"of": "x"}}}, "has no `of`"),
        ({"data_source": ID, "measure": {"latest": "NPS"}, "scope": "frozen"}, "Remove `scope"),
        ({"data_source": ID, "measure": "count", "filter": {}}, "the filter is empty"),
        ({"data_source": ID, "measure": "count", "filters": {}}, "Extra inputs"),
    ],
)
def test_mistakes_say_what_to_write(fields: dict[str, object], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        bound(**fields)


def test_the_json_schema_takes_what_the_model_takes() -> None:
    schema = NotionBinding.model_json_schema(by_alias=True)
    validator = Draft202012Validator(schema)
    for measure in (
        "count",
        {"sum": "P"},
        {"latest": {"property": "P"}},
        {"done_ratio": {"by": "P"}},
        {"done_ratio": {"by": "P", "done": ["Done", "Released"]}},
        {"done_ratio": {"done": "Done"}},
    ):
        validator.validate({"connection": "wiki", "data_source": ID, "measure": measure})
    wrong: list[object] = [
        "mean",
        {"sum": "P", "average": "P"},
        {"latest": {"by": "P"}},
        {"latest": {"property": "P", "done": ["D"]}},
        {"done_ratio": {"done": []}},
    ]
    for strange in wrong:
        document = {"connection": "wiki", "data_source": ID, "measure": strange}
        assert not validator.is_valid(document)


@pytest.mark.parametrize(
    ("more", "said"),
    [({}, "rows that the view leaves out count here"), ({"filter": {"A": "b"}}, "`filter` does")],
)
def test_the_link_of_a_view_is_remarked_before_anything_is_read(
    more: dict[str, object], said: str
) -> None:
    link = f"https://www.notion.so/acme/Deals-{'a' * 32}"
    fields = {"connection": "wiki", "measure": "count", **more}
    view = NotionBinding.model_validate({**fields, "data_source": f"{link}?v={'1' * 32}"})
    (remark,) = view.remarks
    assert said in remark.message
    assert "filter: {Status: Done}" in remark.fix
    assert NotionBinding.model_validate({**fields, "data_source": link}).remarks == ()
