"""Names and subjects in heading form: agents, statement of responsibility, 6XX."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

import msgspec

from base.errors import ConfigurationFailure
from demo.drafts import Draft, closed, edit, joined
from demo.tables import Role, tables
from demo.works import Agent, Edition, Name, Names, Text, Words, is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.tables import Practice

DATES = re.compile(
    r"^(?P<name>.+), (?P<dates>(?:approximately |active |born |died )?(?:-?\d{1,4})\S*"
    r"(?:(?: or |-approximately | )\S+)*)$"
)
FAMILY_FIRST = ("chi", "jpn", "kor")
TAGS = {"person": "00", "corporate": "10", "meeting": "11"}


class UnknownWord(ConfigurationFailure):
    """A work names a role, a language or a place that the tables do not have."""

    code = "sample-word"


class Heading(msgspec.Struct, frozen=True):
    """An agent with every form of its name, its dates, and its role as words and code."""

    name: Text
    dates: str
    kind: str
    term: str
    role: Role


def agents(edition: Edition, names: Names) -> list[Heading]:
    """The edition's people and bodies, in their order.

    Raises:
        UnknownWord: a role that ``practices.yaml`` does not list.
    """
    return [_heading(edition, written, names) for written in edition.people]


def main_entry(headings: list[Heading]) -> Heading | None:
    """The agent of the 1XX field: the first one, when it created the work."""
    return headings[0] if headings and headings[0].role.creator else None


def access_point(tag: str, heading: Heading, practice: Practice) -> Draft:
    """A 1XX or 7XX field; ``tag`` is its first digit."""
    inverted = "," in (heading.name.rom or heading.name.text)
    first = "1" if inverted else "0"
    if heading.kind != "person":
        first = _body_indicator(heading.name.text)
    return Draft(tag + TAGS[heading.kind], f"{first} ", tuple(_name_subfields(heading, practice)))


def responsibility(edition: Edition, headings: list[Heading]) -> Text:
    """The statement of responsibility: as written, else made of the agents and their roles."""
    if edition.resp:
        return edition.resp if isinstance(edition.resp, Text) else Text(edition.resp)
    wording = _Wording(edition)
    groups = [
        wording.statement(list(group))
        for _, group in groupby(headings, key=lambda heading: heading.term)
    ]
    return joined([group for group in groups if group.text], " ; ")


def subject(written: str) -> Draft:
    """One LCSH heading in the notation of the works (see ``works/README.md``) as a 6XX field."""
    kind, colon, rest = written.partition(": ")
    if not colon or kind not in _SUBJECTS:
        kind, rest = "topic", written
    base, *subdivisions = rest.split("--")
    tag, first = _SUBJECTS[kind]
    if kind == "body":
        first = _body_indicator(base)
    subfields = _named(base, kind) if kind in ("person", "body") else [("a", base)]
    subfields += [(_subdivision(part), part) for part in subdivisions]
    if kind == "person" and "," not in base.split(" / ")[0]:
        first = "0"
    *others, (code, last) = subfields
    ready = [*others, (code, closed(Text(last), ".").text)]
    return Draft(tag, first + "0", tuple((code, Text(text)) for code, text in ready))


def established(words: Words, section: dict[str, Name]) -> Text:
    """The words with the forms that ``names.yaml`` gives for them."""
    if isinstance(words, Text):
        return words
    name = section.get(words)
    return Text(words, name.rom, name.wg, name.kana) if name and is_cjk(words) else Text(words)


_SUBJECTS = {
    "topic": ("650", " "),
    "place": ("651", " "),
    "person": ("600", "1"),
    "body": ("610", "2"),
    "title": ("630", "0"),
}


def _heading(edition: Edition, written: str | Agent, names: Names) -> Heading:
    if isinstance(written, str):
        name, _, term = written.partition("; ")
        written = Agent(name, term)
    known = names.people.get(written.name, Name())
    found = DATES.match(written.name)
    term = written.role or "author"
    role = tables().roles.get(term)
    if role is None:
        raise UnknownWord(
            f"{edition.id}: no role {term!r}", hint="Use one of `roles` in demo/practices.yaml."
        )
    return Heading(
        name=Text(
            found["name"] if found else written.name,
            written.rom or known.rom,
            written.wg or known.wg,
            written.kana or known.kana,
        ),
        dates=written.dates or known.dates or (found["dates"] if found else ""),
        kind=written.kind or known.kind,
        term=term,
        role=role,
    )


def _name_subfields(heading: Heading, practice: Practice) -> Iterator[tuple[str, Text]]:
    with_term = practice.relators == "term"
    *above, (lowest, name) = _name_parts(heading)
    yield from above
    marks = [
        (lowest, name, "," if heading.dates or with_term else "."),
        ("d", Text(heading.dates), "," if with_term else "."),
        ("e", Text(heading.term if with_term else ""), "."),
    ]
    for code, words, mark in marks:
        if words.text:
            yield code, _marked(words, mark)
    if practice.relators == "code":
        yield "4", Text(heading.role.code)


def _body_indicator(name: str) -> str:
    """First indicator of X10: 1 where the name is or begins with a jurisdiction, else 2."""
    return "1" if name.split(". ", maxsplit=1)[0] in tables().jurisdictions else "2"


def _units(name: str) -> list[tuple[str, str]]:
    """A body's name in $a, the bodies below it in $b, with the full stops between them."""
    *above, last = name.split(". ")
    parts = [*(f"{part}." for part in above), last]
    return [("b" if place else "a", part) for place, part in enumerate(parts)]


