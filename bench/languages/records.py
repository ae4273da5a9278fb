"""Real MARC records of the pairs: one a form, as a library would have catalogued it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pymarc
from pymarc import Field, Indicators, Record, Subfield

from bench.languages.pairs import Distinct, ReadingPair, Variant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bench.languages.pairs import Pair, Place

LINK_OF_CJK = "$1"  # the script code of Chinese, Japanese and Korean in $6


class Form(msgspec.Struct, frozen=True):
    """What one record has: a title or a name, and the title's romanisation where it is recorded."""

    text: str
    language: str
    field: Place = "title"
    romanised: str = ""


def forms_of(pair: Pair) -> tuple[Form, ...]:
    """The records that a pair needs: the form and the other one; of other claims the one asked for."""
    match pair:
        case Variant():
            languages = pair.languages.split("/")
            texts = (pair.form, pair.other)
            return tuple(
                Form(text, language, pair.field)
                for text, language in zip(texts, languages, strict=True)
            )
        case ReadingPair():
            recorded = pair.romanised if pair.basis == "recorded" else ""
            return (Form(pair.native, pair.language, romanised=recorded),)
        case Distinct():
            return (Form(pair.held, pair.language, pair.field),)


def numbered(pairs: Iterable[Pair]) -> dict[Form, str]:
    """Each form once, with the control number of its record."""
    forms = dict.fromkeys(form for pair in pairs for form in forms_of(pair))
    return {form: f"pair{at:05d}" for at, form in enumerate(forms, 1)}


def write_records(forms: dict[Form, str], path: Path, articles: dict[str, tuple[str, ...]]) -> None:
    """Write the records of the forms as one ISO 2709 file in UTF-8."""
    with path.open("wb") as stream:
        writer = pymarc.MARCWriter(stream)
        for form, number in forms.items():
            writer.write(record(form, number, articles.get(form.language, ())))
        writer.close(close_fh=False)


def record(form: Form, number: str, articles: tuple[str, ...] = ()) -> Record:
    """A book with this title, or a book of works by this person.

    A romanised title stands in 245 with the native one in the linked 880; a native title without
    one stands in 245 itself, as Asian libraries have it.
    """
    made = Record(leader="00000nam a2200000 i 4500", force_utf8=True)
    fields = [
        Field("001", data=number),
        Field("008", data=f"010101s2001    xx            000 0 {form.language} d"),
        *_described(form, articles),
        _field("264", " 1", a="[Place of publication not identified] :", b="[publisher not identified],", c="2001."),
        *_native(form, articles),
    ]  # fmt: skip
    made.add_field(*fields)  # type: ignore[no-untyped-call] # of pymarc
    return made


def _described(form: Form, articles: tuple[str, ...]) -> Iterator[Field]:
    if form.field == "author":
        yield _field("100", "1 ", a=form.text)
        yield _field("245", "10", a="Works.")
    elif form.romanised:
        yield _field("245", "00", **{"6": "880-01", "a": form.romanised})
    else:
        yield _field("245", f"0{_skipped(form.text, articles)}", a=form.text)


def _native(form: Form, articles: tuple[str, ...]) -> Iterator[Field]:
    if form.romanised:
        indicators = f"0{_skipped(form.text, articles)}"
        yield _field("880", indicators, **{"6": f"245-01/{LINK_OF_CJK}", "a": form.text})


def _skipped(text: str, articles: tuple[str, ...]) -> int:
    """How many characters an initial article takes."""
    return next((len(article) for article in articles if text.startswith(article)), 0)


def _field(tag: str, indicators: str, **subfields: str) -> Field:
    return Field(
        tag,
        indicators=Indicators(*indicators),
        subfields=[Subfield(code, value) for code, value in subfields.items()],
    )
