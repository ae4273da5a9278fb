"""Formats of a record: what it is and what it comes on, from its coded fields."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import msgspec

from base.datafile import load_resource

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.transform.view import RecordView


class FormatRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The keys of ``formats.yaml``, where each is explained."""

    leader: dict[str, str]
    archival: str
    additional: dict[str, str]
    physical: dict[str, str]
    visual: dict[str, str]
    visual_replaces: str
    continuing: dict[str, str]
    electronic_forms: str
    form_at: dict[str, int]
    carriers: dict[str, str]
    media: dict[str, str]
    contents: dict[str, str]
    designations: dict[str, str]


@lru_cache(maxsize=1)
def format_rules() -> FormatRules:
    """The rules, read once.

    Raises:
        DataFileError: the file is not of this form.
    """
    return load_resource("indexer.transform", "formats.yaml", FormatRules)


def formats(view: RecordView) -> list[str]:
    """Codes of formats, the main one first; a record may have several (book and electronic)."""
    rules = format_rules()
    main = _main(view, rules)
    found = [main, *_coded(view, rules), *_described(view, rules)]
    if not main:
        found += _values(view, "336", rules.contents)
    return list(dict.fromkeys(filter(None, found)))


def _main(view: RecordView, rules: FormatRules) -> str:
    kind = view.leader[6]
    main = rules.leader.get(view.leader[6:8]) or rules.leader.get(kind, "")
    if main == rules.visual_replaces or kind in "or":
        return rules.visual.get(view.fixed("008")[33:34], main)
    return main


def _coded(view: RecordView, rules: FormatRules) -> Iterator[str]:
    leader, fixed = view.leader, view.fixed("008")
    if leader[8] == "a":
        yield rules.archival
    if leader[7] in "si":
        yield rules.continuing.get(fixed[21:22], "")
    at = rules.form_at.get(leader[6], 0)
    if at and (fixed[at : at + 1] or " ") in rules.electronic_forms:
        yield "electronic"
    for value in view.control.get("006", ()):
        yield rules.additional.get(value[:1], "")
    for value in view.control.get("007", ()):
        yield rules.physical.get(value[:1], "")


def _described(view: RecordView, rules: FormatRules) -> Iterator[str]:
    yield from _values(view, "337", rules.media)
    for field in view.fields("338"):
        for value in field.all("b"):
            yield rules.carriers.get(value[:1], "")
    for field in view.fields("245"):
        words = field.get("h").lower()
        if words:
            yield from (code for word, code in rules.designations.items() if word in words)


def _values(view: RecordView, tag: str, table: dict[str, str]) -> Iterator[str]:
    for field in view.fields(tag):
        for value in field.all("b"):
            yield table.get(value, "")