def _name_parts(heading: Heading) -> list[tuple[str, Text]]:
    units = _units(heading.name.text)
    if heading.kind != "corporate" or len(units) == 1:
        return [("a", heading.name)]
    return [(code, Text(part)) for code, part in units]


def _marked(words: Text, mark: str) -> Text:
    if mark == "," and words.text.endswith("-"):
        return words
    return edit(words, after=mark) if mark == "," else closed(words, mark)


class _Wording:
    """Statements of responsibility in the language of one edition."""

    def __init__(self, edition: Edition) -> None:
        self.language = edition.lang or "eng"
        self.hans = edition.script == "hans"

    def statement(self, group: list[Heading]) -> Text:
        """The agents of one role, with the words for what they did."""
        role, listed = group[0].role, joined([self.direct(heading) for heading in group], ", ")
        if self.language in FAMILY_FIRST:
            term = (role.hans if self.hans else None) or getattr(role, self.language)
            return _suffixed(listed, term) if term else Text("")
        if group[0].term in ("issuing body", "publisher"):
            return Text("")
        before, _, after = getattr(role, self.language, role.eng).partition("{}")
        return edit(listed, before, after)

    def direct(self, heading: Heading) -> Text:
        """The name in direct order."""
        name = heading.name
        if self.language in FAMILY_FIRST or heading.kind != "person" or is_cjk(name.text):
            forms = (name.text, name.rom, name.wg, name.kana)
            return Text(*(form.replace(",", "") for form in forms))
        family, comma, given = name.text.partition(", ")
        return Text(f"{given} {family}" if comma else family)


def _suffixed(words: Text, term: Text) -> Text:
    return Text(
        words.text + term.text,
        f"{words.rom} {term.rom}" if words.rom else "",
        f"{words.wg} {term.wg or term.rom}" if words.wg else "",
    )


def _named(base: str, kind: str) -> list[tuple[str, str]]:
    name, slash, title = base.partition(" / ")
    found = DATES.match(name) if kind == "person" else None
    parts = _units(name) if kind == "body" else [("a", name)]
    if found:
        parts = [("a", f"{found['name']},"), ("d", found["dates"])]
    if slash:
        code, last = parts[-1]
        parts[-1] = (code, closed(Text(last), ".").text)
        parts.append(("t", title))
    return parts


def _subdivision(part: str) -> str:
    for code, parts in tables().subdivisions.items():
        if part in parts:
            return code
    return "y" if re.search(r"\d|century|dynasty", part) else "x"
