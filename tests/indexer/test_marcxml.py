"""MARCXML as it comes: prefixes, encodings, envelopes, damage."""

from __future__ import annotations

import io

import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.read.iso2709 import LONGEST
from indexer.read.marcxml import XmlStops, sniff, xml_records
from records.iso2709 import Damaged
from records.marcxml import serialise

RECORD = (
    "<{p}record><{p}leader>     nam a22     uu 4500</{p}leader>"
    '<{p}controlfield tag="001">{number}</{p}controlfield>'
    '<{p}datafield tag="245" ind1="1" ind2="0"><{p}subfield code="a">題名 é &amp; Co</{p}subfield>'
    "</{p}datafield></{p}record>"
)


def record(number, prefix=""):
    return RECORD.format(p=prefix, number=number)


def collection(*records, prefix="", declared=' xmlns="http://www.loc.gov/MARC21/slim"', head=""):
    return f"{head}<{prefix}collection{declared}>{''.join(records)}</{prefix}collection>"


def read(data, block=13):
    return list(xml_records(io.BytesIO(data), block))


@pytest.mark.parametrize(
    ("prefix", "declared"),
    [
        ("", ' xmlns="http://www.loc.gov/MARC21/slim"'),
        ("", ""),
        ("marc:", ' xmlns:marc="http://www.loc.gov/MARC21/slim"'),
        ("x:", ""),  # not even declared
    ],
)
def test_any_prefix_is_read(prefix, declared):
    """A record is a record whatever its namespace's prefix, declared or not."""
    text = collection(record("1", prefix), record("2", prefix), prefix=prefix, declared=declared)
    found = [element.record["001"].data for element in read(text.encode())]
    assert found == ["1", "2"]


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16"),
        ('<?xml version="1.0" encoding="GB2312"?>', None),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "iso-8859-1"),
    ],
)
def test_declared_encodings_are_followed(head, codec):
    """BOM or declaration decide; what no parser knows stops the file with a reason."""
    text = collection(record("1").replace("題名", "Müller"), head=head)
    if codec is None:
        with pytest.raises(XmlStops):
            read(text.encode("utf-8") + b"\xff")
        return
    (element,) = read(text.encode(codec), 1 << 16)
    assert element.record["245"]["a"] == "Müller é & Co"


@pytest.mark.parametrize("encoding", ["ISO-8859-1", "latin1", "UTF-16", "utf-16"])
def test_utf8_under_another_declaration_is_utf8(encoding):
    """A declaration that the bytes belie is not followed, and it is said, of that record alone."""
    head = f'<?xml version="1.0" encoding="{encoding}"?>'
    plain = record("2").replace("題名", "Title").replace("é", "e")
    data = collection(record("1"), plain, head=head).encode()
    assert sniff(data) == "marcxml"
    first, second = read(data, 1 << 16)
    assert first.record["245"]["a"] == "題名 é & Co"
    assert "題名 é".encode() in first.data
    assert (first.repairs, second.repairs) == (("utf8-under-declaration",), ())
    damaged = collection(plain.replace("Title", "&what;"), record("1"), head=head).encode()
    assert read(damaged, 1 << 16)[1].repairs == ("utf8-under-declaration",)


def test_offsets_name_the_element_in_the_file():
    """Offset and length cut exactly the element out of the file's bytes, after wide characters."""
    text = collection("<!-- 題名 -->", record("1"), "\n", record("2")).encode()
    for element, number in zip(read(text), ("1", "2"), strict=True):
        assert text[element.offset : element.offset + element.length].decode() == record(number)


def test_what_is_kept_of_a_record_stands_by_itself():
    """The kept bytes parse alone, with pymarc's own reader, to the same fields."""
    text = collection(record("1", "m:"), prefix="m:", declared="").encode()
    (element,) = read(text)
    (alone,) = pymarc.parse_xml_to_array(io.BytesIO(element.data), strict=True)
    assert [str(field) for field in alone.fields] == [str(f) for f in element.record.fields]


