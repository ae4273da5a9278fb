"""Coded data of a record: leader, 006, 007, 008, and the RDA types that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from demo.tables import tables

if TYPE_CHECKING:
    from demo.tables import Practice, Term
    from demo.works import Edition

ONLINE_006, ONLINE_007 = "m     o  d        ", "cr |||||||||||"
ONLINE_CARRIER: Term = ("online resource", "cr")


def is_online(edition: Edition) -> bool:
    """Whether the edition is read over the network."""
    return edition.online or edition.type == "electronic"


def is_rda(edition: Edition, practice: Practice) -> bool:
    """Whether the library described it by RDA, by its year of publication (AACR2 before)."""
    return int(edition.year[:4]) >= practice.rda_from


def leader(edition: Edition, practice: Practice) -> str:
    """The leader with zero lengths; the writer fills them in."""
    kind, level = tuple(tables().forms[edition.type or "book"].leader)
    if edition.spoken:
        kind = "i"
    if edition.type == "article" and not _in_serial(edition):
        level = "a"
    archival = "a" if edition.type == "archive" else " "
    rules = "i" if is_rda(edition, practice) else "a"
    if not practice.punctuation:
        rules = "c"
    return f"00000c{kind}{level}{archival}a2200000 {rules} 4500"


def number(edition: Edition, institution: str, *, digits: int = 8) -> int:
    """A number that depends only on the edition's id and the library: control numbers, barcodes."""
    modulus: int = 10**digits
    return crc32(f"{edition.id}|{institution}".encode()) % modulus


def entered(edition: Edition, institution: str) -> str:
    """A date (``yymmdd``) on which the library may have catalogued the edition."""
    roll = number(edition, institution)
    year = max(int(edition.year[:4]) + roll % 3, 1984 + roll % 11)
    return f"{year % 100:02d}{roll // 11 % 12 + 1:02d}{roll // 132 % 28 + 1:02d}"


def field_008(edition: Edition, institution: str, country: str) -> str:
    """The 40 positions of 008; ``country`` is the MARC code."""
    kind, date1, date2 = _dates(edition)
    body = _body(edition)
    language = edition.lang or "und"
    return f"{entered(edition, institution)}{kind}{date1}{date2}{country:<3}{body}{language} d"


def field_006(edition: Edition) -> str:
    """006 of online resources, else empty."""
    return ONLINE_006 if is_online(edition) else ""


def fields_007(edition: Edition) -> list[str]:
    """007 of the carrier, the kind of material, and online access."""
    known = tables()
    carrier = known.carriers.get(edition.carrier)
    value = carrier.field007 if carrier else known.forms[edition.type or "book"].field007
    values = [value.replace("C", "c" if edition.colour else "b")] if value else []
    return [*values, ONLINE_007] if is_online(edition) else values


def rda_types(edition: Edition) -> tuple[Term, Term, Term]:
    """Content, media and carrier type (336, 337, 338)."""
    form = tables().forms[edition.type or "book"]
    carrier = tables().carriers.get(edition.carrier)
    content = ("spoken word", "spw") if edition.spoken else form.content
    if is_online(edition):
        return content, ("computer", "c"), ONLINE_CARRIER
    return content, form.media, carrier.carrier if carrier else form.carrier


def _in_serial(edition: Edition) -> bool:
    return any(link.kind == "host" and not link.isbn for link in edition.links)


def _dates(edition: Edition) -> tuple[str, str, str]:
    first, dash, last = edition.year.partition("-")
    if edition.type == "journal":
        return ("d", first, last) if last else ("c", first, "9999")
    if not dash:
        return "s", first, "    "
    return ("i" if edition.type == "archive" else "m"), first, last or "9999"


def _body(edition: Edition) -> str:
    known = tables()
    letters = {
        "I": "a" if edition.illustrated else " ",
        "F": next(
            (
                known.literary_forms[genre]
                for genre in edition.genres
                if genre in known.literary_forms
            ),
            "0",
        ),
        "O": "o" if is_online(edition) else " ",
        "Q": known.frequencies.get(edition.frequency, "u"),
        "A": known.alphabets.get(edition.lang or "", "a"),
    }
    return "".join(letters.get(char, char) for char in known.forms[edition.type or "book"].body)
