"""Puts the values of a field into the tiers of its index type, each where it fits."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from base.errors import ConfigurationFailure
from mappings.keys import KEYS
from mappings.scripts import has_cjk, has_hangul, has_kana, has_latin

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mappings.model import Catalogue, Field, Fill, Tier

# Names take every CJK tier whatever the language of the record: 夏目漱石 in a Chinese record.
_EVERY_CJK_TIER = "name"
_JAPANESE, _KOREAN = "jpn", "kor"


class Value(NamedTuple):
    """A value and, where it starts with an article, the same from its filing word on."""

    text: str
    filing: str = ""


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

    __slots__ = ("_every_cjk", "_targets", "single")

    def __init__(self, name: str, field: Field, catalogue: Catalogue) -> None:
        tiers = [catalogue.tiers[tier] for tier in catalogue.types[field.type].tiers]
        self._targets = tuple(_target(name, t) for t in tiers if "." not in t.property)
        self._every_cjk = field.type == _EVERY_CJK_TIER
        self.single = not self._targets[0].property

    def fill(
        self, values: Sequence[Value], languages: Sequence[str], scripts: dict[str, Scripts]
    ) -> dict[str, list[str]]:
        """The properties that get a value, each a list without duplicates.

        Args:
            values: distinct values.
            languages: MARC codes of the record: they tell which analyser a text in Han alone gets.
            scripts: what is known of texts of this record; added to.
        """
        if all(value.text.isascii() for value in values):
            return self._fill_ascii(values)
        known = [(value, _known(value.text, scripts)) for value in values]
        found: dict[str, list[str]] = {}
        for name, fill, key in self._targets:
            if key:
                texts = _keys(values, key)
            else:
                texts = [v.text for v, s in known if self._fits(fill, s, languages)]
            if texts:
                found[name] = texts
        return found

    def _fill_ascii(self, values: Sequence[Value]) -> dict[str, list[str]]:
        found = {}
        for name, fill, key in self._targets:
            if key:
                texts = _keys(values, key)
            elif fill == "latin":
                texts = [value.text for value in values if has_latin(value.text)]
            elif fill == "always":
                texts = [value.text for value in values]
            else:
                continue
            if texts:
                found[name] = texts
        return found

    def _fits(self, fill: Fill, scripts: Scripts, languages: Sequence[str]) -> bool:
        if fill == "latin":
            return scripts.latin
        if fill == "always":
            return True
        if fill == "cjk":
            return scripts.cjk
        if fill == "ja":
            return scripts.cjk and (self._every_cjk or scripts.kana or (_JAPANESE in languages))
        if fill == "ko":
            return scripts.cjk and (self._every_cjk or scripts.hangul or (_KOREAN in languages))
        return False


def _known(text: str, scripts: dict[str, Scripts]) -> Scripts:
    found = scripts.get(text)
    if found is None:
        found = scripts[text] = scripts_of(text)
    return found


def _keys(values: Sequence[Value], key: Callable[[str], str]) -> list[str]:
    keys: dict[str, None] = {}
    for text, filing in values:
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
    return Target(tier.property, tier.fill, lru_cache(maxsize=8192)(key) if key else None)
