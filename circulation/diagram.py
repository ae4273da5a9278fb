"""The page of the state machine: a diagram and tables, made from the table it runs by."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

from circulation.machine import machine
from circulation.model import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circulation.machine import Machine

_HEAD = """# The life of a request

This page is made from `circulation/machine.yaml`, the table that circulation runs by:
`hkall circ machine > docs/circulation-states.md`. A test says when it is out of date.

A request has one state at a time; a *trigger* leads to the next one if all its *guards* agree, and
writes *events*. What a guard says no to is refused with every reason. Loans, document delivery,
interlibrary loan and readers' visits are kinds of request and share the table.
"""
_TITLES = {
    "loan": "A loan from another library of the network",
    "document": "A copy of an article or chapter",
    "ill": "Interlibrary loan from outside the network",
    "visit": "A reader's visit",
}


def page() -> str:
    """The page in Markdown, with Mermaid diagrams."""
    m = machine()
    return "\n".join([_HEAD, *_states(m), *(line for kind in get_args(Kind) for line in _kind(m, kind))]) + "\n"  # fmt: skip


def _states(m: Machine) -> Iterator[str]:
    yield "## States\n"
    yield "| state | name | 名稱 | where the item is | counts as | ends the request |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, state in m.states.items():
        final = "yes" if state.final else ""
        yield f"| `{name}` | {state.en} | {state.zh} | {state.place} | {state.counts} | {final} |"
    yield ""


def _kind(m: Machine, kind: Kind) -> Iterator[str]:
    rows = [row for row in m.transitions if kind in row.kinds]
    yield f"## {_TITLES[kind]}\n"
    yield "```mermaid"
    yield "stateDiagram-v2"
    names = list(dict.fromkeys([m.initial, *(row.to for row in rows)]))
    for name in names:
        yield f'    state "{m.states[name].en}" as {_node(name)}'
    yield f"    [*] --> {_node(m.initial)}: request"
    for row in rows:
        for source in row.sources:
            yield f"    {_node(source)} --> {_node(row.to)}: {row.trigger}"
    for name in names:
        if m.states[name].final:
            yield f"    {_node(name)} --> [*]"
    yield "```\n"
    yield "| trigger | from | guards | to | events |"
    yield "| --- | --- | --- | --- | --- |"
    for row in rows:
        cells = (row.trigger, ", ".join(row.sources), ", ".join(row.guards), row.to,
                 ", ".join(row.events))  # fmt: skip
        yield f"| {' | '.join(cells)} |"
    yield ""


def _node(state: str) -> str:
    """Mermaid takes a hyphen in a name for an arrow."""
    return state.replace("-", "_")