@pytest.mark.parametrize("size", range(0, 400, 37))
def test_a_file_that_ends_too_early_keeps_what_was_read(size):
    """What stood before the break comes out, then one stop at the record that is broken."""
    whole = collection(record("1"), record("2"), record("3")).encode()
    second = whole.index(
        b'<record><leader>     nam a22     uu 4500</leader><controlfield tag="001">2'
    )
    found = []
    elements = xml_records(io.BytesIO(whole[: second + size]), 64)
    numbers = (element.record["001"].data for element in elements)
    with pytest.raises(XmlStops) as stops:
        found.extend(numbers)
    assert found == (["1"] if size < len(record("2").encode()) else ["1", "2"])
    assert stops.value.reason == "xml-malformed"


def test_document_types_are_refused():
    """Neither entities nor external subsets are looked at: the file is refused."""
    bomb = '<!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + collection(record("&b;"))
    assert sniff(bomb.encode()) == "doctype"
    with pytest.raises(XmlStops) as stops:
        read(bomb.encode())
    assert stops.value.reason == "xml-doctype"


def test_undeclared_entities_cost_the_record():
    """An entity that nobody declared is an error, not an empty string."""
    (element,) = read(collection(record("&eacute;")).encode())
    assert isinstance(element.record, Damaged)


def told(elements):
    """The numbers of sound records, and of damaged ones with their reason."""
    return [
        f"{element.record.reason} {element.number}".strip()
        if isinstance(element.record, Damaged)
        else element.record["001"].data
        for element in elements
    ]


@pytest.mark.parametrize(
    ("damage", "outcome"),
    [
        (("題名", "R&D"), ["xml-malformed 2"]),
        (("題名", "a < b"), ["xml-malformed 2"]),
        (("題名", "\x0b"), ["xml-malformed 2"]),
        (("題名", "\udcff"), ["xml-malformed 2"]),
        (("題名", "&#x1d;"), ["xml-malformed 2"]),
        (("</subfield>", ""), ["xml-malformed 2"]),
        (('tag="245"', "tag=245"), ["xml-malformed 2"]),
        (("</datafield></record>", ""), ["xml-malformed 2"]),
        (("<record>", ""), ["xml-malformed"]),
        (("</record>", "</record></record>"), ["2", "xml-malformed"]),
        (("</record>", "</record></collection><collection>"), ["2"]),
        (("</record>", "</record></collection><other>"), ["2", "xml-malformed"]),
    ],
)
@pytest.mark.parametrize("block", [13, 1 << 16])
def test_a_malformed_record_costs_only_itself(damage, outcome, block):
    """Records before and after it come out, and it is named with all of its bytes."""
    numbers = ["1", "2", "3", "4"]
    for at in (0, 1, 3):  # the first, one in the middle, the last
        records = [record(number) for number in numbers]
        records[at] = record("2").replace(*damage)
        data = collection(*records).encode("utf-8", "surrogateescape")
        found = read(data, block)
        assert told(found) == [*numbers[:at], *outcome, *numbers[at + 1 :]]
        assert all(data[each.offset :].startswith(b"<record>") for each in found if each.number)


@given(
    start=st.integers(0, len(record("2")) - 1), length=st.integers(1, 300), block=st.integers(1, 99)
)
def test_what_a_record_lacks_costs_no_other(start, length, block):
    """Whatever piece of a record is missing, the records beside it are read."""
    damaged = record("2")[:start] + record("2")[start + length :]
    data = collection(record("1"), damaged, record("3"), record("4")).encode()
    found = told(read(data, block))
    assert [number for number in found if number in ("1", "3", "4")] == ["1", "3", "4"]


def test_a_record_without_an_end_costs_bounded_memory_and_no_other():
    """Text for ever, as damage or malice make it, is given up; the record after it is read."""
    endless = record("2").replace("題名", "x" * (LONGEST + (1 << 20)))
    data = collection(record("1"), endless, record("3")).encode()
    first, lost, last = read(data, 1 << 16)
    assert [each.record["001"].data for each in (first, last)] == ["1", "3"]
    assert (lost.record.reason, lost.number) == ("xml-malformed", "2")
    assert (lost.offset, lost.offset + lost.length) == (data.index(b"<record>", 99), last.offset)


