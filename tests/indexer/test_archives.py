"""Archives: the files in them are read as files, and what is torn or hidden is said."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile

import pytest
import zstandard

from base.settings import Source
from indexer.read import FileReader, RawRecord, ReadProblem, check_files
from indexer.rejected import with_bytes
from indexer.report import RejectedRecord


def zipped(*files, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


def tarred(*files):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


PACKERS = {
    "zip": zipped,
    "stored zip": lambda *files: zipped(*files, compression=zipfile.ZIP_STORED),
    "tar": tarred,
    "tar.gz": lambda *files: gzip.compress(tarred(*files)),
    "tar.zst": lambda *files: zstandard.compress(tarred(*files)),
}


@pytest.fixture(params=PACKERS.values(), ids=PACKERS.keys())
def pack(request):
    return request.param


def files_of(path, data):
    path.write_bytes(data)
    return check_files(Source("HKU", (str(path),)))


def read(file):
    reader = FileReader("HKU", file)
    items = list(reader)
    numbers = [item.record["001"].data for item in items if isinstance(item, RawRecord)]
    return numbers, [item for item in items if not isinstance(item, RawRecord)], reader


def test_every_file_in_an_archive_is_read(marc, tmp_path, pack):
    """Whatever the syntax of each, compressed itself or not; its name follows that of the archive."""
    path = tmp_path / "export"
    found = files_of(
        path,
        pack(
            ("a.mrc", marc.iso(marc.record("1"), marc.record("2"))),
            ("folder/b.xml", marc.xml(marc.record("3"))),
            ("c.mrc.gz", gzip.compress(marc.iso(marc.record("4")))),
        ),
    )
    assert [read(file)[0] for file in found] == [["1", "2"], ["3"], ["4"]]
    assert [f.name for f in found] == [f"{path}/{n}" for n in ("a.mrc", "folder/b.xml", "c.mrc.gz")]
    for file in found:
        _, rejected, reader = read(file)
        assert not rejected
        assert reader.complete
        assert reader.position == file.size


def test_what_systems_leave_in_archives_is_passed_over(marc, tmp_path, pack):
    """Folders and hidden files are no exports."""
    found = files_of(
        tmp_path / "export",
        pack(
            ("__MACOSX/._a.mrc", b"\0\5\x16\7"),
            (".DS_Store", b"\0\0\0\1Bud1"),
            ("a.mrc", marc.iso(marc.record("1"))),
        ),
    )
    assert [read(file)[0] for file in found] == [["1"]]


def test_texts_beside_the_records_are_passed_over_and_named(marc, tmp_path, pack):
    """A note and a list of checksums cost no record, wherever they stand in the archive."""
    path = tmp_path / "export"
    digest = b"12345678901234567890123456789012  a.mrc\n"
    found = files_of(
        path,
        pack(
            ("README.txt", "Alma 館藏\r\n\r\nWeekly export.".encode("big5")),
            ("a.mrc", marc.iso(marc.record("1"))),
            ("a.mrc.md5", digest),
        ),
    )
    assert [read(file)[0] for file in found] == [["1"]]
    assert found[0].beside == (f"{path}/README.txt", f"{path}/a.mrc.md5")


@pytest.mark.parametrize(
    "data",
    [
        b"01234nam",
        b"01234nam a2200",
        b"=LDR  00123nam a22\n=001  1\n",
        b'[{"leader": "00123nam a22"}]',
        b"<modsCollection/>",
        b"\xff\xfeR\x00E\x00A\x00",
    ],
)
def test_what_may_be_records_is_not_passed_over(marc, tmp_path, data):
    """A torn file, or records of another form: the archive is refused, so that nothing seems gone."""
    archive = zipped(("a.mrc", marc.iso(marc.record("1"))), ("b.mrc", data))
    with pytest.raises(ReadProblem, match=r"b\.mrc: "):
        files_of(tmp_path / "export.zip", archive)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ([], "no file|cannot be read|NUL"),
        ([("a.mrc", b"")], "a.mrc: the file is empty"),
        ([("a.mrc", b"\x00" * 4000)], "a.mrc: the file begins with blanks and NUL bytes only"),
        ([("README", b"Weekly export.")], "README: this is not MARC"),
        ([("a.png", b"\x89PNG\r\n\x1a\n" + bytes(2000))], "a.png: this is not MARC"),
    ],
)
def test_an_archive_with_something_else_is_refused(tmp_path, pack, files, words):
    """One line that names the archive and the file in it."""
    path = tmp_path / "export"
    with pytest.raises(ReadProblem, match=words) as caught:
        files_of(path, pack(*files))
    assert str(path) in caught.value.message
    assert caught.value.hint


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_are_refused(marc, tmp_path, pack):
    """A rejected record is found again by the name of its file."""
    data = marc.iso(marc.record("1"))
    with pytest.raises(ReadProblem, match=r"holds a\.mrc twice"):
        files_of(tmp_path / "export", pack(("a.mrc", data), ("a.mrc", data)))


def test_an_encrypted_archive_is_refused(marc, tmp_path):
    """It says which file."""
    data = bytearray(zipped(("a.mrc", marc.iso(marc.record("1")))))
    for header in (data.index(b"PK\x03\x04") + 6, data.index(b"PK\x01\x02") + 8):
        data[header] |= 1
    with pytest.raises(ReadProblem, match=r"a\.mrc in it is encrypted"):
        files_of(tmp_path / "export", bytes(data))


@pytest.mark.parametrize("name", ["tar", "tar.gz", "tar.zst"])
def test_a_torn_tar_is_incomplete_wherever_it_ends(marc, tmp_path, name):
    """Within a file, between two, before the end: what was read stays, the last file is incomplete."""
    first = marc.iso(*(marc.record(str(n), "x" * 700) for n in range(30)))
    second = marc.iso(*(marc.record(str(n), "y" * 700) for n in range(30, 60)))
    whole = tarred(("a.mrc", first), ("b.mrc", second))
    between = 512 + -(-len(first) // 512) * 512
    pack = {"tar": bytes, "tar.gz": gzip.compress, "tar.zst": zstandard.compress}[name]
    for cut in (between - 9000, between, between + 100, between + 512 + 9000):
        found = files_of(tmp_path / "export", pack(whole[:cut]))
        readers = [read(file)[2] for file in found]
        assert not readers[-1].complete, cut
        assert all(reader.complete for reader in readers[:-1])


@pytest.mark.parametrize("pack_", [gzip.compress, zstandard.compress])
def test_a_tar_torn_by_its_compression_is_incomplete(marc, tmp_path, pack_):
    """The loss is a rejection with its reason."""
    import random

    noise = random.Random(1).randbytes(400_000).hex()
    first = marc.iso(*(marc.record(str(n), noise[n * 9000 : n * 9000 + 9000]) for n in range(80)))
    packed = pack_(tarred(("a.mrc", first)))
    (file,) = files_of(tmp_path / "export", packed[: len(packed) * 2 // 3])
    numbers, rejected, reader = read(file)
    assert 0 < len(numbers) < 80
    assert rejected[-1].reason in ("file-truncated", "truncated-record")
    assert not reader.complete


def test_a_torn_zip_is_refused(marc, tmp_path):
    """What is in a zip archive stands at its end."""
    packed = zipped(("a.mrc", marc.iso(marc.record("1"))))
    with pytest.raises(ReadProblem, match="cannot be read as zip"):
        files_of(tmp_path / "export", packed[:-30])


def test_a_damaged_file_in_a_zip_is_incomplete(marc, tmp_path):
    """Its checksum is held against what was read."""
    data = marc.iso(
        *(marc.record(str(n), "x" * 900) for n in range(100)), marc.record("1", "title")
    )
    packed = zipped(("a.mrc", data), compression=zipfile.ZIP_STORED).replace(b"title", b"tit1e", 1)
    (file,) = files_of(tmp_path / "export", packed)
    numbers, rejected, reader = read(file)
    assert [each.reason for each in rejected] == ["file-truncated"]
    assert len(numbers) > 90
    assert not reader.complete


def test_rejected_records_of_an_archive_are_kept_with_their_bytes(marc, tmp_path, pack):
    """The offset counts from the beginning of the file in the archive."""
    good = marc.iso(marc.record("1"))
    bad = marc.iso(marc.record("2", "Ä")).replace("Ä".encode(), b"\xff\xff")
    found = files_of(tmp_path / "export", pack(("a.mrc", good), ("b.mrc", good + bad)))
    (rejection,) = read(found[1])[1]
    entry = RejectedRecord(
        "HKU",
        rejection.origin.file,
        rejection.origin.offset,
        rejection.origin.length,
        "bad-utf8",
        "",
        "2",
    )
    assert [kept.data for kept in with_bytes([entry], found, 1)] == [bad]
