"""Fields as the facts give them: in every script at once, before a library's practice picks."""

from __future__ import annotations

import msgspec

from demo.works import Text, Words, is_cjk


class Draft(msgspec.Struct, frozen=True):
    """A MARC field whose subfields hold all the script forms of their words.

    ``skip`` is the second indicator (non-filing characters) of the Latin-script form of a title.
    """

    tag: str
    indicators: str
    subfields: tuple[tuple[str, Text], ...]
    skip: int = 0

    @property
    def is_cjk(self) -> bool:
        """Whether any subfield is in Han, kana or hangul."""
        return any(is_cjk(words.text) for _, words in self.subfields)

    def has(self, form: str) -> bool:
        """Whether every subfield that needs ``form`` (``rom``, ``kana``) has it."""
        return all(getattr(words, form) for _, words in self.subfields if is_cjk(words.text))

    def reading(self) -> Draft | None:
        """The field with the subfields only that have a kana reading or need none; None without any.

        The statement of responsibility and the imprint have no readings in Japanese practice.
        """
        kept = [
            (code, words) for code, words in self.subfields if words.kana or not is_cjk(words.text)
        ]
        if self.subfields[0] not in kept or not any(words.kana for _, words in kept):
            return None
        if len(kept) < len(self.subfields):
            code, last = kept[-1]
            kept[-1] = (code, Text(last.text, kana=last.kana.rstrip(" /:;=.,")))
        return Draft(self.tag, self.indicators, tuple(kept))


def plain(words: Words) -> Text:
    """The words as a Text, with no other form where a string was written."""
    return Text(words) if isinstance(words, str) else words


def edit(words: Text, before: str = "", after: str = "") -> Text:
    """The words with Latin text put around each form that there is."""
    forms = (words.text, words.rom, words.wg, words.kana)
    return Text(*(f"{before}{form}{after}" if form else "" for form in forms))


def joined(parts: list[Text], separator: str = " ") -> Text:
    """The parts one after another; a form that some CJK part lacks is left empty."""
    cjk = any(is_cjk(part.text) for part in parts)
    forms = {
        form: separator.join(getattr(part, form) or _latin(part) for part in parts)
        for form in ("rom", "wg", "kana")
        if cjk and all(getattr(part, form) or _latin(part) for part in parts)
    }
    return Text(separator.join(part.text for part in parts), **forms)


def described(
    tag: str, indicators: str, parts: list[tuple[str, str, Text]], end: str, *, punctuation: bool
) -> Draft:
    """A field of the description with ISBD punctuation.

    Args:
        tag: the field's tag.
        indicators: both indicators.
        parts: subfield code, the punctuation that goes before it (at the end of the one before),
            words; parts without words are left out.
        end: punctuation at the end of the field, left out where it would be doubled.
        punctuation: False writes no punctuation at the end of subfields (leader/18 ``c``).
    """
    parts = [part for part in parts if part[2].text]
    marks = [mark for _, mark, _ in parts[1:]] + [end]
    subfields = tuple(
        (code, closed(words, mark) if punctuation else words)
        for (code, _, words), mark in zip(parts, marks, strict=True)
    )
    return Draft(tag, indicators, subfields)


def closed(words: Text, mark: str) -> Text:
    """Each form with the mark at its end; a full stop is not written after ``. ? ! - )``."""
    forms = (words.text, words.rom, words.wg, words.kana)
    return Text(*(_close(form, mark) if form else "" for form in forms))


def _close(form: str, mark: str) -> str:
    doubled = mark.startswith((".", ",")) and form.endswith((".", "?", "!", "-", ")"))
    return form if doubled and mark == "." else form + mark


def _latin(part: Text) -> str:
    return "" if is_cjk(part.text) else part.text
