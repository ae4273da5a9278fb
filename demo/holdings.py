"""What a library holds of an edition: 852 and 866, in the record or in one of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pymarc import Field, Indicators, Record, Subfield

from demo import bibliographic, coded

if TYPE_CHECKING:
    from demo.bibliographic import Desk

CJK_LANGUAGES = ("chi", "jpn", "kor")
MEDIA = ("audio", "video", "image", "map")
EARLY_COPY = 1990  # the first copy of libraries with two copies came out after this year


def fields(at: Desk) -> list[Field]:
    """852 of every copy, then 866 of a journal's run."""
    copies = [_copy(at, copy) for copy in range(1, _copies(at) + 1)]
    if at.edition.run:
        copies.append(Field("866", Indicators(" ", "0"), [Subfield("a", at.edition.run)]))
    return copies


def record(at: Desk, control_number: str) -> Record:
    """A holdings record (MARC 21 Format for Holdings Data) of the bibliographic record."""
    serial = at.edition.type == "journal"
    made = Record(leader=f"00000c{'y' if serial else 'x'}  a22000001n 4500", force_utf8=True)
    date = coded.entered(at.edition, at.institution)
    receipt = "4" if serial else "2"
    every = [
        Field("001", data=f"h{control_number}"),
        Field("004", data=control_number),
        Field("008", data=f"{date}{receipt}u    8   4001aaeng0{date}"),
        *fields(at),
    ]
    made.add_field(*every)  # type: ignore[no-untyped-call] # of pymarc
    return made


def _copies(at: Desk) -> int:
    borrowed = at.edition.type in ("book", "score") and int(at.edition.year[:4]) > EARLY_COPY
    return at.practice.copies if borrowed else 1


def _copy(at: Desk, copy: int) -> Field:
    base, mark = bibliographic.shelf_mark(at) if at.edition.lcc else ("", "")
    shelved = [("b", _location(at)), ("h", base), ("i", mark)]
    if at.practice.copies > 1 and not coded.is_online(at.edition):
        shelved.append(("t", str(copy)))
    if not coded.is_online(at.edition) and at.edition.type != "journal":
        barcode = coded.number(at.edition, f"{at.institution}/{copy}", digits=9)
        shelved.append(("p", f"3{barcode:010d}"))
    subfields = [Subfield(code, value) for code, value in shelved if value]
    return Field("852", Indicators("0" if base else "8", " "), subfields)


def _location(at: Desk) -> str:
    practice, edition = at.practice, at.edition
    if coded.is_online(edition):
        return "Online"
    if edition.type in MEDIA:
        return practice.media_location
    if edition.lang in CJK_LANGUAGES and practice.cjk_location:
        return practice.cjk_location
    return practice.location
