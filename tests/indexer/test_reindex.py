"""Whole runs on a real node: what is published, what stays, what a failure leaves."""

from __future__ import annotations

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner
from elastic_transport import ConnectionTimeout
from rich.console import Console

from base.errors import HkallError
from base.settings import Source
from cli import cli
from indexer import changes, run
from indexer.contracts import catalogue_pipeline
from indexer.gates import acceptances
from indexer.guard import lock
from indexer.inspection import lint
from indexer.log import log_path
from indexer.publish import NewIndex, list_indices
from indexer.reading import Options
from indexer.reindex import reindex
from indexer.show import print_report, print_status
from indexer.status import status
from records import RecordId, RecordStore, open_store, store_path

pytestmark = pytest.mark.es


ISBN = "9780306406157"


def test_records_become_titles_with_holdings(catalogue, marc):
    """The same edition of two libraries is one title; holdings records are joined to it."""
    report = catalogue.run(
        HKU=[marc.record("1", "紅樓夢", isbn=ISBN), marc.record("2", "Other")],
        CUHK=[marc.record("c", "红楼梦", isbn=ISBN), marc.holdings("h", "c", "Annex")],
    )
    assert (report.read, report.records_indexed, report.holdings, report.titles) == (4, 3, 1, 2)
    assert report.published
    assert report.exit_code == 0
    assert catalogue.titles() == {"HKU:1": ["HKU:1", "CUHK:c"], "HKU:2": ["HKU:2"]}
    found = catalogue.node.get(index=catalogue.names.alias, id="HKU:1")["_source"]
    assert found["held_by"] == ["HKU", "CUHK"]
    assert [copy["location"] for copy in found["holdings"]] == ["Annex"]
    assert [report.index] == catalogue.live()


def test_a_run_that_names_one_library_keeps_the_others(catalogue, marc):
    """Titles of unnamed institutions stay; a deleted member leaves its title to the others."""
    shared = {"title": "Shared", "isbn": ISBN}
    catalogue.run(HKU=[marc.record("1", **shared)], CUHK=[marc.record("c", **shared)])
    report = catalogue.run(HKU=[marc.record("2", "New")])
    assert report.absent == 1
    assert catalogue.titles() == {"CUHK:c": ["CUHK:c"], "HKU:2": ["HKU:2"]}
    assert list(report.by_institution) == ["HKU"]


def test_old_indices_are_pruned_and_the_previous_one_stays(catalogue, marc):
    """As many complete indices stay as the settings say, the live one among them."""
    runs = [catalogue.run(HKU=[marc.record(str(n))]).index for n in range(3)]
    left = [info.name for info in list_indices(catalogue.node, catalogue.names)]
    assert left == runs[1:]
    assert catalogue.live() == [runs[2]]


def test_indices_stand_in_the_order_in_which_they_were_made(catalogue):
    """Also those of one second, whose names are in no order."""
    made = [f"{catalogue.names.alias}-20200101-000000-{end}" for end in ("ffff", "0000", "8888")]
    for name in made:
        NewIndex(catalogue.node, name, {"settings": {}, "mappings": {}}).create("someone")
    assert [info.name for info in list_indices(catalogue.node, catalogue.names)] == made


def test_what_a_dead_build_left_is_removed(catalogue, marc):
    """A half-built index of this store goes, another store's stays."""
    first = catalogue.run(HKU=[marc.record("1")])
    body = catalogue_pipeline().index_body
    with open_store(store_path(catalogue.settings)) as store:
        ours, theirs = (f"{catalogue.names.alias}-20200101-00000{n}-abcd" for n in "12")
        NewIndex(catalogue.node, ours, body).create(store.name)
        NewIndex(catalogue.node, theirs, body).create("another store")
    report = catalogue.run(HKU=[marc.record("1")])
    assert report.removed_indices == [ours]
    names = {info.name for info in list_indices(catalogue.node, catalogue.names)}
    assert names == {theirs, first.index, report.index}


def test_searchers_never_see_nothing(catalogue, marc):
    """While an index replaces another, every search through the alias finds all titles."""
    records = [marc.record(str(n), f"Title {n}") for n in range(20)]
    catalogue.run(HKU=records)
    seen, done = set(), threading.Event()

    def search():
        while not done.is_set():
            seen.add(catalogue.node.count(index=catalogue.names.alias)["count"])

    searcher = threading.Thread(target=search)
    searcher.start()
    try:
        for _ in range(2):
            assert catalogue.run(HKU=records, options=Options(full=True)).published
    finally:
        done.set()
        searcher.join()
    assert seen == {20}


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8