@pytest.mark.parametrize("block", [13, 1 << 16])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ""),
        ("", "\n"),
        ('<?xml version="1.0" encoding="UTF-8"?>\n', "\n"),
        ("\ufeff<?xml version='1.0'?><marc:collection xmlns:marc='x'>", "</marc:collection>"),
    ],
)
def test_joined_files_and_bare_records_are_read_to_the_end(before, after, block):
    """Nothing counts as damaged: a thousand joined files must not stop a run."""
    found = read("".join(before + record(n) + after for n in "1234").encode(), block)
    assert [each.record["001"].data for each in found] == list("1234")


def test_damage_between_bare_records_is_said():
    """What is no markup between two of them was something once."""
    first, lost, last = read((record("1") + "rubbish" + record("2")).encode(), 1 << 16)
    assert [each.record["001"].data for each in (first, last)] == ["1", "2"]
    assert (lost.record.reason, lost.length) == ("xml-malformed", len("rubbish"))
    with pytest.raises(XmlStops):
        read((record("1") + "rubbish").encode(), 1 << 16)
    broken, sound = read((record("&what;") + record("2")).encode(), 1 << 16)
    assert (broken.record.reason, sound.record["001"].data) == ("xml-malformed", "2")


def test_an_envelope_that_is_malformed_costs_only_its_record():
    """In OAI-PMH reading goes on in the next envelope."""
    wrapped = [f"<record><header/><metadata>{record(n, 'm:')}</metadata></record>" for n in "123"]
    wrapped[1] = wrapped[1].replace("題名", "R&D")
    data = f"<OAI-PMH><ListRecords>{''.join(wrapped)}</ListRecords></OAI-PMH>".encode()
    assert told(read(data)) == ["1", "xml-malformed 2", "3"]


def test_an_envelope_around_a_record_is_no_record():
    """OAI-PMH wraps records in record elements; a deleted one has no record inside."""
    wrapped = f"<record><header/><metadata>{record('1', 'm:')}</metadata></record>"
    deleted = '<record><header status="deleted"><identifier>x</identifier></header></record>'
    found = read(f"<OAI-PMH><ListRecords>{wrapped}{deleted}</ListRecords></OAI-PMH>".encode())
    assert [element.record["001"].data for element in found] == ["1"]


@pytest.mark.parametrize(
    ("leader", "outcome"),
    [
        ("     nam a22     uu 4500", ()),
        ("     nam a22     uu 4500 ", ("leader",)),
        ("\n     nam a22     uu 4500\n", ("leader",)),
        ("     nam a22     uu 45", ("leader",)),
        ("nam", "bad-leader"),
        ("", "bad-leader"),
    ],
)
def test_leaders_are_mended_where_that_is_safe(leader, outcome):
    """A leader with blanks too many or too few at its ends is mended; another one is refused."""
    text = collection(record("1").replace("     nam a22     uu 4500", leader))
    (element,) = read(text.encode())
    if isinstance(element.record, Damaged):
        assert element.record.reason == outcome
    else:
        assert str(element.record.leader)[5:12] == "nam a22"
        assert element.repairs == outcome


def test_a_field_without_a_sound_tag_is_left_out():
    """Only the field is lost, and it is said."""
    text = collection(record("1").replace('tag="245"', 'tag="2"'))
    (element,) = read(text.encode())
    assert [field.tag for field in element.record.fields] == ["001"]
    assert element.repairs == ("bad-field",)


xml_text = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Cn"]), max_size=30)


@given(values=st.lists(xml_text, min_size=1, max_size=5))
def test_values_survive_the_round_trip(values):
    """Whatever XML can say comes back from what is kept."""
    subfields = [pymarc.Subfield("a", value) for value in values]
    fields = [pymarc.Field("500", indicators=pymarc.Indicators(" ", "1"), subfields=subfields)]
    (element,) = read(serialise("     nam a22     uu 4500", fields).encode(), 1 << 16)
    assert [subfield.value for subfield in element.record.fields[0].subfields] == values
