"""Rejected records keep their bytes, and come in again after a fix."""

from __future__ import annotations

import json

import msgspec
import pytest
from click.testing import CliRunner

from base.settings import Source
from cli import cli
from indexer import report as report_module
from indexer.progress import Silent
from indexer.quarantine import replay
from indexer.reindex import reindex
from indexer.report import PublicationRefused
from records import RecordId

pytestmark = pytest.mark.es


@pytest.mark.parametrize("name", ["a.mrc", "a.mrc.gz", "a.mrc.zst"])
def test_bytes_of_rejected_records(catalogue, marc, write, name):
    """The bytes at the offset after decompression are kept; a full delivery renews all."""
    numberless = marc.iso(marc.record("", "Numberless"))
    good = marc.iso(*(marc.record(f"n{n}") for n in range(200)))
    path = write(name, good + numberless + numberless)
    report = reindex(catalogue.settings, [Source("HKU", (str(path),))])
    assert report.rejected_why == {"no-control-number": 2}
    with catalogue.store() as store:
        found = [store.quarantine.get(each.id) for each in store.quarantine.entries("HKU")]
    assert [each.data for each in found] == [numberless, numberless]
    assert [each.origin.offset for each in found] == [len(good), len(good) + len(numberless)]
    catalogue.run(HKU=good)
    with catalogue.store() as store:
        assert not list(store.quarantine.entries())


def test_replay_after_a_fix(catalogue, marc):
    """With the right field named, what had no control number comes in, known by the library's own
    file and offset; the rest stays and is said."""
    odd = marc.record("", "Odd", fields=[marc.field("035", a="x7")])
    damaged = marc.iso(marc.record("9", "Ä")).replace("Ä".encode(), b"\xff\xff")
    data = marc.iso(*(marc.record(f"n{n}") for n in range(40)), odd) + damaged
    catalogue.run(HKU=data)
    with catalogue.store() as store:
        sources, (kept, _) = store.runs.sources(), list(store.quarantine.entries())
    source = Source("HKU", ("unused",), control_number=("001", "035a"))
    settings = msgspec.structs.replace(catalogue.settings, source=(source,))
    found = replay(settings, "", "", reindex, Silent())
    assert (found.tried, found.taken, found.still_damaged) == (2, 1, 1)
    assert "HKU:x7" in catalogue.titles()
    assert len(catalogue.titles()) == 41
    with catalogue.store() as store:
        assert [each.reason for each in store.quarantine.entries()] == ["bad-utf8"]
        assert store.runs.sources() == sources
        assert store.get(RecordId("HKU", "x7")).origin == kept.origin


def test_a_replay_that_is_refused_takes_in_all_the_same(catalogue, marc):
    """A gate that refuses is said; the record is in the store and no longer in quarantine."""
    odd = marc.record("", "Odd", fields=[marc.field("035", a="x7")])
    catalogue.run(HKU=[*(marc.record(f"n{n}") for n in range(90)), odd])
    with pytest.raises(PublicationRefused):
        catalogue.run(HKU=[marc.record("n1"), odd])
    source = Source("HKU", ("unused",), control_number=("001", "035a"))
    settings = msgspec.structs.replace(catalogue.settings, source=(source,))
    with pytest.raises(PublicationRefused):
        replay(settings, "", "", reindex, Silent())
    with catalogue.store() as store:
        assert store.holds(RecordId("HKU", "x7"))
        assert not list(store.quarantine.entries())


def test_more_rejections_than_a_report_lists(catalogue, marc, monkeypatch):
    """All of them are kept with their bytes, and each that is sound by now comes in."""
    monkeypatch.setattr(report_module, "LISTED", 3)
    odd = [marc.record("", f"Odd {n}", fields=[marc.field("035", a=f"x{n}")]) for n in range(150)]
    hopeless = [marc.record("", f"Hopeless {n}") for n in range(20)]
    mixed = [each for pair in zip(odd, hopeless, strict=False) for each in pair] + odd[20:]
    report = catalogue.run(HKU=[marc.record("1"), *mixed])
    assert (report.rejected, len(report.rejections)) == (170, 3)
    with catalogue.store() as store:
        kept = [store.quarantine.get(each.id) for each in store.quarantine.entries()]
    assert [each.data for each in kept] == [marc.iso(each) for each in mixed]
    source = Source("HKU", ("unused",), control_number=("001", "035a"))
    settings = msgspec.structs.replace(catalogue.settings, source=(source,))
    found = replay(settings, "", "", reindex, Silent())
    assert (found.tried, found.taken, found.still_damaged) == (170, 150, 20)
    with catalogue.store() as store:
        left = [store.quarantine.get(each.id).data for each in store.quarantine.entries()]
    assert left == [marc.iso(each) for each in hopeless]


def test_what_came_in_since_is_not_replayed(catalogue, marc):
    """A later delta that brings the record sound takes its damaged form out of quarantine."""
    damaged = marc.iso(marc.record("9", "Ä")).replace("Ä".encode(), b"\xff\xff")
    catalogue.run(HKU=marc.iso(marc.record("1")) + damaged)
    catalogue.run("delta", HKU=[marc.record("9", "Sound")])
    with catalogue.store() as store:
        assert not list(store.quarantine.entries())


def test_the_commands(catalogue, marc):
    """list, show and purge say and do what they should."""
    catalogue.run(HKU=[marc.record("1"), marc.record("", "Numberless")])
    settings = catalogue.settings
    environment = {
        "HKALL_HOME": settings.home,
        "HKALL_CACHE": settings.cache,
        "HKALL_PREFIX": settings.prefix,
    }

    def run(*words):
        return CliRunner().invoke(cli, ["quarantine", *words], env=environment)

    (row,) = json.loads(run("list", "--json").stdout)
    assert row["reason"] == "no-control-number"
    assert "Numberless" in run("show", str(row["id"])).stdout
    assert run("show", "99").exit_code == 2
    assert run("purge").exit_code == 2
    assert run("purge", "--institution", "hku").stdout == "1 removed\n"
    assert run("list").stdout == ""
