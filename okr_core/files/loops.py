"""Loops: among links from one item to others, such as what contributes to what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

Links = Mapping[str, tuple[str, ...]]
"""Item → what it leads to; every item that is led to is a key."""


def loops_in(links: Links) -> Iterator[list[str]]:
    """One loop for each way back that a depth-first walk finds; no item is in two of them."""
    done: set[str] = set()
    told: set[str] = set()
    for start in links:
        trail: list[str] = []
        on_trail: set[str] = set()
        stack = [(start, iter(links[start]))] if start not in done else []
        trail += [start] if stack else []
        on_trail.update(trail)
        while stack:
            name, parents = stack[-1]
            parent = next(parents, None)
            if parent is None:
                stack.pop()
                on_trail.discard(trail.pop())
                done.add(name)
            elif parent in on_trail:
                loop = trail[trail.index(parent) :]
                if told.isdisjoint(loop):
                    told.update(loop)
                    yield loop
            elif parent not in done:
                stack.append((parent, iter(links[parent])))
                trail.append(parent)
                on_trail.add(parent)
