"""The mapper's tables of MARC 21 (tables.yaml), typed."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from base.datafile import load_resource


class Tables(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of ``tables.yaml``, where each is explained."""

    holdings_types: str
    skipped_types: str
    deleted_status: str
    title_fields: tuple[str, ...]
    parallel: tuple[str, ...]
    pinyin_since: str
    next_century: str
    nonfiling: dict[str, int]
    unpunctuated: str
    marks: dict[str, dict[str, str]]
    subject_tags: tuple[str, ...]
    subject_main: str
    subject_subdivisions: str
    relators: dict[str, str]
    call_numbers: tuple[str, ...]
    language_fields: tuple[str, ...]
    no_language: frozenset[str]
    dates: dict[str, tuple[int, ...]]
    year_fields: tuple[str, ...]
    earliest_year: int
    latest_year: int
    eras: dict[str, int]
    main_entries: tuple[str, ...]
    added_entries: tuple[str, ...]
    name_kinds: dict[str, str]
    name_codes: dict[str, str]
    author_roles: frozenset[str]
    publication_fields: tuple[str, ...]
    edition: tuple[str, ...]
    physical: tuple[str, ...]
    series: tuple[str, ...]
    notes: tuple[str, ...]
    contents: tuple[str, ...]
    summary: tuple[str, ...]
    isbn: tuple[str, ...]
    issn: tuple[str, ...]
    links: dict[str, str]
    link_codes: str
    url_label: str


@lru_cache(maxsize=1)
def tables() -> Tables:
    """The tables, read once.

    Raises:
        DataFileError: the file is not of this form.
    """
    return load_resource("indexer.transform", "tables.yaml", Tables)
