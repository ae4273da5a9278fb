"""What the record mapper makes of one value: a record is made around it and mapped as any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from base.errors import UsageFailure
from base.settings import Source
from indexer.transform import Transformer
from mappings import NORMALISERS, load_catalogue
from mappings.marcspec import parse_spec
from mappings.scripts import has_cjk, has_latin
from records.parsed import DELIMITER, Parsed

if TYPE_CHECKING:
    from mappings.model import Catalogue, Field

_LEADER = "00000nam a2200000 i 4500"
_SOURCE = Source(institution="HKU", files=("-",))
_TITLE = "245"  # without one no record is taken
_LANGUAGE_AT = 35  # of 008


class NoSuchTextField(UsageFailure):
    """The catalogue has no field of words by this name."""

    code = "no-such-field"


class NoSuchLanguage(UsageFailure):
    """No language is called so."""

    code = "no-such-language"


class NothingToAnalyse(UsageFailure):
    """A text without any word."""

    code = "nothing-to-analyse"


def field_named(name: str, catalogue: Catalogue) -> str:
    """The first field of words with this name, as the catalogue or a query names it.

    Raises:
        NoSuchTextField: there is none that takes its values from one place in MARC.
    """
    known = {n: f for n, f in catalogue.fields.items() if _is_text(f, catalogue)}
    wanted = name.casefold()
    if wanted in known:
        return wanted
    for found, field in known.items():
        if wanted in (each.casefold() for each in field.names):
            return found
    raise NoSuchTextField(
        f"there is no field of words named {name}", hint=f"Fields are {', '.join(known)}."
    )


def language_code(language: str) -> str:
    """The MARC code of a language that is named by its code or name; empty for none.

    Raises:
        NoSuchLanguage: there is none of this name.
    """
    code = NORMALISERS["language"](language) if language else ""
    if language and not code:
        raise NoSuchLanguage(
            f"there is no language {language}", hint="Name it as in a search: chi, or Chinese."
        )
    return code or ""


def check_words(text: str) -> None:
    """Refuse a text that has no word.

    Raises:
        NothingToAnalyse: there is no letter or digit.
    """
    if not has_cjk(text) and not has_latin(text):
        raise NothingToAnalyse("there is no letter or digit in the text", hint="Name some words.")


def sample_document(text: str, field: str, language: str = "") -> dict[str, Any]:
    """The document of a record in a language (a MARC code) that has the text in one field.

    Raises:
        NothingToAnalyse: the text has no letter.
    """
    check_words(text)
    catalogue = load_catalogue()
    spec = parse_spec(catalogue.fields[field].marc[0])[0]
    fixed = " " * _LANGUAGE_AT + (language or "und") + " d"
    data = _data(spec.indicators, spec.codes[0], text)
    fields = [("001", "1"), ("008", fixed), (spec.tag, data)]
    if not (spec.tag == _TITLE and "a" in spec.codes):
        fields.append((_TITLE, _data("00", "a", "-")))
    made = Transformer(catalogue, _SOURCE).transform(Parsed(_LEADER, fields))
    return made.document


def _data(indicators: str, code: str, text: str) -> str:
    return f"{indicators.replace('*', '0')}{DELIMITER}{code}{text.replace(DELIMITER, ' ')}"


def _is_text(field: Field, catalogue: Catalogue) -> bool:
    return bool(field.marc) and catalogue.types[field.type].query == "text"
