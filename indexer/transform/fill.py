"""Puts the values of a field into the tiers of its index type, each where it fits."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from base.errors import ConfigurationFailure
from mappings.keys import KEYS
from mappings.scripts import has_cjk, has_hangul, has_kana, has_latin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from indexer.transform.readings import Pair, Readings
    from mappings.model import Catalogue, Field, Fill, Tier

# Names take every CJK tier whatever the language of the record: 夏目漱石 in a Chinese record. They
# take the German folds too, and no stems.
_NAME = "name"
_JAPANESE, _KOREAN = "jpn", "kor"
_LANGUAGE_FILLS: Mapping[str, frozenset[Fill]] = {
    "eng": frozenset(("english",)),
    "ger": frozenset(("german", "german_words")),
    "fre": frozenset(("french",)),
}
_READINGS: frozenset[Fill] = frozenset(("romanised", "derived", "hangul"))
_STEMMED: frozenset[Fill] = frozenset(("english", "german_words", "french"))


class Value(NamedTuple):
    """A value and, where it starts with an article, the same from its filing word on.

    ``pair`` says what it is to other forms of the same statement, where there are any.
    """

    text: str
    filing: str = ""
    pair: Pair | None = None


class Scripts(NamedTuple):
    """Which scripts a text holds."""

    latin: bool
    cjk: bool
    kana: bool
    hangul: bool


_ASCII_WORDS = Scripts(latin=True, cjk=False, kana=False, hangul=False)


def scripts_of(text: str) -> Scripts:
    """The scripts of a text."""
    if text.isascii():
        return _ASCII_WORDS if has_latin(text) else Scripts(False, False, False, False)
    cjk = has_cjk(text)
    return Scripts(
        latin=has_latin(text),
        cjk=cjk,
        kana=cjk and has_kana(text),
        hangul=cjk and has_hangul(text),
    )


class Target(NamedTuple):
    """A property to fill: with which values, and through which key function."""

    property: str
    fill: Fill
    key: Callable[[str], str] | None


class Filler:
    """The tiers of one field, compiled. Multi-fields are Elasticsearch's to fill."""

    __slots__ = ("_in_headings", "_is_name", "_targets", "single")

    def __init__(self, name: str, field: Field, catalogue: Catalogue) -> None:
        tiers = [catalogue.tiers[tier] for tier in catalogue.types[field.type].tiers]
        self._targets = tuple(_target(name, t) for t in tiers if "." not in t.property)
        self._is_name = field.type == _NAME
        self._in_headings = any(spec.startswith("6") for spec in field.marc)
        self.single = not self._targets[0].property

    def fill(
        self, values: Sequence[Value], readings: Readings, scripts: dict[str, Scripts]
    ) -> dict[str, list[str]]:
        """The properties that get a value, each a list without duplicates.

        Args:
            values: distinct values.
            readings: of the record, with its languages: they tell which tiers a text gets.
            scripts: what is known of texts of this record; added to.
        """
        if readings.silent and all(value.text.isascii() for value in values):
            return self._fill_ascii(values, _latin_fills(readings.languages, self._is_name))
        fills = _latin_fills(readings.languages, self._is_name)
        known = [(value, _known(value.text, scripts)) for value in values]
        found: dict[str, list[str]] = {}
        for name, fill, key in self._targets:
            if key:
                texts = _keys(values, key)
            elif fill in _READINGS:
                texts = list(dict.fromkeys(self._read(fill, known, readings)))
            else:
                texts = [v.text for v, s in known if self._fits(fill, v, s, readings, fills)]
            if texts:
                found[name] = texts
        return found

    def _fill_ascii(self, values: Sequence[Value], fills: frozenset[Fill]) -> dict[str, list[str]]:
        found = {}
        latin: list[str] | None = None
        for name, fill, key in self._targets:
            if key:
                texts = _keys(values, key)
            elif fill == "always":
                texts = [value.text for value in values]
            elif fill in fills:
                if latin is None:
                    latin = [value.text for value in values if has_latin(value.text)]
                texts = latin
            else:
                continue
            if texts:
                found[name] = texts
        return found

    def _fits(
        self, fill: Fill, value: Value, scripts: Scripts, readings: Readings, fills: frozenset[Fill]
    ) -> bool:
        if fill in fills:
            is_reading = value.pair is not None and value.pair.side == "reading"
            return scripts.latin and not (is_reading and fill in _STEMMED)
        if fill == "always":
            return True
        if fill == "cjk":
            return scripts.cjk
        if fill == "ja":
            wanted = scripts.kana or _JAPANESE in readings.languages
        elif fill == "ko":
            wanted = scripts.hangul or _KOREAN in readings.languages
        else:
            return False
        return scripts.cjk and (self._is_name or wanted)

    def _read(
        self, fill: Fill, known: Sequence[tuple[Value, Scripts]], readings: Readings
    ) -> Iterator[str]:
        """The readings of values that a tier of them gets."""
        for (text, _, pair), scripts in known:
            if fill == "romanised":
                if pair or (scripts.latin and not readings.silent):
                    yield from readings.recorded(text, pair, in_headings=self._in_headings)
            elif scripts.cjk:
                if fill == "hangul":
                    yield from readings.hangul(text)
                else:
                    yield from readings.derived(text, pair, is_name=self._is_name)


@lru_cache(maxsize=1024)
def _latin_fills(languages: tuple[str, ...], is_name: bool) -> frozenset[Fill]:
    """Which fills a value in Latin letters gets."""
    fills: set[Fill] = {"latin", "german"} if is_name else {"latin"}
    if not is_name:
        fills.update(*(_LANGUAGE_FILLS.get(code, ()) for code in languages))
    return frozenset(fills)


def _known(text: str, scripts: dict[str, Scripts]) -> Scripts:
    found = scripts.get(text)
    if found is None:
        found = scripts[text] = scripts_of(text)
    return found


def _keys(values: Sequence[Value], key: Callable[[str], str]) -> list[str]:
    keys: dict[str, None] = {}
    for text, filing, _ in values:
        keys[key(text)] = None
        if filing:
            keys[key(filing)] = None
    keys.pop("", None)
    return list(keys)


def _target(name: str, tier: Tier) -> Target:
    key = KEYS.get(tier.key) if tier.key else None
    if tier.key and key is None:
        raise ConfigurationFailure(
            f"mappings/index_types.yaml: the tier of {name}.{tier.property} names the key function"
            f" {tier.key!r}, which does not exist",
            hint=f"The key functions are {', '.join(KEYS)}.",
        )
    return Target(tier.property, tier.fill, lru_cache(maxsize=512)(key) if key else None)
