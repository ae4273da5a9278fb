"""How the libraries of the sample catalogue, and the words and codes of their records."""

from __future__ import annotations

from functools import cache
from typing import Annotated, Literal

import msgspec

from base.datafile import load_resource
from demo.works import Institution, Text, Type  # noqa: TC001 - msgspec reads the annotations

Scripts = Literal["paired", "vernacular", "readings"]
Term = tuple[str, str]  # an RDA term and its code


class Practice(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How one library catalogues; the keys are explained at the head of ``practices.yaml``."""

    file: str
    number: str
    chinese: Scripts
    japanese: Scripts
    korean: Scripts
    location: str
    media_location: str
    cjk_location: str = ""
    romanised_before: int = 0
    wade_giles_before: int = 0
    rda_from: int
    punctuation: bool = True
    relators: Literal["term", "code", "none"]
    subjects: int = 9
    local: Literal["", "4", "7"] = ""
    chinese_wording: bool = False
    cutter_digits: int = 1
    copies: int = 1
    separate_holdings: bool = False


class Role(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A relationship designator: its MARC code and its words in a statement of responsibility."""

    code: Annotated[str, msgspec.Meta(min_length=3, max_length=3)]
    creator: bool = False
    chi: Text | None = None
    hans: Text | None = None
    jpn: Text | None = None
    kor: Text | None = None
    eng: str = "{}"
    ger: str = "{}"
    fre: str = "{}"


class Form(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The coded values of one type of material."""

    leader: Annotated[str, msgspec.Meta(min_length=2, max_length=2)]
    body: Annotated[str, msgspec.Meta(min_length=17, max_length=17)]
    content: Term
    media: Term
    carrier: Term
    field007: str = ""


class Carrier(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The coded values of what sound or pictures are on."""

    field007: str
    carrier: Term
    extent: str


class Cutter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Letter to digit after an initial vowel, an initial S, another consonant, and further on."""

    vowel: dict[str, int]
    s: dict[str, int]
    consonant: dict[str, int]
    later: dict[str, int]


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole of ``practices.yaml``."""

    institutions: dict[Institution, Practice]
    roles: dict[str, Role]
    subdivisions: dict[str, tuple[str, ...]]
    jurisdictions: tuple[str, ...]
    languages: dict[str, str]
    alphabets: dict[str, str]
    literary_forms: dict[str, str]
    frequencies: dict[str, str]
    forms: dict[Type, Form]
    carriers: dict[str, Carrier]
    cutter: Cutter
    extents: dict[Type, str]


@cache
def tables() -> Tables:
    """The tables, read once.

    Raises:
        DataFileError: ``practices.yaml`` is not valid.
    """
    return load_resource("demo", "practices.yaml", Tables)
