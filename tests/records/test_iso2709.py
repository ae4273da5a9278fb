"""One record from bytes: what is mended, what is refused, and that pymarc reads the same."""

from __future__ import annotations

import contextlib
import io
import warnings
from pathlib import Path

import msgspec
import pymarc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from records.iso2709 import Damaged, agrees, control_number, parse, parse_mended
from records.parsed import Parsed
from records.sound import parse_sound

SHARED = Path(__file__).parents[3] / "shared" / "data" / "marc"


def made(*fields, leader=None):
    record = pymarc.Record(fields=list(fields))
    data = record.as_marc()
    return leader + data[len(leader) :] if leader else data


def title(text, indicators=("1", "0")):
    return pymarc.Field(
        "245", indicators=pymarc.Indicators(*indicators), subfields=[pymarc.Subfield("a", text)]
    )


NUMBER = pymarc.Field("001", data="b1")
GOOD = made(NUMBER, title("Müller 題名"))


def at(data, position, new):
    return data[:position] + new + data[position + len(new) :]


def test_a_sound_record_is_read_without_repairs():
    """What is right needs no mending."""
    parsed = parse(GOOD)
    assert parsed.repairs == ()
    assert parsed.record()["001"].data == "b1"
    assert parsed.record()["245"]["a"] == "Müller 題名"


@pytest.mark.parametrize(
    ("data", "repair"),
    [
        (at(GOOD, 0, b"99999"), "record-length"),
        (at(GOOD, 9, b" "), "utf8-under-marc8"),
        (at(GOOD, 20, b"45\x020"), "leader"),
        (at(GOOD, 5, b"nam^^22"), "leader"),
        (at(GOOD, 27, b"0099"), "directory"),
        (GOOD[:-1], "record-terminator"),
        (made(NUMBER, title("Müller 題名")).replace(b"\x1faM", b"\x1f\xc3\xa1M"), "subfield-code"),
        (made(NUMBER, title("Müller 題名", ("#", "0"))), "indicators"),
        (made(NUMBER, title("Müller 題名"), pymarc.Field("500")), "field-without-subfields"),
    ],
)
def test_what_is_unambiguous_is_mended_and_named(data, repair):
    """A mended record says what was mended, and its data are right."""
    parsed = parse(data)
    assert repair in parsed.repairs
    assert parsed.record()["245"]["a"] == "Müller 題名"
    assert parsed.record()["001"].data == "b1"


def test_lengths_counted_in_characters_are_followed():
    """Where a field holds a stray terminator, a directory in characters still tells its end."""
    text = "ü" * 20 + "\x1e" + "x"
    good = made(NUMBER, title(text))
    characters = good.decode()
    entries = f"001{3:04}{0:05}245{len(text) + 5:04}{3:05}\x1e"
    base = 24 + len(entries)
    body = characters[characters.index("b1\x1e") :]
    whole = f"{base + len(body):05}nam a22{base:05}   4500{entries}{body}"
    parsed = parse(whole.encode())
    assert "lengths-in-characters" in parsed.repairs
    assert parsed.record()["245"]["a"] == text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "truncated-record"),
        (GOOD[:20], "truncated-record"),
        (GOOD[:20] + b"\x1d", "bad-leader"),
        (GOOD[:-9], "truncated-record"),
        (at(GOOD, 27, b"0099").replace(b"\x1e10", b"\x1e\x1e10"), "bad-directory"),
        (GOOD.replace(b"4500", b"4500x"), "bad-directory"),
        (GOOD.replace("ü".encode(), b"\xfc\xfc"), "bad-utf8"),
        (b"00026nam a2200025   4500\x1e\x1d", "bad-directory"),
    ],
)
def test_what_is_ambiguous_is_refused_with_a_reason(data, reason):
    """A damaged record is refused with a stable code, never read wrongly."""
    with pytest.raises(Damaged) as caught:
        parse(data)
    assert caught.value.reason == reason


@given(data=st.binary(max_size=400))
def test_no_bytes_raise_anything_else(data):
    """Whatever the bytes are, the outcome is a record or a reason."""
    for candidate in (data, GOOD[:30] + data + b"\x1d", data + GOOD):
        with contextlib.suppress(Damaged):
            parse(candidate)
        control_number(candidate)
        agrees(candidate)


def test_pymarc_reads_sound_real_records_alike():
    """Over real files, every UTF-8 record that pymarc reads whole is read to the same fields."""
    if not SHARED.is_dir():
        pytest.skip("no collection of real MARC files beside the checkout")
    compared = 0
    for path in sorted(SHARED.glob("*.mrc")):
        for chunk in path.read_bytes().split(b"\x1d"):
            data = chunk.lstrip(b"\\r\\n \x00\x1a") + b"\x1d"
            if data[9:10] != b"a" or not _is_sound(data):
                continue
            with warnings.catch_warnings(action="ignore"):
                theirs = next(pymarc.MARCReader(io.BytesIO(data)))
            if theirs is None:
                continue
            ours = parse(data)
            if set(ours.repairs) - {"leader"}:
                continue
            assert list(map(str, ours.record().fields)) == list(map(str, theirs.fields)), data
            compared += 1
    assert compared > 2000


def _is_sound(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return agrees(data) and data[:5] == b"%05d" % len(data)


def _outcome(read, data):
    try:
        return read(data)
    except Damaged as damaged:
        return str(damaged)


def _same(data):
    """Whether the fast path says the same of these bytes as the careful one."""
    fast, careful = _outcome(parse, data), _outcome(parse_mended, data)
    if isinstance(careful, Parsed):
        careful = msgspec.structs.replace(careful, plain=fast.plain)
    assert fast == careful


def test_the_fast_path_reads_every_real_record_like_the_careful_one():
    """Over all real bytes between terminators, both ways give the same fields or the same reason."""
    if not SHARED.is_dir():
        pytest.skip("no collection of real MARC files beside the checkout")
    sound = 0
    for path in sorted(SHARED.glob("*.mrc")):
        for chunk in path.read_bytes().split(b"\x1d"):
            data = chunk.lstrip(b"\r\n \x00\x1a") + b"\x1d"
            _same(data)
            sound += parse_sound(data) is not None
    assert sound > 5000


@given(
    position=st.integers(0, len(GOOD) - 1),
    new=st.one_of(st.binary(max_size=3), st.sampled_from([b"\x1e", b"\x1f", b"\x1d", b"0", b" "])),
    base=st.sampled_from([GOOD, made(NUMBER, title("Plain")), at(GOOD, 9, b" ")]),
    insert=st.booleans(),
)
def test_the_fast_path_refuses_what_needs_mending(position, new, base, insert):
    """However a record is damaged, the fast path never reads it another way than the careful one."""
    data = base[:position] + new + base[position + (0 if insert else len(new)) :]
    _same(data)
    _same(b"%05d" % len(data) + data[5:])


def test_plain_says_that_all_text_is_printable_ascii():
    """Only text that needs no cleaning is called plain."""
    assert parse(made(NUMBER, title("Plain"))).plain
    assert not parse(GOOD).plain
    assert not parse(made(NUMBER, title("a\x08b"))).plain
