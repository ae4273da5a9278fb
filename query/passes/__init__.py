"""The passes between grammar and compiler: each file holds one function, tree to tree."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from query.context import Context
    from query.tree import Tree

__all__ = ["checks", "passes"]


def checks() -> tuple[Callable[[Tree, Context], Tree], ...]:
    """The first passes, which find what is wrong; each can read what another one has found wrong."""
    from query.passes.lines import set_lines
    from query.passes.names import resolve_names
    from query.passes.near import check_near
    from query.passes.stems import check_stems
    from query.passes.values import read_values

    return (set_lines, resolve_names, check_near, check_stems, read_values)


def passes() -> tuple[Callable[[Tree, Context], Tree], ...]:
    """All passes in their order, the checks first."""
    from query.passes.blanks import drop_blanks
    from query.passes.cost import check_cost
    from query.passes.flatten import flatten
    from query.passes.headings import add_headings
    from query.passes.identifiers import recognise_identifiers
    from query.passes.negatives import warn_negative
    from query.passes.readings import add_readings

    return (
        *checks(),
        drop_blanks,
        recognise_identifiers,
        flatten,
        add_headings,
        warn_negative,
        check_cost,
        add_readings,
    )
