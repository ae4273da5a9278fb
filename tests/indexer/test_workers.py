"""Reading in processes: the same records as in one go, whoever reads them and whoever is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.settings import Source
from indexer.contracts import Pipeline, catalogue_pipeline
from indexer.read import FileReader
from indexer.read.files import check_file
from indexer.transform.result import Transformed
from indexer.workers import Deleted, Known, Mapped, Readers, Skipped, WorkerFailed, WorkerLost
from indexer.workers.mapper import Mapper
from indexer.workers.parts import Part, parts_of, read_part
from indexer.workers.process import Answer, packed, unpacked
from records import Rejection

SOURCE = Source(institution="HKU", files=("x.mrc",))


class Short:
    """A transform that costs nothing; it obeys orders in titles to fail, or to take its time."""

    def transform(self, record):
        fields = dict(record.fields)
        title = fields.get("245", "")
        if "explode" in title:
            raise ZeroDivisionError(title)
        if "slow" in title:
            time.sleep(0.005)
        if "deadly" in title:
            os.kill(os.getpid(), signal.SIGKILL)
        return Transformed("bibliographic", fields.get("001", "?"), {"title": title})


def short_pipeline():
    return Pipeline(lambda _: Short(), lambda _: {}, {}, {}, "fingerprint", short_pipeline)


def items_of(batches):
    return [item for batch in batches for item in batch.items]


def in_one_go(path, mapper):
    return [mapper.item(raw) for raw in FileReader("HKU", check_file(path))]


def in_parts(path, mapper, cuts):
    """The parts of a file cut anywhere after a terminator, put together as a run does."""
    file, found, reached = check_file(path), [], 0
    for start, stop in zip([0, *cuts], [*cuts, None], strict=True):
        part = Part(0, file, start, stop)
        if start != reached:
            part = Part(0, file, reached, stop)
        *_, last = batches = list(read_part("HKU", part, mapper))
        found += items_of(batches)
        reached = last.reached
    return found


@pytest.fixture(scope="module")
def mapper():
    return Mapper(SOURCE, short_pipeline(), frozenset())


good = st.tuples(st.just("good"), st.text(st.characters(codec="utf-8"), max_size=20))
odd = st.sampled_from([("stray", "before\x1dafter"), ("cut", "lost"), ("length", "wrong")])
junk = st.tuples(st.just("junk"), st.binary(max_size=40))


def written(marc, pieces):
    """Bytes of a file with records that are good, odd or no records at all."""
    data = b""
    for number, (how, what) in enumerate(pieces):
        if how == "junk":
            data += what
            continue
        record = marc.iso(marc.record(str(number), what or "x"))
        if how == "cut":
            record = record[:-7]
        elif how == "length":
            record = b"99999" + record[5:]
        data += record
    return data


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces=st.lists(st.one_of(good, odd, junk), max_size=12), data=st.data())
def test_any_cuts_give_the_same_records(marc, tmp_path, mapper, pieces, data):
    """However a file is cut, records and rejections are those of one pass, in the same order."""
    path = tmp_path / "x.mrc"
    content = marc.iso(marc.record("first")) + written(marc, pieces)
    path.write_bytes(content)
    ends = [at + 1 for at, byte in enumerate(content) if byte == 0x1D and at + 1 < len(content)]
    cuts = sorted(data.draw(st.sets(st.sampled_from(ends)))) if ends else []
    assert in_parts(path, mapper, cuts) == in_one_go(path, mapper)


def test_cuts_stand_after_terminators(marc, tmp_path):
    """A plain file is cut into parts of about the size asked for, without a gap."""
    path = tmp_path / "x.mrc"
    path.write_bytes(b"".join(marc.iso(marc.record(str(n))) for n in range(100)))
    parts = list(parts_of([check_file(path)], 1000))
    assert len(parts) > 10
    assert [part.stop for part in parts[:-1]] == [part.start for part in parts[1:]]
    assert parts[-1].stop is None
    data = path.read_bytes()
    assert all(data[part.start - 1] == 0x1D for part in parts[1:])


def test_compressed_files_and_marcxml_are_not_cut(marc, write):
    """What has to be read from its beginning is one part."""
    records = [marc.record(str(n)) for n in range(100)]
    for path in (write("a.gz", marc.iso(*records)), write("a.xml", marc.xml(*records))):
        assert len(list(parts_of([check_file(path)], 100))) == 1


def test_an_item_of_each_kind_survives_the_way(marc, tmp_path):
    """What is sent by a worker arrives as it was."""
    path = tmp_path / "x.mrc"
    leader = "     nz  a22     uu 4500"
    records = [
        marc.record("1", "題名", isbn="9789622093614"),
        marc.record("2", status="d"),
        marc.holdings("3", "1"),
        marc.record("4", leader=leader),
    ]
    path.write_bytes(marc.iso(*records, marc.record("5"))[:-3])
    mapper = Mapper(SOURCE, catalogue_pipeline(), frozenset())
    items = in_one_go(path, mapper)
    assert [type(item) for item in items] == [Mapped, Deleted, Mapped, Skipped, Rejection]
    known = Mapper(SOURCE, catalogue_pipeline(), {items[0].record.digest})
    items += in_one_go(path, known)[:1]
    assert isinstance(items[-1], Known)
    (batch,) = read_part("HKU", Part(0, check_file(path)), mapper)
    batch = type(batch)(tuple(items), 7, ended=True, complete=False, reached=9)
    assert unpacked(packed(Answer(3, batch))) == Answer(3, batch)
    assert mapper.map_known(items[-1]) == items[0]


@pytest.fixture
def many(marc, tmp_path):
    """Files with some thousand records, one of them with stray terminators where it is cut."""
    sound = b"".join(marc.iso(marc.record(str(n), f"Title {n}")) for n in range(3000))
    stray = b"".join(marc.iso(marc.record(f"s{n}", "a\x1d" * 40)) for n in range(2000))
    paths = tmp_path / "sound.mrc", tmp_path / "stray.mrc"
    for path, data in zip(paths, (sound, stray), strict=True):
        path.write_bytes(data)
    return [check_file(path) for path in paths]


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of 20 kB, so that small files are read by all workers."""
    monkeypatch.setattr("indexer.workers.readers.parts_of", lambda files: parts_of(files, 20_000))