def test_bad_input_changes_nothing(catalogue, marc):
    """A file that is not MARC stops the run before any other is taken in; the run is noted."""
    first = catalogue.run(HKU=[marc.record("1")])
    with pytest.raises(HkallError, match="not MARC"):
        catalogue.run(CUHK=[marc.record("c")], HKU=PNG)
    assert catalogue.live() == [first.index]
    assert list(status(catalogue.settings).institutions) == ["HKU"]
    last = status(catalogue.settings).last_run
    assert last.exit_code == 2
    assert "not MARC" in last.problem


def test_too_many_rejected_records_refuse_to_publish(catalogue, marc):
    """The report says what was found; live index and store are as before. Accepted, the others pass."""
    first = catalogue.run(HKU=[marc.record("1")])
    broken = marc.iso(marc.record("3", "Ä")).replace("Ä".encode(), b"\xff\xff")
    damaged = marc.iso(marc.record("2")) + 21 * broken
    with pytest.raises(HkallError, match="21 of 22 records were rejected") as caught:
        catalogue.run(HKU=damaged)
    assert "--accept rejected:HKU" in caught.value.hint
    assert caught.value.exit_code == 5
    assert caught.value.report.rejected_why == {"bad-utf8": 21}
    assert not caught.value.report.published
    assert catalogue.live() == [first.index]
    with open_store(store_path(catalogue.settings)) as store:
        assert store.get(RecordId("HKU", "2")) is None
        assert store.get(RecordId("HKU", "1")) is not None
    accepted = tuple(acceptances(["rejected:HKU"], "known fault"))
    report = catalogue.run(HKU=damaged, options=Options(accepted=accepted))
    (gate,) = report.gates
    assert (gate.gate, gate.accepted, report.published) == ("rejected", "known fault", True)
    events = [json.loads(line) for line in log_path(catalogue.settings).read_text().splitlines()]
    passed = [event for event in events if event["event"] == "gate"]
    assert [event["accepted"] for event in passed] == ["", "known fault"]


@pytest.mark.parametrize("failure", [KeyboardInterrupt, RuntimeError("broken")])
def test_a_build_that_ends_early_leaves_no_trace(catalogue, marc, monkeypatch, failure):
    """Ctrl-C (or a bug) while loading: no half-built index, the run noted, the next one brings all."""
    first = catalogue.run(HKU=[marc.record("1")])

    def fail(*_arguments):
        raise failure

    monkeypatch.setattr(changes, "load", fail)
    with pytest.raises(BaseException) as caught:  # noqa: PT011 - whichever it is
        catalogue.run(HKU=[marc.record("2")])
    assert caught.type in (KeyboardInterrupt, RuntimeError)
    assert [info.name for info in list_indices(catalogue.node, catalogue.names)] == [first.index]
    assert catalogue.titles() == {"HKU:1": ["HKU:1"]}
    expected = 130 if failure is KeyboardInterrupt else 1
    assert status(catalogue.settings).last_run.exit_code == expected
    monkeypatch.undo()
    assert catalogue.run(CUHK=[marc.record("c")]).published
    assert set(catalogue.titles()) == {"HKU:2", "CUHK:c"}


@pytest.mark.parametrize("failure", [KeyboardInterrupt, ConnectionTimeout("no answer")])
def test_a_failure_after_the_swap_leaves_a_whole_index_live(catalogue, marc, monkeypatch, failure):
    """The answer to the swap is lost, or Ctrl-C comes with it: what is live is checked and complete."""
    publish = NewIndex.publish

    def fail_after(new, names):
        publish(new, names)
        raise failure

    first = catalogue.run(HKU=[marc.record("1")])
    with monkeypatch.context() as patched:
        patched.setattr(NewIndex, "publish", fail_after)
        with pytest.raises((KeyboardInterrupt, HkallError)):
            catalogue.run(HKU=[marc.record("2")])
    assert catalogue.titles() == {"HKU:2": ["HKU:2"]}
    again = catalogue.run(HKU=[marc.record("2")])
    assert (again.mode, again.index) == ("none", catalogue.live()[0])
    assert again.index != first.index


def test_a_store_that_cannot_commit_changes_nothing(catalogue, marc, monkeypatch):
    """The disk fills up while records are taken in: index and store both say what they said before."""
    first = catalogue.run(HKU=[marc.record("1")])
    transaction = RecordStore.transaction

    @contextmanager
    def failing(store):
        with transaction(store):
            yield
            raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(RecordStore, "transaction", failing)
    with pytest.raises(HkallError) as caught:
        catalogue.run(HKU=[marc.record("2")])
    assert caught.value.exit_code == 7
    assert catalogue.live() == [first.index]
    assert catalogue.titles() == {"HKU:1": ["HKU:1"]}
    with open_store(store_path(catalogue.settings)) as store:
        assert store.runs.last().exit_code == 7


