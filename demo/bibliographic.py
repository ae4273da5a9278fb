"""The description of one edition by one library: every field except coded data and holdings."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import msgspec

from demo import coded, headings
from demo.drafts import Draft, described, edit, joined, plain
from demo.tables import tables
from demo.works import Text, is_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from demo.headings import Heading
    from demo.tables import Practice
    from demo.works import Edition, Names, Words

LINKS = {
    "original": "765",
    "translation": "767",
    "host": "773",
    "edition": "775",
    "form": "776",
    "preceding": "780",
    "succeeding": "785",
    "related": "787",
}


class Desk(msgspec.Struct, frozen=True):
    """What a cataloguer has in hand: the edition, the library's practice, the name authorities."""

    edition: Edition
    institution: str
    practice: Practice
    names: Names
    agents: tuple[Heading, ...]

    @property
    def main_entry(self) -> Heading | None:
        """The agent of the 1XX field."""
        return headings.main_entry(list(self.agents))

    @property
    def rda(self) -> bool:
        """Whether the description follows RDA."""
        return coded.is_rda(self.edition, self.practice)

    @property
    def style(self) -> str:
        """How this record writes CJK: the library's practice, or an older one."""
        practice, year = self.practice, int(self.edition.year[:4])
        title = plain(self.edition.title)
        if year < practice.wade_giles_before and title.wg:
            return "wade-giles"
        if year < practice.romanised_before:
            return "romanised"
        by_language = {"jpn": practice.japanese, "kor": practice.korean}
        return by_language.get(self.edition.lang or "", practice.chinese)


def desk(edition: Edition, institution: str, practice: Practice, names: Names) -> Desk:
    """A desk with the edition's agents looked up."""
    return Desk(edition, institution, practice, names, tuple(headings.agents(edition, names)))


def drafts(at: Desk) -> Iterator[Draft]:
    """Every descriptive field in no particular order."""
    yield from _identifiers(at)
    yield from _languages(at)
    yield from _classification(at)
    yield from _access_points(at)
    yield from _titles(at)
    yield from _imprint(at)
    yield from _physical(at)
    yield from _series(at)
    yield from _notes(at)
    yield from _subjects(at)
    yield from _links(at)
    if at.edition.url:
        yield _latin("856", "40", ("u", at.edition.url))


def shelf_mark(at: Desk) -> tuple[str, str]:
    """The class and the library's own mark: ``("PL2727.S2", "1982")``."""
    base, _, item = at.edition.lcc.partition(" ")
    if item.startswith("."):
        base, item = f"{base} {item}", ""
    if not item and not re.search(r"\.[A-Z]\d", base):
        item = f".{cutter(_filing_word(at), at.practice.cutter_digits)}"
        return base, f"{item} {at.edition.year[:4]}"
    return base, f"{item} {at.edition.year[:4]}".strip()


def cutter(word: str, digits: int) -> str:
    """A Cutter number by LC's Classification and Shelflisting Manual, G 63 (without Q's own rule).

    Args:
        word: the filing word; only its Latin letters count, without their marks.
        digits: how many digits the library writes.
    """
    folded = unicodedata.normalize("NFD", word.lower())
    letters = re.sub("[^a-z]", "", folded) or "x"
    table = tables().cutter
    first = (
        table.vowel if letters[0] in "aeiou" else table.s if letters[0] == "s" else table.consonant
    )
    rows = [first, *[table.later] * (len(letters) - 2)]
    numbers = [_digit(letter, row) for letter, row in zip(letters[1:], rows, strict=False)]
    return letters[0].upper() + "".join(numbers or ["2"])[:digits]


def _digit(letter: str, row: dict[str, int]) -> str:
    return str(
        max((digit for mark, digit in row.items() if mark <= letter), default=min(row.values()))
    )


def _filing_word(at: Desk) -> str:
    words = at.main_entry.name if at.main_entry else plain(at.edition.title)
    return words.rom or words.text[at.edition.nonfiling if not at.main_entry else 0 :]


def _latin(tag: str, indicators: str, *subfields: tuple[str, str]) -> Draft:
    return Draft(tag, indicators, tuple((code, Text(value)) for code, value in subfields if value))


