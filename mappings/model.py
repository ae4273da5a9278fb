"""The field catalogue as data: what the YAML files of this room say, typed and frozen."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec

Folding = Literal["none", "latin", "han", "ja", "ko"]
LanguageFill = Literal["german", "english", "german_words", "french"]
ReadingFill = Literal["romanised", "derived", "hangul", "reading"]
Fill = Literal["always", "latin", "cjk", "ja", "ko"] | LanguageFill | ReadingFill
KeyService = Literal["reading", "derived", "hangul"]
Service = (
    Literal["match", "wide", "phrase", "truncate", "left", "exact", "whole", "anchor", "score"]
    | KeyService
)
Script = Literal["latin", "cjk"]
Query = Literal["text", "term", "year", "date", "prefix", "none"]
Name = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_]*$")]


class Label(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A name for people, in English and in Traditional Chinese."""

    en: str
    zh: str


class Tier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One analysed form of a field's values.

    ``property`` is the Elasticsearch property below the field; ``a.b`` is the multi-field ``b`` of
    the property ``a``; the empty string is the field itself. ``fill`` says which values the mapper
    puts there; ``key`` names the key function of ``mappings.keys`` that both sides apply;
    ``collation`` makes it a sort key by the rules of that locale (a BCP 47 tag).
    """

    property: str
    folding: Folding
    mapping: dict[str, Any]
    fill: Fill = "always"
    scripts: tuple[Script, ...] = ("latin", "cjk")
    serves: tuple[Service, ...] = ()
    boost: float = 1.0
    key: str = ""
    collation: str = ""


class IndexType(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A named index type: the tiers it expands to and how a query treats it.

    Without ``norms`` the length of a value does not weigh a match.
    """

    doc: str
    tiers: tuple[str, ...]
    query: Query = "none"
    norms: bool = True


class Field(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One field of the catalogue.

    A query name searches every field that lists it. Values come from ``marc`` specs (with their
    linked 880 fields) through ``steps``, or from the builder of the mapper named in ``build``.
    """

    type: str
    label: Label
    names: tuple[str, ...] = ()
    marc: tuple[str, ...] = ()
    build: str = ""
    steps: tuple[str, ...] = ()
    normaliser: str = ""  # of identifiers and coded values, applied by both sides
    weight: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    any: bool = False  # searched by a term without a field
    facet: bool = False
    sort: bool = False
    export: bool = False


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole catalogue, as ``mappings.load_catalogue()`` returns it: validated."""

    fields: dict[Name, Field]
    types: dict[Name, IndexType]
    tiers: dict[Name, Tier]
    any_tiers: tuple[str, ...]  # the tiers of the group that unfielded terms search
    analysis: dict[str, Any]  # Elasticsearch analysis settings, tables inline


class QueryField(msgspec.Struct, frozen=True):
    """What the query side knows of a field."""

    name: str
    query: Query
    names: tuple[str, ...]
    label: Label
    tiers: tuple[str, ...]
    weight: float = 1.0
    normaliser: str = ""
    any: bool = False
    facet: bool = False
    sort: bool = False
    export: bool = False


class QueryDefinition(msgspec.Struct, frozen=True, eq=False):
    """What is kept beside an index (``_meta.definition``): all that a search of it needs.

    Two are the same only where they are one object, so that what is made of one can be kept by it.
    """

    version: int
    index_fingerprint: str
    query_fingerprint: str
    fields: tuple[QueryField, ...]
    tiers: dict[str, Tier]
    any_tiers: tuple[str, ...]


class Institution(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A member library of the network."""

    code: str
    name: Label
    library: Label
    url: str = ""
    aliases: tuple[str, ...] = ()


class Code(msgspec.Struct, frozen=True):
    """A coded value: its code, its names, and whatever else people or records call it."""

    code: str
    label: Label
    aliases: tuple[str, ...] = ()
