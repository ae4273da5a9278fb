"""Input files: what is taken, what is refused before anything changes."""

from __future__ import annotations

import gzip
import hashlib
import os

import pytest
import zstandard

from base.settings import Source
from indexer.read import FileReader, RawRecord, ReadProblem, check_files, expand
from indexer.read.files import check_file
from indexer.taking import check_sources

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


def read(path):
    reader = FileReader("HKU", check_file(path))
    items = list(reader)
    return (
        [i for i in items if isinstance(i, RawRecord)],
        [i for i in items if not isinstance(i, RawRecord)],
        reader,
    )


@pytest.mark.parametrize("syntax", ["iso", "xml"])
@pytest.mark.parametrize("name", ["plain", "a.gz", "a.zst", "misnamed.txt"])
def test_syntax_and_compression_are_found_by_content(marc, write, syntax, name):
    """The first bytes decide; the name does not matter."""
    data = getattr(marc, syntax)(marc.record("1"), marc.record("2", "題名"))
    path = write(name, data)
    if name == "misnamed.txt":
        path.write_bytes(gzip.compress(data))
    records, rejected, reader = read(path)
    assert [record.record["001"].data for record in records] == ["1", "2"]
    assert not rejected
    assert reader.complete
    assert reader.position == path.stat().st_size


@pytest.mark.parametrize("data", [gzip.compress, zstandard.compress])
def test_several_compressed_members_are_one_file(marc, tmp_path, data):
    """Files that were joined after compression are read to their end."""
    path = tmp_path / "joined"
    path.write_bytes(data(marc.iso(marc.record("1"))) + data(marc.iso(marc.record("2"))))
    assert [record.record["001"].data for record in read(path)[0]] == ["1", "2"]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\r\n \n", "blanks"),
        (gzip.compress(b""), "empty"),
        (PNG, "not MARC"),
        (gzip.compress(PNG), "not MARC"),
        (b"%PDF-1.7 ...", "not MARC"),
        (b"title,author\n" * 100, "not MARC"),
        (b"00123 just text that begins like a leader", "not MARC"),
        (b"<html><body/></html>", "not MARC"),
        (b"<!DOCTYPE html><html></html>", "document type"),
        (b'<?xml version="1.0" encoding="GBK"?><collection/>', "encoding that cannot be read"),
        (b'<?xml version="1.0" encoding="EBCDIC-9"?><collection/>', "encoding that cannot be read"),
        (b"\x1f\x8bnonsense that only begins like gzip", "decompressed"),
        (b"\x28\xb5\x2f\xfdnonsense that only begins like zstd", "decompressed"),
    ],
)
def test_what_is_not_marc_is_refused(tmp_path, content, words):
    """One line that names the file and says what it is not."""
    path = tmp_path / "input"
    path.write_bytes(content)
    with pytest.raises(ReadProblem, match=words) as caught:
        check_file(path)
    assert str(path) in caught.value.message
    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    "damage",
    [
        lambda record: b"-0123" + record[5:],
        lambda record: b"\x00\x01\x02ab" + record[5:],
        lambda record: record[:5] + "é".encode() + record[7:],
        lambda record: record[40:],
    ],
)
def test_a_damaged_first_record_does_not_hide_the_others(marc, tmp_path, damage):
    """A file whose first record is damaged is still MARC where a later one is sound."""
    one, two = marc.iso(marc.record("1")), marc.iso(marc.record("2"))
    path = tmp_path / "input"
    path.write_bytes(damage(one) + two)
    assert check_file(path).syntax == "iso2709"


def test_missing_files_folders_and_empty_patterns_are_refused(tmp_path):
    """Each says what it is."""
    for name, words in (("no.mrc", "no such file"), ("", "folder"), ("*.mrc", "no file matches")):
        with pytest.raises(ReadProblem, match=words):
            check_files(Source("HKU", (str(tmp_path / name),)))


def test_the_declared_format_must_hold(marc, write):
    """A source that says what its files are is held to it."""
    path = write("a", marc.iso(marc.record("1")))
    assert check_file(path, "iso2709").syntax == "iso2709"
    with pytest.raises(ReadProblem, match="not MARCXML") as caught:
        check_file(path, "marcxml")
    assert "It is ISO 2709" in caught.value.hint


def test_patterns_name_each_file_once_in_order(write):
    """Globs and paths add up; a name with brackets may be a file's own."""
    one, two = write("a.mrc", b"1"), write("b.mrc", b"2")
    odd = write("c[1].mrc", b"3")
    found = expand([str(two), str(one.parent / "*.mrc"), str(odd)])
    assert found == [two, one, odd]


def test_numbers_in_names_count_as_numbers(write):
    """The changes of later days come later, whether their numbers are padded or not."""
    names = ["9.mrc", "10.mrc", "a01.mrc", "a1.mrc", "a2-9.mrc", "a2-10.mrc", "a02-11.mrc", "b.mrc"]
    files = [write(name, b"1") for name in names]
    assert expand([str(files[0].parent / "*.mrc")]) == files


