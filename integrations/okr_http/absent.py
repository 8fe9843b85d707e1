"""Absent: a name that an expression asks of a list, and that nothing in the list has.

JMESPath leaves out what is null, and what is not there is null to it: the sum of a misspelt name is
0, and so is the number of rows whose misspelt state is "won".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jmespath import Options
from jmespath.exceptions import JMESPathError
from jmespath.visitor import TreeInterpreter

_PROJECTIONS = frozenset({"projection", "filter_projection", "value_projection"})
Node = Mapping[str, object]
Asked = Mapping[int, tuple[str, str]]


class AbsentNameError(JMESPathError):
    """Nothing in the list has it.

    Attributes:
        name: The name.
        instead: JMESPath that says what stands for it where it is left out on purpose.
    """

    def __init__(self, name: str, instead: str) -> None:
        super().__init__(name)
        self.name = name
        self.instead = instead


class Interpreter(TreeInterpreter):
    """JMESPath's interpreter, which remembers the names that it looked for in vain.

    Args:
        options: Of JMESPath.
        asked: Nodes of names that are asked of lists, by their `id`; see `asked_of_lists`.
    """

    def __init__(self, options: Options, asked: Asked) -> None:
        super().__init__(options)
        self._asked = asked
        self._there = set[int]()
        self._absent = set[int]()

    def visit_field(self, node: Node, value: object) -> object:
        """What is behind a name; None for nothing."""
        found: object = super().visit_field(node, value)  # type: ignore[arg-type]
        if found is None and isinstance(value, Mapping) and node["value"] not in value:
            self._absent.add(id(node))
        elif found is not None or isinstance(value, Mapping):
            self._there.add(id(node))
        return found

    def refuse_absent(self) -> None:
        """Refuse an evaluation that looked for a name in a list, and nowhere found it.

        Raises:
            AbsentNameError: It names the first of them.
        """
        vain = self._absent - self._there
        for number, (name, nothing) in self._asked.items():
            if number in vain:
                raise AbsentNameError(name, f"not_null({name}, `{nothing}`)")


def asked_of_lists(tree: Node) -> Asked:
    """`id` of each node of a name that is asked of the elements of a list → the name, and nothing.

    Nothing is what may stand for it: `false` in a condition, `0` elsewhere.

    The names behind `||` and in `not_null(…)` are not among them: there somebody said what absence
    means.
    """
    return dict(_asked(tree, nothing="", default=False))


def _asked(node: Node, *, nothing: str, default: bool) -> Iterator[tuple[int, tuple[str, str]]]:
    """Names below a node.

    Args:
        node: It.
        nothing: What may stand for a name here; empty outside of lists.
        default: Whether something else already does.
    """
    kind = node["type"]
    if kind == "field":
        if nothing and not default:
            yield id(node), (str(node["value"]), nothing)
        return
    default = _defaults(node) or (default and kind != "comparator")
    for number, child in enumerate(_children(node)):
        within = nothing
        if kind in _PROJECTIONS and number > 0:
            within = "false" if number == 2 else "0"
        yield from _asked(child, nothing=within, default=default)


def _defaults(node: Node) -> bool:
    """Whether it says itself what stands for a name that is not there."""
    return node["type"] == "or_expression" or (
        node["type"] == "function_expression" and node["value"] == "not_null"
    )


def _children(node: Node) -> list[Node]:
    children = node.get("children")
    found = children if isinstance(children, list) else []
    return [each for each in found if isinstance(each, Mapping)]
