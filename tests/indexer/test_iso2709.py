"""Cutting ISO 2709: no good record is lost next to a bad one."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.read import FileReader, RawRecord
from indexer.read.files import check_file
from indexer.read.iso2709 import frames
from records.iso2709 import Damaged, parse


def cut(data, block=7):
    return list(frames(io.BytesIO(data), block))


def numbers(data, block=7):
    """The control numbers of what can be read, in order."""
    found = []
    for frame in cut(data, block):
        if frame.fragment:
            continue
        try:
            found.append(parse(frame.data).record()["001"].data)
        except Damaged:
            continue
    return found


def with_length(record, length):
    return length + record[5:]


@pytest.mark.parametrize("block", [1, 3, 64, 1 << 20])
def test_records_and_offsets_do_not_depend_on_blocks(marc, block):
    """Whatever is read at once, the same records come out with the same offsets."""
    one, two = marc.iso(marc.record("1")), marc.iso(marc.record("22", "題名"))
    found = cut(one + two + b"\r\n", block)
    assert [(f.offset, f.data, f.terminated) for f in found] == [
        (0, one, True),
        (len(one), two, True),
    ]


@pytest.mark.parametrize("between", [b"\n", b"\r\n\r\n", b"\x00" * 70, b"\x1a", b"\xef\xbb\xbf"])
def test_stray_blanks_between_records_are_nothing(marc, between):
    """Line ends, NULs, a BOM or a Ctrl-Z between records are no records."""
    one, two = marc.iso(marc.record("1")), marc.iso(marc.record("2"))
    found = cut(between + one + between + two + between)
    assert [frame.data for frame in found] == [one, two]
    assert found[1].offset == 2 * len(between) + len(one)


@pytest.mark.parametrize("length", [b"99999", b"00024", b"00000", b"abcde", b"     "])
def test_a_wrong_length_loses_neither_the_record_nor_the_next(marc, length):
    """A record with a wrong length is read by its terminator, and so are its neighbours."""
    records = [marc.iso(marc.record(str(n))) for n in range(3)]
    records[1] = with_length(records[1], length)
    assert numbers(b"".join(records)) == ["0", "1", "2"]
    assert "record-length" in parse(cut(b"".join(records))[1].data).repairs


def test_a_length_of_two_records_does_not_swallow_the_second(marc):
    """A length that is too great by just the next record ends at a terminator, and is wrong."""
    records = [marc.iso(marc.record(str(n))) for n in range(4)]
    for together in (2, 3):
        length = b"%05d" % sum(map(len, records[:together]))
        assert numbers(with_length(records[0], length) + b"".join(records[1:])) == list("0123")


@pytest.mark.parametrize("kept", [10, 24, 30, 60, 100])
def test_a_truncated_record_that_reaches_to_the_end_of_the_next_does_not_hide_it(
    marc, tmp_path, kept
):
    """By chance its length may be that of both."""
    one, two, three = (marc.iso(marc.record(str(n))) for n in range(3))
    broken = with_length(two, b"%05d" % (kept + len(three)))[:kept]
    path = tmp_path / "x.mrc"
    path.write_bytes(one + broken + three)
    reader = FileReader("HKU", check_file(path))
    first, fragment, last = reader
    assert [raw.record["001"].data for raw in (first, last)] == ["0", "2"]
    assert (fragment.reason, fragment.origin.offset) == ("stray-bytes", len(one))
    assert (fragment.origin.length, reader.complete) == (kept, True)


@pytest.mark.parametrize("kept", [10, 24, 30, 60, 100])
def test_a_truncated_record_does_not_swallow_the_next(marc, kept):
    """What is left of a truncated record is a fragment of its own."""
    one, two, three = (marc.iso(marc.record(str(n))) for n in range(3))
    data = one + two[:kept] + three
    assert numbers(data) == ["0", "2"]
    fragment = cut(data)[1]
    assert (fragment.offset, fragment.data) == (len(one), two[:kept])
    assert fragment.fragment


def test_a_truncated_last_record_is_unterminated(marc):
    """A file that ends within a record says so in its last frame."""
    one, two = marc.iso(marc.record("1")), marc.iso(marc.record("2"))
    *_, last = cut(one + two[:-10])
    assert not last.terminated
    assert not last.fragment


def test_a_stray_record_terminator_inside_a_field_is_data(marc):
    """A 0x1D inside a field does not end a record whose length and directory say otherwise."""
    odd = marc.iso(marc.record("1", "before\x1dafter"))
    assert numbers(odd + marc.iso(marc.record("2"))) == ["1", "2"]


garbage = st.binary(max_size=300)
titles = st.text(st.characters(codec="utf-8", exclude_characters="\x1d\x1e\x1f"), max_size=40)


@given(pieces=st.lists(st.tuples(garbage, titles), max_size=6), last=garbage)
def test_garbage_between_records_loses_none(marc, pieces, last):
    """Good records come out whole and in order, whatever stands between them."""
    data = bytearray()
    good = []
    for stray, title in pieces:
        record = marc.iso(marc.record(str(len(good)), title or "x"))
        data += stray + record
        good.append(record)
    found = [frame.data for frame in cut(bytes(data) + last, 64)]
    assert [frame for frame in found if frame in good] == good


edits = st.lists(
    st.tuples(st.integers(0, 160), st.integers(0, 160), st.binary(max_size=6)),
    min_size=1,
    max_size=4,
)


@given(edits=edits, length=st.one_of(st.none(), st.integers(0, 600)))
def test_whatever_becomes_of_a_record_its_neighbours_are_read(
    marc, tmp_path_factory, edits, length
):
    """Bytes that are replaced, cut out or put in, and any length, cost that record only."""
    before, damaged, *after = (marc.iso(marc.record(f"n{n}", "A title")) for n in range(4))
    for at, cut_out, put_in in edits:
        damaged = damaged[:at] + put_in + damaged[at + cut_out :]
    if length is not None:
        damaged = with_length(damaged, b"%05d" % length)
    path = tmp_path_factory.getbasetemp() / "damaged.mrc"
    path.write_bytes(b"".join((before, damaged, *after)))
    found = [raw for raw in FileReader("HKU", check_file(path)) if isinstance(raw, RawRecord)]
    read = [raw.record["001"].data for raw in found if "001" in raw.record]
    assert [number for number in read if number in ("n0", "n2", "n3")] == ["n0", "n2", "n3"]


@given(data=st.binary(max_size=2000))
def test_every_byte_is_accounted_for(data):
    """Frames do not overlap, keep the order, and leave out nothing but stray blanks."""
    at = 0
    for frame in cut(data, 100):
        assert not data[at : frame.offset].strip(b" \t\r\n\x00\x1a\xef\xbb\xbf")
        assert data[frame.offset : frame.offset + len(frame.data)] == frame.data
        at = frame.offset + len(frame.data)
    assert not data[at:].strip(b" \t\r\n\x00\x1a\xef\xbb\xbf")
