"""A corrected mapping reaches every stored record, from the bytes that the store has of it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace

import msgspec
import pytest

from base.settings import Source
from indexer.cluster import InterimMatcher, cluster
from indexer.contracts import Pipeline, catalogue_pipeline
from indexer.intake import CheckedSource, Intake
from indexer.progress import Silent
from indexer.read import check_files
from indexer.reindex import reindex
from indexer.remap import Remapping
from indexer.report import Rejections
from indexer.transform.result import RecordProblem, Transformed
from records import RecordId, open_store


class Rules:
    """A transform that shows by which version of it, and how it was told to read, a record was mapped."""

    def __init__(self, version, source):
        self.version, self.source = version, source

    def transform(self, record):
        fields = dict(record.fields)
        title = fields.get("245", "")
        if "later refused" in title and self.version > 1:
            raise RecordProblem("no-title", "by the new rules")
        turned = "later holdings" in title and self.version > 1
        kind = "holdings" if record.leader[6] == "x" or turned else "bibliographic"
        document = {"title": title, "holdings": list(self.source.holdings)}
        if "constant" not in title:
            document["version"] = self.version
        return Transformed(kind, fields["001"], document, parent=fields.get("004", ""))


def rules(version, factory):
    return Pipeline(lambda s: Rules(version, s), lambda _: {}, {}, {}, f"v{version}", factory)


def first():
    return rules(1, first)


def second():
    return rules(2, second)


class Home:
    """A store that several sources were read into."""

    def __init__(self, folder, marc):
        self.folder, self.marc, self.path = folder, marc, folder / "store.sqlite"

    def read(self, institution, records, pipeline, name="x.mrc", **more):
        path = self.folder / f"{institution}-{name}"
        xml = name.endswith("xml")
        path.write_bytes(self.marc.xml(*records) if xml else self.marc.iso(*records))
        source = Source(institution, (str(path),), extent="delta", **more)
        rejections = Rejections(self.folder / "r.jsonl")
        with (
            closing(rejections),
            open_store(self.path) as store,
            closing(Intake(store, store.runs.start("now"), "2026-01-01", rejections)) as intake,
        ):
            checked = CheckedSource(source, tuple(check_files(source)))
            intake.read(checked, pipeline, lambda _: None)
            intake.settle(institution, "delta", 0.1)
            cluster(store, InterimMatcher())
            return intake.tallies[institution]

    def renew(self, pipeline, **more):
        """Map anew; returns the rejections and how many records were looked at."""
        remapping = Remapping(pipeline, (), **more)
        with open_store(self.path) as store:
            failed = list(remapping.run(store, "2026-01-02", 9, Silent()))
            cluster(store, InterimMatcher())
        return failed, remapping.count

    def documents(self):
        with open_store(self.path) as store:
            return {t.id: t.members[0].document for t in store.iter_titles()}


@pytest.fixture
def home(tmp_path, marc):
    """Two libraries, one with MARCXML, holdings in fields of their own, and a holdings record."""
    made = Home(tmp_path, marc)
    many = [marc.record(f"n{n}", f"Title {n}") for n in range(1200)]
    made.read("HKU", [*many, marc.holdings("h", "n1")], first())
    xml = [marc.record("x1", "紅樓夢"), marc.record("x2", "constant")]
    made.read("CUHK", xml, first(), "y.xml", holdings=("952",))
    return made


@pytest.mark.parametrize("workers", [1, 2])
def test_all_records_are_mapped_as_if_read_anew(home, workers):
    """Whoever does it; a title whose document stays the same does not count as changed."""
    with open_store(home.path) as store:
        before = store.last_change()
    failed, count = home.renew(second(), workers=workers, worthwhile=0)
    assert (failed, count) == ([], 1203)
    found = home.documents()
    assert found.pop("CUHK:x2") == {"title": "10\x1faconstant", "holdings": ["952"]}
    assert {document["version"] for document in found.values()} == {2}
    assert found["CUHK:x1"]["holdings"] == ["952"]
    with open_store(home.path) as store:
        assert store.change_count(before) == 1201
        assert store.get(RecordId("HKU", "h"), "holdings").origin.file.endswith("HKU-x.mrc")
    assert home.renew(second()) == ([], 0)


def test_what_was_mapped_anew_is_known_when_its_file_comes_again(home, marc):
    """The next reading of the same bytes by the same rules finds nothing changed."""
    home.renew(second())
    tally = home.read("CUHK", [marc.record("x1", "紅樓夢")], second(), "y.xml", holdings=("952",))
    assert (tally.read, tally.unchanged) == (1, 1)


def test_what_is_of_another_kind_by_other_rules_stays(home, marc):
    """A bibliographic record does not become a holdings record on the way: it is said instead."""
    home.read("LU", [marc.record("l", "later holdings")], first())
    failed, _ = home.renew(second())
    assert [(each.control_number, each.reason) for each in failed] == [("l", "other-kind")]
    assert home.documents()["LU:l"]["version"] == 1


def test_what_cannot_be_mapped_anew_stays_and_is_said_once(home, marc):
    """It keeps its document; the same rules do not try it again."""
    home.read("LU", [marc.record("l", "later refused")], first())
    failed, count = home.renew(second())
    assert count == 1204
    assert [(each.institution, each.control_number, each.reason) for each in failed] == [
        ("LU", "l", "no-title")
    ]
    assert home.documents()["LU:l"]["version"] == 1
    assert home.renew(second()) == ([], 0)


def test_a_run_that_dies_in_between_is_continued(home):
    """What was mapped stays mapped, and only the rest is looked at."""
    remapping = Remapping(second(), ())
    with open_store(home.path) as store:
        seen = []

        class Dying(Silent):
            def phase(self, *_arguments):
                return closing_after(seen)

        with pytest.raises(KeyboardInterrupt):
            list(remapping.run(store, "2026-01-02", 9, Dying()))
    _, count = home.renew(second())
    assert count == 1203 - seen[-1]
    assert seen[-1] > 0


def closing_after(seen):
    """A phase that ends the run when the first part of it is done."""
    from contextlib import contextmanager

    @contextmanager
    def phase():
        def done(number):
            seen.append(number)
            raise KeyboardInterrupt

        yield done

    return phase()


def test_records_of_an_older_store_are_mapped_anew_once(home):
    """Where nobody knows by which rules a record was mapped, the settings say how it is read."""
    with closing(sqlite3.connect(home.path)) as connection:
        connection.execute("UPDATE record SET rules = NULL")
        connection.commit()
    source = Source("CUHK", ("unused",), holdings=("949",))
    with open_store(home.path) as store:
        assert list(Remapping(second(), [source]).run(store, "2026-01-02", 9, Silent())) == []
    assert home.documents()["CUHK:x1"]["holdings"] == ["949"]
    assert home.renew(second()) == ([], 0)


@pytest.mark.es
def test_a_corrected_mapping_reaches_libraries_that_a_run_does_not_name(catalogue, marc):
    """One library is read; the live index has all of them by the new rules, like a batch."""
    usual = catalogue_pipeline()

    class Shouting:
        def __init__(self, source):
            self.usual = usual.transform(source)

        def transform(self, record):
            found = self.usual.transform(record)
            document = dict(found.document)
            display = document["display"]
            document["display"] = {**display, "title": display["title"].upper()}
            return msgspec.structs.replace(found, document=document)

    catalogue.run(HKU=[marc.record("1", "One")], CUHK=[marc.record("c", "Two")])
    corrected = replace(usual, transform=Shouting, fingerprint="corrected", factory=None)
    sources = catalogue.sources("delta", HKU=[marc.record("2", "Three")])
    report = reindex(catalogue.settings, sources, pipeline=corrected)
    assert (report.remapped, report.published, report.exit_code) == (2, True, 0)
    shown = {id_: found["display"]["title"] for id_, found in catalogue.documents().items()}
    assert shown == {"HKU:1": "ONE", "CUHK:c": "TWO", "HKU:2": "THREE"}
    assert catalogue.documents() == catalogue.batch()
    again = reindex(catalogue.settings, [], pipeline=corrected)
    assert (again.mode, again.remapped) == ("none", 0)