def _identifiers(at: Desk) -> Iterator[Draft]:
    edition = at.edition
    if edition.lccn:
        yield _latin("010", "  ", ("a", edition.lccn))
    for isbn in edition.isbn:
        yield _latin("020", "  ", ("a", isbn))
    for isbn in edition.isbn_other:
        yield _latin("020", "  ", ("z", isbn))
    if edition.issn:
        yield _latin("022", "  ", ("a", edition.issn))
    for number in edition.numbers:
        first = "0" if edition.type == "audio" else "3" if edition.type == "score" else "5"
        yield _latin("028", f"{first}2", ("a", number.number), ("b", number.source))
    rules = "rda" if at.rda else ""
    agency = at.institution
    yield _latin("040", "  ", ("a", agency), ("b", "eng"), ("e", rules), ("c", agency))


def _languages(at: Desk) -> Iterator[Draft]:
    edition = at.edition
    codes = edition.langs or (edition.lang or "und",)
    if edition.original or len(codes) > 1:
        first = "1" if edition.original else "0"
        subfields = [("a", code) for code in codes]
        yield _latin("041", f"{first} ", *subfields, ("h", edition.original or ""))


def _classification(at: Desk) -> Iterator[Draft]:
    if at.edition.lcc:
        base, mark = shelf_mark(at)
        tag, indicators = ("050", " 4") if at.rda else ("090", "  ")
        yield _latin(tag, indicators, ("a", base), ("b", mark))


def _access_points(at: Desk) -> Iterator[Draft]:
    main = at.main_entry
    if main:
        yield headings.access_point("1", main, at.practice)
    for agent in at.agents[1 if main else 0 :]:
        yield headings.access_point("7", agent, at.practice)


def _titles(at: Desk) -> Iterator[Draft]:
    edition, title = at.edition, plain(at.edition.title)
    subtitle = plain(edition.sub)
    parallel = subtitle.text.startswith("= ")
    if parallel:
        subtitle = Text(*(value.removeprefix("= ") for value in msgspec.structs.astuple(subtitle)))
    parts = [
        ("a", "", title),
        *_part(plain(edition.part)),
        ("b", " =" if parallel else " :", subtitle),
        ("c", " /", headings.responsibility(edition, list(at.agents))),
    ]
    first = "1" if at.main_entry else "0"
    main = described("245", f"{first}0", parts, ".", punctuation=at.practice.punctuation)
    yield Draft(main.tag, main.indicators, main.subfields, edition.nonfiling)
    yield from _uniform_title(at)
    if parallel:
        yield Draft("246", "31", (("a", subtitle),))
    for variant in edition.variants:
        if plain(variant).text == title.text:
            continue
        yield Draft("246", "3 ", (("a", plain(variant)),))


def _part(part: Text) -> list[tuple[str, str, Text]]:
    """Number and name of a part: ``Volume 1, The golden days`` is $n and $p, ``Volume 1`` $n only."""
    cut = [form.partition(", ") for form in msgspec.structs.astuple(part)]
    number, _, name = (Text(*forms) for forms in zip(*cut, strict=True))
    return [("n", ".", number), ("p", ",", name)]


def _uniform_title(at: Desk) -> Iterator[Draft]:
    uniform = plain(at.edition.uniform)
    if not uniform.text:
        return
    base, _, language = uniform.text.rpartition(". ")
    titled = base and language in tables().languages.values()
    tag, indicators = ("240", "10") if at.main_entry else ("130", "0 ")
    if not titled:
        yield Draft(tag, indicators, (("a", uniform),))
        return
    rom = uniform.rom.removesuffix(f". {language}")
    words = edit(Text(base, rom), after=".")
    yield Draft(tag, indicators, (("a", words), ("l", Text(language))))


def _imprint(at: Desk) -> Iterator[Draft]:
    edition, punctuation = at.edition, at.practice.punctuation
    if edition.edition:
        parts = [("a", "", plain(edition.edition))]
        yield described("250", "  ", parts, ".", punctuation=punctuation)
    place = headings.established(edition.place, at.names.places)
    publisher = headings.established(edition.publisher, at.names.publishers)
    tag, indicators = ("264", " 1") if at.rda else ("260", "  ")
    parts = [("a", "", place), ("b", " :", publisher), ("c", ",", Text(edition.year))]
    yield described(tag, indicators, parts, ".", punctuation=punctuation)
    if edition.frequency:
        yield _latin("310", "  ", ("a", edition.frequency))
    if edition.type == "journal" and edition.run:
        yield _latin("362", "1 ", ("a", f"Began with {edition.run.split(')')[0]})."))


