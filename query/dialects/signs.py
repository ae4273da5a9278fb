"""Our signs of truncation as a target has them; what it lacks is made wider, and said."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from query.dialects.terms import OURS
from query.terms import truncated_words

if TYPE_CHECKING:
    from query.context import Context
    from query.dialects.model import Dialect
    from query.tree import Span

_ANY, _OPTIONAL = OURS["any"], OURS["optional"]
_OURS = re.escape("".join(OURS.values()))
_INSIDE = rf"[^{_OURS}][{_OURS}]+[^{_OURS}]"
_OPTIONALS = re.compile(rf"{re.escape(_OPTIONAL)}+\Z")


_SHORT = re.compile(rf"\w{re.escape(_ANY)}")


def truncates(text: str) -> bool:
    """Whether a phrase holds truncated words, of however few letters (``smith j*``).

    Our own language leaves out a truncation of too few letters; another may have it.
    """
    return bool(_SHORT.search(text) or truncated_words(text))


class Signs:
    """Writes truncated words for one target."""

    def __init__(self, dialect: Dialect, context: Context) -> None:
        self.dialect = dialect
        self.context = context
        self.signs: dict[str, str] = {}
        for sign, meaning in dialect.rules.wildcards.value.items():
            self.signs.setdefault(OURS[meaning], sign)

    def write(self, text: str, span: Span) -> str:
        """A word with our signs as the target writes it."""
        written = self._limited(text) or self._each(self._fitting(text))
        if not self._same(written, text):
            message = f"“{text}” was written {written}: {self.dialect.title} has no such truncation"
            code = "lost-left-truncation" if self._left(text, written) else "lost-wildcard"
            self.context.notes.warn(code, message, span)
        return written

    def words(self, text: str, span: Span) -> str:
        """Each truncated word of a phrase; where phrases are not truncated, none is."""
        if self.dialect.rules.truncation.value.phrases:
            return " ".join(
                self.write(word, span) if _signed(word) else word for word in text.split()
            )
        plain = " ".join(re.sub(rf"[{_OURS}]", "", text).split())
        message = (
            f"“{text}” was written {plain}: {self.dialect.title} truncates no word of a phrase"
        )
        self.context.notes.warn("lost-wildcard", message, span)
        return plain

    def _limited(self, text: str) -> str | None:
        """``child##`` as ``child$2``, where the target counts characters."""
        limited, found = self.dialect.rules.limited, _OPTIONALS.search(text)
        if limited is None or found is None or _signed(text[: found.start()]):
            return None
        return f"{text[: found.start()]}{limited.value}{len(found[0])}"

    def _fitting(self, text: str) -> str:
        """The text with the signs alone that the target has, in places where it has them."""
        rule = self.dialect.rules.truncation.value
        if rule.start is None or _letters_behind(text) < rule.start:
            text = text.lstrip("".join(OURS.values()))
        text = "".join(
            character if character not in OURS.values() or character in self.signs else _ANY
            for character in text
        )
        head = re.split(rf"(?<=.)[{_OURS}]", text, maxsplit=1)[0]
        inside = bool(re.search(_INSIDE, text))
        if inside and (rule.inside is None or len(head) < rule.inside):
            text = f"{head}{_ANY}"
        at_end = text[-1:] in self.signs and not re.search(_INSIDE, text)
        letters = head.strip("".join(OURS.values()))
        if at_end and (rule.end is None or len(letters) < rule.end):
            text = text.rstrip("".join(OURS.values()))
        return re.sub(rf"{re.escape(_ANY)}{{2,}}", _ANY, text)

    def _each(self, text: str) -> str:
        return "".join(self.signs.get(character, character) for character in text)

    def _same(self, written: str, text: str) -> bool:
        from query.dialects.terms import with_our_signs

        return (with_our_signs(written, self.dialect) or written) == text

    @staticmethod
    def _left(text: str, written: str) -> bool:
        return text[:1] in OURS.values() and written[:1] == text.lstrip("".join(OURS.values()))[:1]


def _signed(text: str) -> bool:
    return any(sign in text for sign in OURS.values())


def _letters_behind(text: str) -> int:
    return sum(character.isalnum() for character in text.lstrip("".join(OURS.values())))
