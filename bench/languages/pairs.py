"""The lists of pairs: two forms of one title, a title and its reading, words that stay apart."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Literal, get_args

import msgspec

from base.datafile import load_resource
from mappings.tables import TableError, parse_table

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "bench.languages"

Half = Literal["open", "held-out"]
Width = Literal["standard", "wide"]
Place = Literal["title", "author"]
Share = Annotated[float, msgspec.Meta(ge=0.0, le=1.0)]
Text = Annotated[str, msgspec.Meta(min_length=1)]
Language = Annotated[str, msgspec.Meta(pattern="^[a-z]{3}$")]

HALVES: tuple[Half, ...] = get_args(Half)


class Variant(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Two forms that find the same titles. ``languages``: of their records, ``chi/jpn``."""

    form: Text
    other: Text
    languages: Annotated[str, msgspec.Meta(pattern="^[a-z]{3}/[a-z]{3}$")]
    kind: Text
    field: Place

    @property
    def language(self) -> str:
        """The language, or both."""
        first, second = self.languages.split("/")
        return first if first == second else self.languages


class ReadingPair(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A native title, its ALA-LC romanisation, and a reading that finds it.

    ``basis``: the record has the romanised title (``recorded``) or the native one alone (``derived``).
    """

    native: Text
    romanised: Text
    asked: Text
    language: Language
    kind: Text
    basis: Literal["recorded", "derived"]


class Distinct(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a record holds, and words that do not find it, in this width and any narrower one."""

    held: Text
    asked: Text
    language: Language
    kind: Text
    width: Width
    field: Place


Pair = Variant | ReadingPair | Distinct
Claim = Literal["equal", "reading", "distinct"]
_STRUCTS: dict[Claim, type[Pair]] = {
    "equal": Variant,
    "reading": ReadingPair,
    "distinct": Distinct,
}


class PairList(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a list claims, the share of its pairs that must hold, and kinds of its own treatment.

    Args:
        claim: of each pair.
        wanted: share of the pairs.
        apart: kinds that do not count for the share.
        unranked: kinds without an exact form that should go first.
        wide: kinds that are promised in width ``wide`` alone.
    """

    claim: Claim
    wanted: Share
    apart: tuple[str, ...] = ()
    unranked: tuple[str, ...] = ()
    wide: tuple[str, ...] = ()


class Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``lists.yaml``: the lists by name, the share wanted of exact forms first, initial articles."""

    lists: dict[str, PairList]
    exact: Share
    articles: dict[str, tuple[str, ...]]


class Listed(msgspec.Struct, frozen=True):
    """A pair and where it stands."""

    list: str
    half: Half
    line: int
    pair: Pair
    about: PairList


def load_lists() -> Lists:
    """What the lists claim.

    Raises:
        base.datafile.DataFileError: ``lists.yaml`` is not valid.
    """
    return load_resource(PACKAGE, "lists.yaml", Lists)


def load_pairs(halves: tuple[Half, ...] = HALVES) -> list[Listed]:
    """The pairs of these halves, in the order of the lists; a half without a list has none of it.

    Raises:
        TableError: a row is not valid, or the same pair stands twice: file and line.
    """
    return [
        listed
        for half in halves
        for name, about in load_lists().lists.items()
        for listed in _read(name, about, half)
    ]


def _read(name: str, about: PairList, half: Half) -> Iterator[Listed]:
    path = files(PACKAGE).joinpath("pairs", half, f"{name}.tsv")
    if not path.is_file():
        return
    struct, file = _STRUCTS[about.claim], f"{half}/{name}.tsv"
    text = path.read_text(encoding="utf-8")
    rows = parse_table(text, struct.__struct_fields__, file)
    seen: set[Pair] = set()
    for line, cells in zip(_lines(text), rows, strict=True):
        try:
            pair = msgspec.convert(dict(zip(struct.__struct_fields__, cells, strict=True)), struct)
        except msgspec.ValidationError as error:
            raise TableError(file, line, str(error)) from error
        if pair in seen:
            raise TableError(file, line, "stands twice")
        seen.add(pair)
        yield Listed(name, half, line, pair, about)


def _lines(text: str) -> list[int]:
    """The numbers of the lines that are rows: neither comments nor the names of the columns."""
    numbers = [
        number
        for number, line in enumerate(text.split("\n"), 1)
        if line and not line.startswith("# ")
    ]
    return numbers[1:]
