"""The facts of the sample: real editions, written by people in ``works/*.yaml``, validated here."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

import msgspec

from base.datafile import DataFileError, load, load_resource

Institution = Literal["HKU", "CUHK", "HKUST", "PolyU", "CityU", "HKBU", "LU", "EdUHK"]
Kind = Literal["person", "corporate", "meeting"]
Type = Literal[
    "book",
    "journal",
    "article",
    "score",
    "map",
    "image",
    "audio",
    "video",
    "electronic",
    "archive",
]
Link = Literal[
    "original", "translation", "host", "edition", "form", "preceding", "succeeding", "related"
]
Language = Annotated[str, msgspec.Meta(pattern=r"^[a-z]{3}$")]
Year = Annotated[str, msgspec.Meta(pattern=r"^\d{4}(-(\d{4})?)?$")]
Isbn = Annotated[str, msgspec.Meta(pattern=r"^(\d{9}[\dX]|97[89]\d{10})$")]
Issn = Annotated[str, msgspec.Meta(pattern=r"^\d{4}-\d{3}[\dX]$")]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words in their own script, with the forms that cataloguers write for them.

    ``rom`` is the romanisation of the ALA-LC tables, ``wg`` the Wade-Giles one of older records,
    ``kana`` the Japanese reading. Words in Latin script need none of them.
    """

    text: str
    rom: str = ""
    wg: str = ""
    kana: str = ""


Words = str | Text


class Agent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A person or body as written in one edition; an empty field comes from ``names.yaml``."""

    name: str
    role: str = ""
    kind: Kind | Literal[""] = ""
    dates: str = ""
    rom: str = ""
    wg: str = ""
    kana: str = ""


class Related(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Another bibliographic record that this one names (MARC 765-787)."""

    kind: Link
    title: Words
    author: str = ""
    issn: Issn | Literal[""] = ""
    isbn: Isbn | Literal[""] = ""
    part: str = ""  # where in the host: "Vol. 5, no. 2 (1936), p. 1-20"
    imprint: str = ""


class Number(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A publisher's number of music or sound (MARC 028)."""

    number: str
    source: str = ""


class Edition(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One published edition and the libraries of the sample that hold it (see README.md)."""

    id: Id
    like: str = ""
    held: Annotated[tuple[Institution, ...], msgspec.Meta(min_length=1)]
    # The work: taken over by an edition that is ``like`` this one.
    type: Type | None = None
    lang: Language | None = None
    langs: tuple[Language, ...] = ()
    original: Language | None = None
    script: Literal["hant", "hans"] | None = None
    title: Words = ""
    sub: Words = ""
    nonfiling: Annotated[int, msgspec.Meta(ge=0, le=9)] = 0
    variants: tuple[Words, ...] = ()
    uniform: Words = ""
    people: tuple[str | Agent, ...] = ()
    subjects: tuple[str, ...] = ()
    local_subjects: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    summary: str = ""
    lcc: str = ""
    # The edition: never taken over.
    part: Words = ""
    resp: Words = ""
    edition: Words = ""
    place: Words = ""
    publisher: Words = ""
    year: Year
    pages: int = 0
    volumes: int = 0
    extent: str = ""
    illustrated: bool = False
    size: int = 0  # centimetres
    series: tuple[Words, ...] = ()
    series_number: str = ""
    isbn: tuple[Isbn, ...] = ()
    isbn_other: tuple[Isbn, ...] = ()  # of another form of the edition: 020 $z
    issn: Issn | Literal[""] = ""
    lccn: str = ""
    numbers: tuple[Number, ...] = ()
    contents: tuple[Words, ...] = ()
    notes: tuple[str, ...] = ()
    frequency: str = ""
    run: str = ""  # what a library holds of a journal: "v.1 (1928)-"
    medium: tuple[str, ...] = ()
    scale: int = 0  # of a map: 20000 is 1:20,000
    carrier: Literal["", "cd", "lp", "cassette", "dvd", "vhs", "film", "photograph", "print"] = ""
    colour: bool = True
    spoken: bool = False
    online: bool = False
    url: str = ""
    links: tuple[Related, ...] = ()


class Name(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The established forms of a name in another script; ``same`` takes another name's forms."""

    rom: str = ""
    wg: str = ""
    kana: str = ""
    dates: str = ""
    kind: Kind = "person"
    same: str = ""
    country: str = ""  # MARC code, of places only


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Names that many editions share: people and bodies, publishers, places."""

    people: dict[str, Name]
    publishers: dict[str, Name]
    places: dict[str, Name]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    works: tuple[Edition, ...]
    type: Type = "book"
    lang: Language = "eng"
    script: Literal["hant", "hans"] = "hant"


WORK_FACTS = (
    "type",
    "lang",
    "langs",
    "original",
    "script",
    "title",
    "sub",
    "nonfiling",
    "variants",
    "uniform",
    "people",
    "subjects",
    "local_subjects",
    "genres",
    "summary",
    "lcc",
)


@cache
def load_editions() -> tuple[Edition, ...]:
    """Every edition of ``works/*.yaml`` (read once) by id, inherited and default facts filled in.

    Raises:
        DataFileError: a file is not valid, two editions share an id, ``like`` names no edition of
            the same file, or an edition has no title.
    """
    editions: dict[str, Edition] = {}
    for file in sorted(files("demo").joinpath("works").iterdir(), key=lambda path: path.name):
        if file.name.endswith(".yaml"):
            content = load(file, _File)
            _complete(file.name, content, editions)
    return tuple(editions[id_] for id_ in sorted(editions))


@cache
def load_names() -> Names:
    """The shared names of ``names.yaml`` (read once) with every ``same`` resolved.

    Raises:
        DataFileError: the file is not valid or ``same`` names nothing.
    """
    names = load_resource("demo", "names.yaml", Names)
    return Names(
        **{section: _resolve(getattr(names, section)) for section in names.__struct_fields__}
    )


def is_cjk(text: str) -> bool:
    """Whether the text has Han, kana or hangul characters."""
    return (
        re.search(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff]", text)
        is not None
    )


def _complete(file: str, content: _File, editions: dict[str, Edition]) -> None:
    done: dict[str, Edition] = {}
    for edition in content.works:
        if edition.id in editions:
            raise DataFileError(file, None, edition.id, "this id is used twice")
        if edition.like and edition.like not in done:
            raise DataFileError(file, None, edition.id, f"like: no earlier edition {edition.like}")
        full = _inherit(edition, done[edition.like]) if edition.like else edition
        full = msgspec.structs.replace(
            full,
            type=full.type or content.type,
            lang=full.lang or content.lang,
            script=full.script or content.script,
        )
        if not full.title:
            raise DataFileError(file, None, edition.id, "has no title")
        done[edition.id] = editions[edition.id] = full


def _inherit(edition: Edition, other: Edition) -> Edition:
    taken = {name: getattr(other, name) for name in WORK_FACTS if not getattr(edition, name)}
    if edition.title:
        taken.pop("sub", None)
        taken.pop("nonfiling", None)
    return msgspec.structs.replace(edition, **taken)


def _resolve(names: dict[str, Name]) -> dict[str, Name]:
    for text, name in names.items():
        if name.same and name.same not in names:
            raise DataFileError("names.yaml", None, text, f"same: no name {name.same}")
    return {text: names[name.same] if name.same else name for text, name in names.items()}