def here(files):
    with Readers(short_pipeline(), workers=1) as readers:
        return list(readers.read(SOURCE, files))


@pytest.mark.usefixtures("small_parts")
def test_workers_give_the_same_as_one_process(many):
    """Two workers, parts that begin within records, two sources: all the same, in order."""
    expected = here(many)
    with Readers(short_pipeline(), workers=2, worthwhile=0) as readers:
        for _ in range(2):
            found = list(readers.read(SOURCE, many))
            assert items_of(found) == items_of(expected)
            assert [b.file for b in found if b.ended] == [0, 1]
            assert all(batch.complete for batch in found)
        pids = readers.pool.pids
        assert len(pids) == 2
    assert not any(map(_alive, pids))


@pytest.mark.usefixtures("small_parts")
def test_a_truncated_file_is_incomplete_whoever_reads(many):
    """The file's last batch says that it was not whole; the next file is not blamed."""
    path = many[0].path
    path.write_bytes(path.read_bytes()[:-20])
    files = [check_file(path), many[1]]
    with Readers(short_pipeline(), workers=2, worthwhile=0) as readers:
        ended = [batch for batch in readers.read(SOURCE, files) if batch.ended]
    assert [(batch.file, batch.complete) for batch in ended] == [(0, False), (1, True)]


@pytest.mark.usefixtures("small_parts")
def test_a_killed_worker_costs_nothing(many):
    """Whenever a worker is killed, its part is read again and no record comes twice."""
    expected = items_of(here(many))
    with Readers(short_pipeline(), workers=2, worthwhile=0) as readers:
        found = []
        for at, batch in enumerate(readers.read(SOURCE, many)):
            found += batch.items
            if at in {3, 20}:
                os.kill(readers.pool.pids[at % 2], signal.SIGKILL)
    assert found == expected


def test_bytes_that_kill_twice_end_the_run(marc, tmp_path):
    """A worker that is killed over the same part again is an error that says so."""
    path = tmp_path / "deadly.mrc"
    path.write_bytes(marc.iso(marc.record("1"), marc.record("2", "deadly"), marc.record("3")))
    with Readers(short_pipeline(), workers=2, worthwhile=0) as readers:
        with pytest.raises(WorkerLost, match=r"deadly\.mrc"):
            list(readers.read(SOURCE, [check_file(path)]))
        assert not readers.pool.pids


def test_an_unexpected_error_of_a_worker_is_told(marc, tmp_path):
    """The traceback of the worker arrives, and no worker stays."""
    path = tmp_path / "x.mrc"
    path.write_bytes(marc.iso(marc.record("1", "explode")))
    with Readers(short_pipeline(), workers=2, worthwhile=0) as readers:
        with pytest.raises(WorkerFailed, match="ZeroDivisionError"):
            list(readers.read(SOURCE, [check_file(path)]))
        assert not readers.pool.pids


def _alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


_INTERRUPTED = """
import os, signal, sys
from multiprocessing import resource_tracker, util
from indexer.workers.worker import Worker

def interrupted(*how):
    pid = spawn(*how)
    os.kill(os.getpid(), signal.SIGINT)
    return pid

signal.signal(signal.SIGINT, signal.default_int_handler)
resource_tracker.ensure_running()
spawn, util.spawnv_passfds = util.spawnv_passfds, interrupted
try:
    Worker(id)
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_does_not_break_the_start_of_a_worker():
    """It counts once the process has all that it needs, which else would end with a traceback."""
    command = [sys.executable, "-c", _INTERRUPTED]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stderr) == (130, "")