def test_a_file_name_that_is_no_text_is_noted_as_it_can_be(catalogue, marc):
    """Old servers have names in Big5: a run that does not find such a file says so, and keeps it."""
    catalogue.run(HKU=[marc.record("1")])
    source = Source("HKU", ("\udca4\udca4.mrc",), on_missing="abort")
    with pytest.raises(HkallError) as caught:
        reindex(catalogue.settings, [source])
    assert caught.value.exit_code == 2
    report = reindex(catalogue.settings, [msgspec.structs.replace(source, on_missing="keep")])
    assert "\\udca4\\udca4.mrc" in report.attention[0]
    with open_store(store_path(catalogue.settings)) as store:
        assert store.runs.last().report["attention"] == report.attention


def test_old_indices_that_cannot_be_deleted_are_said(catalogue, marc, monkeypatch):
    """The new index stays published: the run needs a person, it has not failed."""

    def fail(*_arguments):
        raise ConnectionTimeout("no answer")

    monkeypatch.setattr(run, "prune", fail)
    report = catalogue.run(HKU=[marc.record("1")])
    assert (report.published, report.exit_code) == (True, 1)
    assert "remain" in report.attention[0]
    assert catalogue.live() == [report.index]


def test_a_full_source_without_a_record_deletes_nothing(catalogue, marc):
    """An export that went wrong is not an empty library: exit code 1, the records stay."""
    catalogue.run(HKU=[marc.record("1")])
    report = catalogue.run(HKU=marc.xml())
    assert (report.exit_code, report.kept, report.absent) == (1, 1, 0)
    assert "no record" in report.attention[0]
    assert catalogue.titles() == {"HKU:1": ["HKU:1"]}


def test_what_a_full_source_no_longer_has_is_said(catalogue, marc, capsys):
    """Deletion by absence is in the report for people too."""
    catalogue.run(HKU=[marc.record(n) for n in "123"])
    print_report(catalogue.run(HKU=[marc.record("1")]))
    assert "no longer in its files, and deleted: HKU 2" in capsys.readouterr().out


def test_a_file_name_that_is_no_utf8_is_read(catalogue, marc, write):
    """Its odd bytes are shown as U+FFFD, in the report and in the status."""
    path = write("a.mrc", marc.iso(marc.record("1"), marc.record("")))
    odd = os.fsdecode(os.fsencode(path.parent) + b"/h\xff.mrc")
    try:
        os.rename(path, odd)  # noqa: PTH104 - a name that a Path would not show
    except OSError as error:
        pytest.skip(f"this file system wants UTF-8: {error}")
    report = reindex(catalogue.settings, [Source("HKU", (odd,))])
    assert report.rejections[0].file.endswith("/h\ufffd.mrc")
    assert status(catalogue.settings).institutions["HKU"].source_file.endswith("/h\ufffd.mrc")


