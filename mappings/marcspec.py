"""MARC specs: where in a record the values of a field are.

245abk        subfields a, b and k of every 245, joined by a space
245           every subfield
264|*1|b      subfield b where the second indicator is 1 (``*`` any, ``#`` or a space: blank)
008[35-37]    bytes 35 to 37 of a control field, counted from 0; ``LDR`` is the leader
100a:700a     the one or the other: each is a spec of its own
"""

from __future__ import annotations

import re

import msgspec

from base.errors import ConfigurationFailure

_spec = re.compile(
    r"(?P<tag>LDR|[0-9A-Z]{3})(?:\|(?P<first>[*# 0-9a-z])(?P<second>[*# 0-9a-z])\|)?"
    r"(?:(?P<codes>[0-9a-z]*)|\[(?P<start>\d{1,5})(?:-(?P<last>\d{1,5}))?\])"
).fullmatch
_LAST_CONTROL = "010"


class SpecError(ConfigurationFailure):
    """A spec is not of the grammar."""

    code = "marc-spec"


class MarcSpec(msgspec.Struct, frozen=True):
    """One alternative of a spec.

    ``codes`` are the subfield codes, empty for all; ``indicators`` are two characters, ``*`` for
    any and a space for blank; ``slice`` is start and end (exclusive) of bytes of a control field.
    """

    tag: str
    codes: str = ""
    indicators: str = "**"
    slice: tuple[int, int] | None = None

    @property
    def is_control(self) -> bool:
        """Whether the tag is the leader or a control field (001 to 009), without subfields."""
        return self.tag == "LDR" or self.tag < _LAST_CONTROL

    def matches(self, first: str, second: str) -> bool:
        """Whether a field with these two indicators is meant."""
        return self.indicators == "**" or (
            self.indicators[0] in {"*", first} and self.indicators[1] in {"*", second}
        )

    def __str__(self) -> str:
        if self.slice:
            start, end = self.slice
            return f"{self.tag}[{start}]" if end == start + 1 else f"{self.tag}[{start}-{end - 1}]"
        indicators = self.indicators.replace(" ", "#")
        return self.tag + ("" if indicators == "**" else f"|{indicators}|") + self.codes


def parse_spec(text: str) -> tuple[MarcSpec, ...]:
    """The alternatives of a spec such as ``100a:700a``, in order.

    Raises:
        SpecError: not of the grammar, a slice of a data field, or indicators or subfields of a
            control field.
    """
    return tuple(_parse_one(part, text) for part in text.split(":"))


def _parse_one(part: str, whole: str) -> MarcSpec:
    match = _spec(part)
    if not match:
        raise _error(whole, f"{part!r} is not a MARC spec")
    tag, codes = match["tag"], match["codes"] or ""
    indicators = ((match["first"] or "*") + (match["second"] or "*")).replace("#", " ")
    spec = MarcSpec(tag, codes, indicators, _slice(match["start"], match["last"], whole))
    if spec.is_control and (codes or indicators != "**"):
        raise _error(whole, f"{tag} has no indicators and no subfields")
    if spec.slice and not spec.is_control:
        raise _error(whole, f"{tag} is not a control field: it has no bytes to count")
    if len(set(codes)) != len(codes):
        raise _error(whole, f"{part!r} names a subfield twice")
    return spec


def _slice(start: str | None, last: str | None, whole: str) -> tuple[int, int] | None:
    if start is None:
        return None
    end = int(last or start) + 1
    if end <= int(start):
        raise _error(whole, "the slice ends before it starts")
    return int(start), end


def _error(whole: str, problem: str) -> SpecError:
    return SpecError(
        f"MARC spec {whole!r}: {problem}",
        hint="Specs look like 245abk, 264|*1|b, 008[35-37] or 100a:700a.",
    )
