"""The state machine: read from its table, validated at once, asked for every step."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import msgspec

from base.datafile import DataFileError, load_resource
from base.errors import ExitCode, HkallError
from circulation.events import NAMES
from circulation.guardnames import GUARD_NAMES
from circulation.model import Kind  # noqa: TC001 - msgspec reads the annotations

FILE = "machine.yaml"
Place = Literal["none", "lender", "courier", "pickup", "patron", "lost"]
Counts = Literal["none", "request", "loan", "returning"]


class State(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A state: what people call it, where the item is, what it counts as for a quota."""

    en: str
    zh: str
    place: Place
    counts: Counts
    final: bool = False


class Transition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A row of the table."""

    kinds: tuple[Kind, ...]
    trigger: str
    to: str
    events: tuple[str, ...]
    sources: tuple[str, ...] = msgspec.field(name="from")
    guards: tuple[str, ...] = ()


class NoSuchStep(HkallError):
    """The table has no such transition."""

    exit_code = ExitCode.REFUSED
    code = "no-such-step"

    def __init__(self, trigger: str, state: str, message: str, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.trigger, self.state = trigger, state


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table, as the file has it."""

    initial: str
    states: dict[str, State]
    transitions: tuple[Transition, ...]


class Machine:
    """Answers from a table that is sound."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.initial, self.states, self.transitions = (
            table.initial,
            table.states,
            table.transitions,
        )
        self._steps = {
            (kind, state, row.trigger): row
            for row in table.transitions
            for kind in row.kinds
            for state in row.sources
        }

    def step(self, kind: Kind, state: str, trigger: str) -> Transition:
        """The transition of a trigger.

        Raises:
            NoSuchStep: it is not possible in this state; the message says what is.
        """
        found = self._steps.get((kind, state, trigger))
        if found is None:
            possible = ", ".join(self.triggers(kind, state)) or "nothing more"
            raise NoSuchStep(
                trigger,
                state,
                f"{trigger} is not possible: the {kind} request is {self.states[state].en}",
                hint=f"Possible now: {possible}.",
            )
        return found

    def triggers(self, kind: Kind, state: str) -> list[str]:
        """What can happen in a state, in the table's order."""
        return [t.trigger for t in self.transitions if kind in t.kinds and state in t.sources]

    def where(self, **wanted: object) -> frozenset[str]:
        """Names of the states whose fields have these values."""
        return frozenset(
            name
            for name, state in self.states.items()
            if all(getattr(state, field) == value for field, value in wanted.items())
        )


@lru_cache(maxsize=1)
def machine() -> Machine:
    """The shipped table.

    Raises:
        DataFileError: the table is not sound; the message says where.
    """
    table = load_resource("circulation", FILE, Table)
    for problem in problems(table):
        raise DataFileError(FILE, None, "", problem)
    return Machine(table)


def problems(m: Table) -> list[str]:
    """Everything that is wrong with a table: names, doubles, dead ends, what nothing leads to."""
    found = [] if m.initial in m.states else [f"initial: no state {m.initial!r}"]
    seen: set[tuple[str, str, str]] = set()
    for row in m.transitions:
        found += _unknown_names(m, row)
        for key in [(k, s, row.trigger) for k in row.kinds for s in row.sources]:
            if key in seen:
                found.append(f"two transitions for {' '.join(key)}")
            seen.add(key)
    return found or _unsound_paths(m)


def _unknown_names(m: Table, row: Transition) -> list[str]:
    at = f"transition {row.trigger} to {row.to}"
    found = [f"{at}: no state {name!r}" for name in (*row.sources, row.to) if name not in m.states]
    found += [f"{at}: no guard {name!r}" for name in row.guards if name not in GUARD_NAMES]
    if not row.events or row.events[0] not in NAMES:
        found.append(f"{at}: its first event must be one of {', '.join(sorted(NAMES))}")
    found += [f"{at}: no event {name!r}" for name in row.events[1:] if name != "Fined"]
    return found


def _unsound_paths(m: Table) -> list[str]:
    found = []
    reached = {m.initial}
    for _ in m.states:
        reached |= {t.to for t in m.transitions if reached & set(t.sources)}
    found += [f"nothing leads to {name}" for name in m.states if name not in reached]
    for name, state in m.states.items():
        leaves = any(name in t.sources for t in m.transitions)
        if leaves == state.final:
            found.append(f"{name}: {'final, but left' if leaves else 'nothing leads out of it'}")
    return found