@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_the_process_as_shells_expect(catalogue, marc, write, sent, code):
    """Ctrl-C or SIGTERM while reading: its exit code, noted too; nothing of the run stays."""
    first = catalogue.run(HKU=[marc.record("1")])
    path = write("big.mrc", marc.iso(*(marc.record(f"n{n}") for n in range(500))) * 400)
    settings = catalogue.settings
    environment = os.environ | {
        "HKALL_HOME": settings.home,
        "HKALL_CACHE": settings.cache,
        "HKALL_PREFIX": settings.prefix,
    }
    command = [sys.executable, "-m", "cli", "reindex", "--source", f"HKU={path}"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    for _ in range(300):
        if status(settings).last_run.exit_code is None:
            break
        time.sleep(0.1)
    time.sleep(0.5)
    process.send_signal(sent)
    _, stderr = process.communicate(timeout=60)
    assert process.returncode == code
    assert "Traceback" not in stderr
    assert catalogue.live() == [first.index]
    assert status(settings).institutions["HKU"].records == 1
    assert status(settings).last_run.exit_code == code


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_full_disk_ends_a_run_in_order(catalogue, marc, tmp_path):
    """What it cannot write any more hides neither how it ended nor what monitoring is told."""
    first = catalogue.run(HKU=[marc.record("1")])
    metrics = {"metrics_file": str(tmp_path / "hkall.prom")}
    settings = catalogue.changed(operations=metrics).settings
    list_of_next = settings.home_path / "rejected" / f"{settings.prefix}-{first.run + 1}.jsonl"
    list_of_next.parent.mkdir(exist_ok=True)
    list_of_next.symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left"):
        reindex(settings, catalogue.sources(HKU=[marc.record("2"), marc.record("")]))
    last = status(settings).last_run
    assert (last.id, last.exit_code) == (first.run + 1, 7)
    assert "No space left" in last.problem
    assert "hkall_run_exit_code" in (told := (tmp_path / "hkall.prom").read_text())
    assert "} 7\n" in told
    assert catalogue.live() == [first.index]


def test_refused_documents_count_as_rejected(catalogue, marc):
    """A title that Elasticsearch refuses: its records are rejected, the run needs a person."""
    usual = catalogue_pipeline()

    def merge(title):
        return usual.merge(title) | ({"unknown": 1} if title.id == "HKU:2" else {})

    pipeline = replace(usual, merge=merge)
    sources = catalogue.sources(HKU=[marc.record("1"), marc.record("2")])
    report = reindex(catalogue.settings, sources, pipeline=pipeline)
    assert (report.records_indexed, report.rejected, report.exit_code) == (1, 1, 1)
    assert report.rejections[0].reason == "refused-by-elasticsearch"
    assert list(catalogue.titles()) == ["HKU:1"]


@pytest.mark.parametrize("night", ["unchanged", "small", "full"])
def test_refused_titles_are_tried_again_by_the_next_night(catalogue, marc, night):
    """Whatever that night does otherwise; as long as one is missing, a person is told."""
    usual = catalogue_pipeline()

    def merge(title):
        return usual.merge(title) | ({"unknown": 1} if title.id == "HKU:2" else {})

    records = [marc.record(str(n)) for n in range(40)]
    catalogue.run(HKU=records)
    faulty = replace(usual, merge=merge, factory=None)
    other = [*records[:2], marc.record("2", "Other"), *records[3:]]
    report = reindex(catalogue.settings, catalogue.sources(HKU=other), pipeline=faulty)
    assert (report.mode, report.failed_documents) == ("clone", 1)
    assert "HKU:2" not in catalogue.titles()
    report = reindex(catalogue.settings, catalogue.sources(HKU=other), pipeline=faulty)
    assert (report.mode, report.failed_documents, report.exit_code) == ("none", 1, 1)
    assert report.rejected_why == {"refused-by-elasticsearch": 1}
    if night == "small":
        other[5] = marc.record("5", "Other too")
    report = catalogue.run(HKU=other, options=Options(full=night == "full"))
    modes = {"unchanged": "none", "small": "clone", "full": "fresh"}
    assert (report.mode, report.failed_documents, report.exit_code) == (modes[night], 0, 0)
    assert catalogue.documents() == catalogue.batch()
    assert catalogue.run(HKU=other).attention == []
    assert lint(catalogue.settings) == []


def test_an_incomplete_full_source_needs_a_person(catalogue, marc):
    """What it did not confirm stays live, and the exit code is 1."""
    catalogue.run(HKU=[marc.record(n) for n in "123"])
    report = catalogue.run(HKU=marc.iso(marc.record("1"), marc.record("2", "Other"))[:-9])
    assert report.exit_code == 1
    assert "read incompletely" in report.attention[0]
    assert "3 records that the files did not confirm were kept" in report.attention[1]
    assert set(catalogue.titles()) == {"HKU:1", "HKU:2", "HKU:3"}


def test_one_run_at_a_time(catalogue, marc):
    """A second run of the same prefix is told so at once."""
    with lock(catalogue.settings), pytest.raises(HkallError) as caught:
        catalogue.run(HKU=[marc.record("1")])
    assert caught.value.exit_code == 6


def test_the_status_tells_a_run_at_work_from_a_killed_one(catalogue):
    """By the lock, which the system takes from a process that has died; looking at it locks nobody out."""
    with catalogue.store() as store:
        store.runs.start("2026-01-01T02:00:00+00:00")
    for at_work, words in ((True, "is at work"), (False, "was killed")):
        with lock(catalogue.settings) if at_work else nullcontext():
            found = status(catalogue.settings)
        assert (found.last_run.exit_code, found.last_run.running) == (None, at_work)
        console = Console(file=io.StringIO(), width=120)
        print_status(found, console)
        assert words in console.file.getvalue()
    with lock(catalogue.settings):
        pass


class Meanwhile:
    """Progress that does something when all is read."""

    def __init__(self, act):
        self.act = act

    @contextmanager
    def phase(self, name, *_):
        yield lambda _: None
        if name == "Reading":
            self.act()


def test_a_file_that_is_moved_away_meanwhile_was_read(catalogue, marc, write):
    """The run goes on with what it has read; only the bytes of the rejected record are not to be had."""
    path = write("a.mrc", marc.iso(marc.record("1"), marc.record("")))
    sources = [Source("HKU", (str(path),))]
    report = reindex(catalogue.settings, sources, progress=Meanwhile(path.unlink))
    assert (report.published, report.exit_code, report.rejected) == (True, 0, 1)
    assert status(catalogue.settings).institutions["HKU"].source_file == str(path)
    with catalogue.store() as store:
        (entry,) = store.quarantine.entries()
        assert store.quarantine.get(entry.id).data == b""


def test_metrics_that_cannot_be_written_in_the_end_do_not_hide_the_run(catalogue, marc, tmp_path):
    """The folder has gone meanwhile: the run is done, and the log says that its metrics are lost."""
    folder = tmp_path / "metrics"
    folder.mkdir()
    there = catalogue.changed(operations={"metrics_file": str(folder / "hkall.prom")})
    sources = there.sources(HKU=[marc.record("1")])
    report = reindex(there.settings, sources, progress=Meanwhile(folder.rmdir))
    assert (report.published, report.exit_code) == (True, 0)
    events = [json.loads(line) for line in log_path(there.settings).read_text().splitlines()]
    (lost,) = [each for each in events if each["event"] == "metrics-lost"]
    assert (lost["run"], str(folder) in lost["problem"]) == (report.run, True)


def test_too_little_disk_is_found_first(catalogue, marc):
    """Before anything is read."""
    build = msgspec.structs.replace(catalogue.settings.build, min_free_mib=1 << 40)
    settings = msgspec.structs.replace(catalogue.settings, build=build)
    with pytest.raises(HkallError, match="MiB are needed") as caught:
        reindex(settings, catalogue.sources(HKU=[marc.record("1")]))
    assert caught.value.exit_code == 7
    assert not store_path(settings).exists()


def test_an_unreachable_cluster_is_found_before_reading(catalogue, marc):
    """Exit code 4, and the store holds nothing of the run."""
    es = msgspec.structs.replace(catalogue.settings.es, url="http://127.0.0.1:9")
    settings = msgspec.structs.replace(catalogue.settings, es=es)
    with pytest.raises(HkallError) as caught:
        reindex(settings, catalogue.sources(HKU=[marc.record("1")]))
    assert caught.value.exit_code == 4
    assert status(settings).last_run.exit_code == 4
    assert not status(settings).institutions


def test_the_command_prints_the_report(catalogue, marc, write):
    """`--json` is one object whose counts add up; the table names rejected records."""
    settings = catalogue.settings
    environment = {
        "HKALL_HOME": settings.home,
        "HKALL_CACHE": settings.cache,
        "HKALL_PREFIX": settings.prefix,
    }
    path = write("a.mrc", marc.iso(marc.record("1"), marc.record("")))
    arguments = ["reindex", "--source", f"hku={path}"]
    result = CliRunner().invoke(cli, [*arguments, "--json"], env=environment)
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    taken = ("records_indexed", "holdings", "deleted", "skipped", "rejected")
    assert report["read"] == sum(report[name] for name in taken) == 2
    assert report["published"] is True
    assert report["titles"] == 1
    result = CliRunner().invoke(cli, [*arguments, "--full"], env=environment)
    assert f"{path} at " in result.stdout
    assert "no-control-number" in result.stdout
    shown = CliRunner().invoke(cli, ["status"], env=environment)
    assert catalogue.live()[0] in shown.stdout
    listed = CliRunner().invoke(cli, ["index", "list", "--json"], env=environment)
    assert [info["live"] for info in json.loads(listed.stdout)] == [False, True]


LARGE = 4_000_000
"""Bytes; two larger files, a third of the records and most of the bytes, are much of the same."""


def test_real_files_of_eight_institutions(catalogue, shared_files):
    """Real files in one run: the counts add up and nearly everything is a title."""
    codes = ("HKU", "CUHK", "HKUST", "PolyU", "CityU", "HKBU", "LU", "EdUHK")
    files = [path for path in shared_files if path.stat().st_size < LARGE]
    assert len(shared_files) - len(files) <= 2
    sources = [Source(codes[at % 8], (str(path),)) for at, path in enumerate(files)]
    report = reindex(catalogue.settings, sources)
    for counts in (report, *report.by_institution.values()):
        taken = counts.records_indexed + counts.holdings + counts.deleted
        assert counts.read == taken + counts.skipped + counts.rejected
    assert report.failed_documents == 0
    assert report.rejected == len(report.rejections) < 700
    assert catalogue.node.count(index=catalogue.names.alias)["count"] == report.titles > 8_500
