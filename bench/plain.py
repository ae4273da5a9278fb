"""The mapping of records done the plain way: pymarc's records, the catalogue read anew each time.

No tables by tag, no memory of earlier values, no shortcuts for ASCII. It is slow and short: what the
transform is measured against, and what tells whether its documents are right.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bench.plain_readings import PlainReadings
from indexer.merge import MERGED
from indexer.transform.build.sorting import Sortable
from indexer.transform.builders import BUILDERS
from indexer.transform.context import Context
from indexer.transform.copies import copies
from indexer.transform.extract import without_nonfiling
from indexer.transform.view import DataField, RecordView, clean, parse_linkage
from mappings import NORMALISERS
from mappings.keys import KEYS
from mappings.marcspec import parse_spec
from mappings.scripts import has_cjk, has_hangul, has_kana, has_latin
from mappings.sortkeys import sort_key
from mappings.steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import pymarc

    from mappings.model import Catalogue, Field, Tier

_specs = cache(parse_spec)  # the text is read anew for each record, and means what it meant


class PlainTransform:
    """Maps bibliographic records of an institution to documents."""

    def __init__(
        self, catalogue: Catalogue, institution: str, holdings: tuple[str, ...] = ("852",)
    ) -> None:
        self._catalogue = catalogue
        self._institution = institution
        self._holdings = holdings

    def document(self, record: pymarc.Record) -> dict[str, Any]:
        """The document of a record with a 001."""
        view = plain_view(record)
        number = clean(view.fixed("001"))
        context = Context(view, self._institution, number, copies(view, self._holdings))
        readings = PlainReadings(context)
        document = {}
        for name, field in self._catalogue.fields.items():
            if field.build not in MERGED:
                value = self._value(field, context, readings)
                if value:
                    document[name] = value
        return document

    def _value(self, field: Field, context: Context, readings: PlainReadings) -> Any:  # noqa: ANN401 - any JSON
        built = BUILDERS[field.build](context) if field.build else []
        if isinstance(built, str | dict):
            return built
        if isinstance(built, Sortable):
            return self._collated(field, built)
        values: dict[str, tuple[str, str]] = {}
        for text, filing, side in _values(field, readings):
            values[text] = (filing, side or values.get(text, ("", ""))[1])
        tiers = [self._catalogue.tiers[name] for name in self._catalogue.types[field.type].tiers]
        if not tiers[0].property:
            plain = [*(built or ()), *values]
            if field.normaliser:
                plain = [v for v in map(NORMALISERS[field.normaliser], plain) if v]
            return list(dict.fromkeys(plain))
        values |= dict.fromkeys(built or (), ("", ""))
        own = [tier for tier in tiers if "." not in tier.property]
        filled = {t.property: _fill(t, values, field, readings) for t in own}
        return {name: texts for name, texts in filled.items() if texts}

    def _collated(self, field: Field, built: Sortable) -> dict[str, str]:
        tiers = [self._catalogue.tiers[name] for name in self._catalogue.types[field.type].tiers]
        keys = {}
        for tier in tiers:
            text = built.text
            if tier.property == "kana" and built.reading:
                text = built.reading
            if text:
                keys[tier.property] = sort_key(text, tier.collation)
        return keys


def plain_view(record: pymarc.Record) -> RecordView:
    """The view of a record that pymarc read."""
    control: dict[str, list[str]] = {}
    data = []
    for field in record.fields:
        if field.control_field:
            control.setdefault(field.tag, []).append(field.data or "")
        else:
            data.append(_data_field(field))
    return RecordView(str(record.leader), control, data)


def _data_field(field: pymarc.Field) -> DataField:
    subfields = [(code, clean(value)) for code, value in field.subfields]
    if field.tag in {"245", "880"}:
        for at, (code, value) in enumerate(subfields):
            if at and code == "h" and value.endswith((":", ";", "=", "/")):
                subfields[at - 1] = (subfields[at - 1][0], f"{subfields[at - 1][1]} {value[-1]}")
                subfields[at] = ("h", value[:-1].rstrip())
    first, second = field.indicators or (" ", " ")
    unfiled = _unfiled(field)
    linkage = dict(reversed(subfields)).get("6", "")
    tag, occurrence = parse_linkage(linkage) if linkage else ("", "")
    if linkage and field.tag == "880":
        return DataField(
            tag, first, second, subfields, linked=True, occurrence=occurrence, unfiled=unfiled
        )
    return DataField(field.tag, first, second, subfields, occurrence=occurrence, unfiled=unfiled)


def _unfiled(field: pymarc.Field) -> str:
    """What stands between the non-sorting marks that a field begins with."""
    for code, value in field.subfields:
        if not code.isdigit():
            words, end, _ = value[1:].replace("\x89", "\x9c").partition("\x9c")
            return clean(words) if end and value[0] in "\x88\x98" else ""
    return ""


def _values(field: Field, readings: PlainReadings) -> Iterator[tuple[str, str, str]]:
    """Each value; where an article is left out for filing, the rest; what it is to other forms."""
    specs = [spec for text in field.marc for spec in _specs(text)]
    view = readings.view
    for each in view.data:
        side = readings.sides[id(each)]
        for spec in specs:
            if spec.tag == each.tag and spec.matches(each.first, each.second):
                for text in _texts(each, spec.codes, apart=bool(field.normaliser)):
                    shaped = _stepped(text, field)
                    filing = without_nonfiling(shaped, each) if "nonfiling" in field.steps else ""
                    if shaped:
                        yield shaped, "" if filing == shaped else filing, side
    for spec in specs:
        if spec.is_control:
            values = [view.leader] if spec.tag == "LDR" else view.control.get(spec.tag, [])
            for value in values:
                text = (value[slice(*spec.slice)] if spec.slice else value).strip()
                if text:
                    yield text, "", ""


def _texts(field: DataField, codes: str, *, apart: bool) -> list[str]:
    texts = [v for code, v in field.subfields if (code in codes if codes else code not in "68")]
    if apart or len(codes) == 1 or not texts:
        return texts
    return [" ".join(texts)]


def _stepped(text: str, field: Field) -> str:
    for name in field.steps:
        if name in STEPS:
            text = STEPS[name](text)
    return text


def _fill(
    tier: Tier, values: dict[str, tuple[str, str]], field: Field, readings: PlainReadings
) -> list[str]:
    if tier.key:
        forms = [form for text, (filing, _) in values.items() for form in (text, filing) if form]
        return [key for key in dict.fromkeys(map(KEYS[tier.key], forms)) if key]
    is_name = field.type == "name"
    if tier.fill in {"romanised", "derived", "hangul"}:
        found = [
            reading
            for text, (_, side) in values.items()
            for reading in readings.of(tier.fill, text, side, field, is_name=is_name)
        ]
        return list(dict.fromkeys(found))
    return [
        text
        for text, (_, side) in values.items()
        if _fits(tier, text, side, readings.languages, is_name=is_name)
    ]


def _fits(tier: Tier, text: str, side: str, languages: Sequence[str], *, is_name: bool) -> bool:
    match tier.fill:
        case "always":
            return True
        case "latin":
            return has_latin(text)
        case "german":
            return has_latin(text) and (is_name or "ger" in languages)
        case "english" | "german_words" | "french":
            code = {"english": "eng", "german_words": "ger", "french": "fre"}[tier.fill]
            stems = not is_name and not side.startswith("reading")
            return has_latin(text) and stems and code in languages
        case "cjk":
            return has_cjk(text)
        case "ja":
            wanted = has_kana(text) or "jpn" in languages
        case _:
            wanted = has_hangul(text) or "kor" in languages
    return has_cjk(text) and (is_name or wanted)
