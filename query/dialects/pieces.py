"""What a query in another language is made of, before it is a tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

from query.tokens import Token

if TYPE_CHECKING:
    from query.dialects.model import Dialect
    from query.tree import Span, Tree

Kind = Literal["leaf", "open", "close", "quote", "and", "or", "not", "without", "near", "beside",
               "prefix", "suffix"]  # fmt: skip

SIGNS: dict[Kind, str] = {
    "leaf": "x",
    "open": "(",
    "close": ")",
    "and": "&",
    "or": "|",
    "not": "!",
    "without": "-",
    "near": "~",
    "beside": "+",
    "prefix": "<",
    "suffix": ">",
}
"""One character a piece: the grammar reads a string of them. ``without``: NOT with no term before."""

JOINING: tuple[Kind, ...] = ("and", "or", "not", "without", "near")
_TOKENS = {"leaf": "word", "prefix": "field", "suffix": "boost"} | dict.fromkeys(
    JOINING, "operator"
)


class Distance(NamedTuple):
    """What a proximity operator says: words between at most, and whether the order counts."""

    words: int
    ordered: bool


class Tag(NamedTuple):
    """A field's tag: the catalogue's query names that it stands for, none for all fields.

    ``near``: the words that it governs stand near each other. ``heading``: it governs headings of a
    thesaurus, exploded or major ones.
    """

    text: str
    names: tuple[str, ...]
    near: int | None = None
    heading: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A term, bracket, operator or tag: ``text`` as it was written, and what it was read as."""

    kind: Kind
    text: str
    span: Span
    tree: Tree | None = None
    tag: Tag | None = None
    distance: Distance | None = None

    def token(self) -> Token:
        """As the checks of the project's own language know it."""
        kind = _TOKENS.get(self.kind, self.kind)
        value = "NOT" if self.kind in ("not", "without") else self.text
        return Token(kind, value, self.span)  # type: ignore[arg-type] # of the table above


def find_tag(dialect: Dialect, written: str) -> Tag | None:
    """The tag that was written, in any case, or several of them (``ti,ab``); None if unknown."""
    rules = dialect.rules
    known = {tag.casefold(): names for tag, names in rules.tags.value.items()}
    kinds = {
        tag.casefold(): k
        for tag, k in (rules.headings.value.tags if rules.headings else {}).items()
    }
    join = rules.tagging.value.join
    parts = [part.strip().casefold() for part in (written.split(join) if join else [written])]
    if not all(part in known for part in parts):
        return None
    names = tuple(dict.fromkeys(name for part in parts for name in known[part]))
    if any(not known[part] for part in parts):  # one that stands for all fields
        names = ()
    heading = kinds.get(parts[0]) if len(parts) == 1 else None
    return Tag(written, names, heading=heading)