def _physical(at: Desk) -> Iterator[Draft]:
    edition = at.edition
    extent = _extent(at)
    if extent.text:
        wording = "illustrations" if at.rda else "ill."
        parts = [
            ("a", "", extent),
            ("b", " :", Text(wording if edition.illustrated else "")),
            ("c", " ;", Text(f"{edition.size} cm" if edition.size else "")),
        ]
        yield described("300", "  ", parts, "", punctuation=at.practice.punctuation)
    if edition.scale:
        yield _latin("034", "1 ", ("a", "a"), ("b", str(edition.scale)))
        yield _latin("255", "  ", ("a", f"Scale 1:{edition.scale:,}."))
    if at.rda:
        types = zip(("336", "337", "338"), coded.rda_types(edition), strict=True)
        for tag, (term, code) in types:
            source = {"336": "rdacontent", "337": "rdamedia", "338": "rdacarrier"}[tag]
            yield _latin(tag, "  ", ("a", term), ("b", code), ("2", source))
    for medium in edition.medium:
        yield _latin("382", "01", ("a", medium), ("2", "lcmpt"))


def _extent(at: Desk) -> Text:
    edition, rda = at.edition, at.rda
    chinese = at.practice.chinese_wording and edition.lang == "chi"
    if edition.extent:
        return Text(edition.extent)
    if edition.pages:
        words = f"{edition.pages} {'pages' if rda else 'p.'}"
        if edition.type == "electronic":
            return Text(f"1 online resource ({words})")
        return Text(f"{edition.pages}頁") if chinese else Text(words)
    if edition.volumes:
        return Text(f"{edition.volumes}冊" if chinese else f"{edition.volumes} {_volumes(at)}")
    if edition.type == "journal":
        return Text("volumes" if rda else "v.")
    carrier = tables().carriers.get(edition.carrier)
    return Text(carrier.extent if carrier else tables().extents.get(edition.type or "book", ""))


def _volumes(at: Desk) -> str:
    if not at.rda:
        return "v."
    return "volumes" if at.edition.volumes > 1 else "volume"


def _series(at: Desk) -> Iterator[Draft]:
    for position, written in enumerate(at.edition.series):
        words = headings.established(written, at.names.publishers)
        number = Text(at.edition.series_number if position == 0 else "")
        parts = [("a", "", words), ("v", " ;", number)]
        traced = at.rda
        yield described(
            "490", "1 " if traced else "0 ", parts, "", punctuation=at.practice.punctuation
        )
        if traced:
            yield described("830", " 0", parts, ".", punctuation=True)


def _notes(at: Desk) -> Iterator[Draft]:
    edition = at.edition
    for note in edition.notes:
        yield _latin("500", "  ", ("a", note))
    if edition.contents:
        contents = joined([plain(words) for words in edition.contents], " -- ")
        yield Draft("505", "0 ", (("a", edit(contents, after=".")),))
    if edition.summary:
        yield _latin("520", "  ", ("a", edition.summary))
    if edition.original:
        known = tables().languages
        language, original = known.get(edition.lang or ""), known.get(edition.original)
        if language and original:
            yield _latin("546", "  ", ("a", f"{language}, translated from {original}."))


def _subjects(at: Desk) -> Iterator[Draft]:
    for written in at.edition.subjects[: at.practice.subjects]:
        yield headings.subject(written)
    if at.practice.local:
        for local in at.edition.local_subjects:
            source = (("2", Text("local")),) if at.practice.local == "7" else ()
            yield Draft("650", f" {at.practice.local}", (*_divided(local), *source))
    for genre in at.edition.genres:
        yield _latin("655", " 7", ("a", f"{genre}."), ("2", "lcgft"))


def _divided(heading: str) -> tuple[tuple[str, Text], ...]:
    base, *subdivisions = heading.split("--")
    return (("a", Text(base)), *(("x", Text(part)) for part in subdivisions))


def _links(at: Desk) -> Iterator[Draft]:
    for link in at.edition.links:
        title = _linked_title(link.title)
        yield Draft(
            LINKS[link.kind],
            "00" if link.kind in ("preceding", "succeeding") else "0 ",
            tuple(
                (code, words)
                for code, words in (
                    ("a", Text(link.author)),
                    ("t", title),
                    ("d", Text(link.imprint)),
                    ("g", Text(link.part)),
                    ("x", Text(link.issn)),
                    ("z", Text(link.isbn)),
                )
                if words.text
            ),
        )


def _linked_title(words: Words) -> Text:
    title = plain(words)
    # Linking fields name a title as it is filed: romanised where a form is known.
    return Text(title.rom) if is_cjk(title.text) and title.rom else title
