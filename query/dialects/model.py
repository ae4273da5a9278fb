"""What a dialect's data file says: each rule with its value, its source, and whether it was verified.

A dialect is another system's query language. Words between two terms are counted as this project
counts them; ``offset`` says by how much a system's own number is higher.
"""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Generic, Literal, TypeVar

import msgspec

from base.datafile import load_resource
from base.errors import UsageFailure

T = TypeVar("T")

Operator = Literal["near", "not", "and", "or"]
Meaning = Literal["any", "one", "optional"]
Style = Literal["dots", "square", "space", "colon", "equals", "call", "clause"]
"""Where a field's tag stands: ``x.ti.``, ``x[ti]``, ``TI x``, ``title:x``, ``TI=(x)``, ``TITLE(x)``,
``title = x``."""

OWN = "hkall"
"""The name of the project's own language, where a dialect is asked for."""


class UnknownDialect(UsageFailure):
    """There is no data file of this name."""

    code = "unknown-dialect"


class Rule(msgspec.Struct, Generic[T], frozen=True, forbid_unknown_fields=True):
    """A rule: ``source`` is the page or standard that states it; unverified, what it rests on."""

    value: T
    source: Annotated[str, msgspec.Meta(min_length=8)]
    verified: bool = True


class Truncation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Letters that a truncation needs: before one at the end or inside, behind one at the beginning.

    None: there is no truncation in that place. ``phrases``: words of a phrase may be truncated.
    """

    end: int | None = None
    inside: int | None = None
    start: int | None = None
    phrases: bool = False


class NearForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A proximity operator: ``adj{n}``; without ``{n}`` it means ``words`` between at most."""

    sign: str
    ordered: bool = False
    words: int = 0


class Proximity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Proximity: the forms, the first that fits being written; ``most`` is the highest number.

    ``groups``: alternatives in brackets may stand on either side. ``fields``: those that it is
    possible in, all if empty.
    """

    offset: int
    most: int
    forms: tuple[NearForm, ...] = ()
    groups: bool = True
    fields: tuple[str, ...] = ()


class Tagging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How fields are named; ``groups``: a tag may govern brackets; ``join`` parts several tags."""

    style: Style
    groups: bool = True
    join: str = ""


class Headings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a heading of a thesaurus is asked for: one of two forms.

    ``slash``: ``exp Asthma/``. ``tags``: by a field's tag, with what the tag means; ``sign`` behind
    the heading explodes it. ``field`` is the catalogue's field that holds headings.
    """

    field: str = "subject"
    slash: bool = False
    tags: dict[str, tuple[Literal["exploded", "major"], ...]] = {}
    sign: str = ""


class Years(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A range of years: what stands between, and what is written for an open end.

    ``compared``: years are compared with this name (``PUBYEAR > 2009``), and stand in no tag.
    """

    between: str = ""
    compared: str = ""
    first: str = ""
    last: str = ""


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All rules of a dialect. A rule that is absent: the dialect has no such thing.

    ``precedence``: operators from the tightest level on; those of one level from left to right.
    ``operators``: word to operator, ``capitals``: in capitals alone. ``beside``: what words that stand
    side by side are; ``beside_cjk``: the same of Chinese, Japanese and Korean ones. ``unary_not``: NOT may stand without a term before it. ``limited``: the sign
    that a number follows, for so many characters at most. ``literal``: the two signs around a phrase in
    which nothing is truncated. ``limits``: words that narrow down what was found, with the facets that
    are our fields (``LIMIT-TO ( LANGUAGE , "English" )``). ``links``: how a link says that a value is
    meant as words, as a phrase, or as the beginning of one (``title,contains,tea``). ``contexts``: identifiers of CQL's context
    sets, and the prefixes of ``tags`` that they are.
    """

    precedence: Rule[tuple[tuple[Operator, ...], ...]]
    operators: Rule[dict[str, Literal["and", "or", "not"]]]
    capitals: Rule[bool]
    beside: Rule[Literal["and", "phrase"]]
    unary_not: Rule[bool]
    wildcards: Rule[dict[Annotated[str, msgspec.Meta(max_length=1)], Meaning]]
    truncation: Rule[Truncation]
    tagging: Rule[Tagging]
    tags: Rule[dict[str, tuple[str, ...]]]
    beside_cjk: Rule[Literal["and", "phrase"]] | None = None
    limited: Rule[str] | None = None
    proximity: Rule[Proximity] | None = None
    headings: Rule[Headings] | None = None
    years: Rule[Years] | None = None
    everything: Rule[str] | None = None
    sets: Rule[Literal["#", "S", ""]] | None = None
    literal: Rule[Annotated[str, msgspec.Meta(min_length=2, max_length=2)]] | None = None
    limits: Rule[dict[str, dict[str, str]]] | None = None
    links: Rule[dict[str, Literal["words", "phrase", "beginning"]]] | None = None
    contexts: Rule[dict[str, str]] | None = None

    def __post_init__(self) -> None:
        """Refuse an order that names an operator twice or leaves one out."""
        named = sorted(name for level in self.precedence.value for name in level)
        if named != ["and", "near", "not", "or"]:
            raise ValueError(
                f"precedence names {', '.join(named)}; each of near, not, and, or once"
            )


class Dialect(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A data file: ``title`` is how people call the system, ``dated`` when its rules were looked up."""

    name: str
    title: str
    dated: Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{2}$")]
    about: str
    rules: Rules


class Nearest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Query names of the catalogue, and the wider one to use where a dialect lacks it."""

    nearest: dict[str, str]


@lru_cache(maxsize=16)
def load_dialect(name: str) -> Dialect:
    """A dialect by its name.

    Raises:
        UnknownDialect: there is none.
        base.datafile.DataFileError: its file is wrong, with line and key.
    """
    if name not in dialect_names():
        known = ", ".join(dialect_names())
        raise UnknownDialect(f"there is no dialect {name}", hint=f"Dialects are {known}.")
    return load_resource("query.dialects", f"{name}.yaml", Dialect)


@lru_cache(maxsize=1)
def nearest_names() -> dict[str, str]:
    """Wider names of the catalogue's fields: ``person`` to ``author``."""
    return load_resource("query", "nearest.yaml", Nearest).nearest


@lru_cache(maxsize=1)
def dialect_names() -> tuple[str, ...]:
    """The names of all dialects: every ``.yaml`` of this folder is one. In alphabetical order."""
    names = (entry.name for entry in files("query.dialects").iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))
