"""Original records in both forms: bytes untouched in their own, equal in the other."""

import re
from io import BytesIO

import pymarc
import pytest
from pymarc.marcxml import parse_xml_to_array

from records import Origin, RecordId, StoredRecord, open_store
from records.export import (
    ConversionError,
    RecordGoneError,
    marcxml_collection,
    originals,
    to_iso2709,
    to_marcxml,
)


def make(title):
    record = pymarc.Record(leader="00000nam a2200000 i 4500")
    record.add_field(pymarc.Field("001", data="b1"))
    field = pymarc.Field("245", pymarc.Indicators("1", "0"), [pymarc.Subfield("a", title)])
    record.add_field(field)
    return record


def stored(data, syntax):
    return StoredRecord(RecordId("HKU", "b1"), "bibliographic", syntax, Origin("f", 0, 0), data, {})


@pytest.fixture
def binary():
    return stored(make("紅樓夢 & <dream>").as_marc(), "iso2709")


def test_bytes_of_the_own_form_are_untouched(binary):
    """ISO 2709 asked of ISO 2709, and MARCXML of MARCXML, is what came in."""
    assert to_iso2709(binary) is binary.data
    xml = stored(b"<record>\xe7\xb4\x85</record>", "marcxml")
    assert to_marcxml(xml) == "<record>紅</record>"


def test_there_and_back_is_the_same_record(binary):
    """Through MARCXML and back, every field is as it was."""
    xml = stored(to_marcxml(binary).encode(), "marcxml")
    back = pymarc.Record(to_iso2709(xml))
    assert [str(field) for field in back.fields] == [
        str(field) for field in pymarc.Record(binary.data).fields
    ]


@pytest.mark.parametrize(
    "leader", ["00000nam a2200000 i 4", "00000nam#a2200000#i#4500", "\n00000nam a2200000 i 4500\n"]
)
def test_a_leader_that_was_mended_can_be_written(binary, leader):
    """What came as MARCXML with its leader cut short goes out as ISO 2709 with a whole one."""
    text = re.sub("<leader>.*</leader>", f"<leader>{leader}</leader>", to_marcxml(binary))
    assert leader in text
    back = pymarc.Record(to_iso2709(stored(text.encode(), "marcxml")))
    assert str(back.leader)[5:10] == "nam a"
    assert back.title == "紅樓夢 & <dream>"


def test_what_is_no_field_breaks_no_directory(binary):
    """A field whose tag is too long is left out of ISO 2709; an empty field is there as it came."""
    bad = '<datafield tag="2450" ind1=" " ind2=" "><subfield code="a">x</subfield></datafield>'
    bad += '<datafield tag="100" ind1=" " ind2=" "></datafield>'
    text = to_marcxml(binary).replace("<datafield", f"{bad}<datafield", 1)
    assert bad in text
    back = pymarc.Record(to_iso2709(stored(text.encode(), "marcxml")))
    assert [field.tag for field in back.fields] == ["001", "100", "245"]
    assert back.title == "紅樓夢 & <dream>"


def test_a_collection_is_one_document(binary):
    """The lines together are MARCXML with every record."""
    text = "\n".join(marcxml_collection([binary, binary]))
    assert len(parse_xml_to_array(BytesIO(text.encode()))) == 2


def test_signs_that_xml_forbids_are_left_out():
    """A control character does not make the document unreadable."""
    xml = to_marcxml(stored(make("a\x1bb").as_marc(), "iso2709"))
    assert parse_xml_to_array(BytesIO(xml.encode()))[0].title == "ab"


def test_a_record_too_long_for_iso2709_is_refused():
    """99,999 bytes are the most that its leader can say."""
    record = make("x")
    for _ in range(12):
        subfields = [pymarc.Subfield("a", "y" * 9000)]
        record.add_field(pymarc.Field("500", pymarc.Indicators(" ", " "), subfields))
    xml = pymarc.record_to_xml(record, namespace=True)
    with pytest.raises(ConversionError, match="too long"):
        to_iso2709(stored(xml, "marcxml"))


def test_a_missing_record_is_named(tmp_path):
    """A store that lacks a member says which."""
    with (
        open_store(tmp_path / "store.sqlite") as store,
        pytest.raises(RecordGoneError, match="HKU:b9"),
    ):
        list(originals(store, [RecordId("HKU", "b9")]))