def test_what_a_glob_names_counts_whether_it_can_be_read_or_not(marc, write):
    """A link that leads nowhere and a pipe beside a sound file: they do not seem never to have been."""
    sound = write("a.mrc", marc.iso(marc.record("1")))
    (sound.parent / "folder.mrc").mkdir()
    everything = str(sound.parent / "*.mrc")
    assert [file.path for file in check_files(Source("HKU", (everything,)))] == [sound]
    odd = sound.parent / "b.mrc"
    odd.symlink_to("gone.mrc")
    with pytest.raises(ReadProblem, match=r"b\.mrc: no such file"):
        check_files(Source("HKU", (everything,)))
    odd.unlink()
    os.mkfifo(odd)
    with pytest.raises(ReadProblem, match=r"b\.mrc: this is not a regular file"):
        check_files(Source("HKU", (everything,)))


def test_what_the_system_refuses_costs_its_library_alone(marc, write):
    """A name too long, as a folder without rights: this library is left out, the other is read."""
    sound = Source("HKU", (str(write("a.mrc", marc.iso(marc.record("1")))),))
    refused = Source("CUHK", ("x" * 300,), on_missing="keep")
    attention = []
    assert [each.source for each in check_sources([refused, sound], attention)] == [sound]
    (line,) = attention
    assert line.startswith("CUHK: kept its last records")


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_what_stands_before_damage_is_read(marc, write, compress):
    """Rubbish after a whole gzip member or zstd frame costs none of its records."""
    path = write("x", compress(marc.iso(marc.record("1"), marc.record("2"))) + b"rubbish")
    reader = FileReader("HKU", check_file(path))
    *records, damage = reader
    assert [raw.record["001"].data for raw in records] == ["1", "2"]
    assert (damage.reason, reader.complete) == ("file-truncated", False)


def test_a_name_is_one_line(marc, write):
    """Whatever a file is called, a report names it in one line."""
    path = write("a\nb\tc\x1b[2J.mrc", marc.iso(marc.record("1")))
    assert check_file(path).name == f"{path.parent}/a\ufffdb\ufffdc\ufffd[2J.mrc"


@pytest.mark.parametrize("compress", [gzip.compress, zstandard.compress])
def test_a_truncated_compressed_file_is_incomplete(marc, tmp_path, compress):
    """What was read stays, the loss is one rejection, and the file counts as incomplete."""
    records = [marc.record(str(n), hashlib.sha256(b"%d" % n).hexdigest()) for n in range(3000)]
    packed = compress(marc.iso(*records))
    path = tmp_path / "cut"
    path.write_bytes(packed[: len(packed) * 2 // 3])
    good, rejected, reader = read(path)
    assert 0 < len(good) < 3000
    assert [r.reason for r in rejected][-1] == "file-truncated"
    assert not reader.complete


def test_a_truncated_plain_file_is_incomplete(marc, write):
    """The last record without its end is rejected with its offset and, if it tells, its number."""
    one, two = marc.iso(marc.record("1")), marc.iso(marc.record("2"))
    _, rejected, reader = read(write("a", one + two[:-9]))
    assert [(r.reason, r.origin.offset, r.control_number) for r in rejected] == [
        ("truncated-record", len(one), "2")
    ]
    assert not reader.complete


def test_a_file_that_changes_while_it_is_read_is_incomplete(marc, write):
    """One that is still being written may end, for now, at the end of a record."""
    path = write("a", marc.iso(marc.record("1")))
    reader = FileReader("HKU", check_file(path))
    path.write_bytes(marc.iso(marc.record("1"), marc.record("2")))
    assert len(list(reader)) == 2
    assert not reader.complete


def test_a_file_that_is_gone_when_it_is_read_is_incomplete(marc, write):
    """One rejection with the system's own words; nothing is raised."""
    path = write("a.mrc", marc.iso(marc.record("1")))
    reader = FileReader("HKU", check_file(path))
    path.unlink()
    (gone,) = list(reader)
    assert (gone.reason, reader.complete) == ("file-unreadable", False)
    assert "No such file" in gone.detail


def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    """A pipe can be read only once: it is refused before anything is read of it."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(ReadProblem, match="not a regular file"):
        check_file(pipe)


def test_a_damaged_record_within_leaves_the_file_complete(marc, write):
    """Damage that ends with its record says nothing of what follows."""
    bad = marc.iso(marc.record("2", "Ä")).replace("Ä".encode(), b"\xff\xff")
    data = marc.iso(marc.record("1")) + bad + marc.iso(marc.record("3"))
    good, rejected, reader = read(write("a", data))
    assert [record.record["001"].data for record in good] == ["1", "3"]
    assert [(r.reason, r.control_number) for r in rejected] == [("bad-utf8", "2")]
    assert reader.complete


def test_every_real_file_is_read_to_its_end(shared_files):
    """Real files, the broken ones too: nothing raises, nothing is lost, few are rejected."""
    read_, rejected = 0, 0
    for path in shared_files:
        good, bad, reader = read(path)
        read_ += len(good)
        rejected += len(bad)
        assert reader.complete, path
        assert all(r.reason and r.detail and r.origin.file == str(path) for r in bad)
        if path.suffix == ".mrc":
            data = path.read_bytes()
            assert len(good) + len(bad) >= data.count(b"\x1d")
            assert all(
                data[r.origin.offset : r.origin.offset + r.origin.length] == r.data for r in good
            )
    assert read_ > 15_000
    assert rejected < 40
