"""The record store: intake, titles, transactions, failures of its file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from base.errors import HkallError
from records import (
    Copy,
    GoneTitle,
    KnownTitle,
    Origin,
    Outcome,
    RecordId,
    Run,
    SourceRead,
    StoredRecord,
    Word,
    database,
    open_store,
)
from records.codec import Codec
from records.stage import Arrival


@pytest.fixture
def path(tmp_path):
    return tmp_path / "stores" / "test.sqlite"


@pytest.fixture
def store(path):
    with open_store(path) as opened:
        yield opened


def record(number, institution="HKU", kind="bibliographic", **more):
    return StoredRecord(
        id=RecordId(institution, number),
        kind=kind,
        syntax="iso2709",
        origin=Origin("file.mrc", 7, 9),
        data=f"bytes of {number}".encode(),
        document={"title": {"latin": [number]}, "year": [1999]},
        added="2026-01-01",
        **more,
    )


def packed(each, run=1):
    return Codec().pack(each, str(each.id).encode() + bytes([run]))


def put(store, *records, run=1):
    return [store.put(packed(each, run), "2026-01-01", run) for each in records]


def title(store, *groups):
    """Take a partition, given as groups of control numbers; others are titles of their own."""
    store.affected_keys()
    sequences = [[store.get(RecordId(*name.split(":"))).sequence for name in g] for g in groups]
    return store.regroup([(each, min(group)) for group in sequences for each in group])


def titles(store):
    return {t.id: [str(m.id) for m in t.members] for t in store.iter_titles()}


def test_a_record_comes_back_as_it_was_put(store):
    """Bytes, document, copies, origin: all of it, with the sequence that the store gave."""
    given = record("1", match_keys=("k",), copies=(Copy(location="Main", statements=("v.1",)),))
    assert put(store, given) == [Outcome.NEW]
    found = store.get(given.id)
    assert found.sequence > 0
    for name in ("id", "kind", "syntax", "origin", "data", "document", "copies", "added"):
        assert getattr(found, name) == getattr(given, name)
    assert store.get(RecordId("HKU", "2")) is None


def test_a_known_number_keeps_sequence_and_first_day(store):
    """A changed record is the same member of its title as before."""
    put(store, record("1"), record("2"))
    before = store.get(RecordId("HKU", "1"))
    changed = msgspec.structs.replace(record("1"), document={"title": {"latin": ["other"]}})
    assert put(store, changed, run=2) == [Outcome.CHANGED]
    after = store.get(RecordId("HKU", "1"))
    assert (after.sequence, after.document) == (before.sequence, changed.document)


def test_a_deleted_record_comes_back_in_its_old_place(store):
    """Number, sequence and first day outlive the content."""
    put(store, record("1"), record("2"))
    before = store.get(RecordId("HKU", "1"))
    assert store.delete(before.id, "bibliographic", 2)
    assert not store.delete(before.id, "bibliographic", 2)
    assert store.get(before.id) is None
    assert store.known("HKU", b"HKU:1\x01") is None
    assert store.put(packed(record("1"), 3), "2026-03-03", 3) is Outcome.NEW
    again = store.get(before.id)
    assert (again.sequence, again.added) == (before.sequence, "2026-01-01")


def test_a_record_is_known_by_its_digest(store):
    """Only to its own institution."""
    put(store, record("1"))
    known = store.known("HKU", b"HKU:1\x01")
    assert (known.kind, known.control_number) == ("bibliographic", "1")
    assert store.known("HKU", b"other") is None
    assert store.known("CUHK", b"HKU:1\x01") is None


def test_what_a_stage_has_not_met_is_absent(store):
    """Seen or damaged records stay, the others of that institution go, others' stay."""
    put(store, record("1"), record("2"), record("3"), record("1", "CUHK"))
    stage = store.stage()
    stage.say(Arrival("bibliographic", "1", Word.SAME))
    stage.mark("2")
    assert list(store.absent("HKU", stage)) == [("bibliographic", "3")]
    assert store.remove_absent("HKU", stage, 2) == 1
    assert store.get(RecordId("HKU", "3")) is None
    assert {k: v.bibliographic for k, v in store.counts().items()} == {"CUHK": 1, "HKU": 2}
    stage.close()


def test_a_stage_keeps_the_last_word_and_leaves_no_file(store, path):
    """Words replace one another in the place of the first; nothing of it is seen in the folder."""
    before = set(path.parent.iterdir())
    stage = store.stage()
    assert stage.say(Arrival("bibliographic", "2", Word.DELETED)) is None
    assert stage.put(packed(record("1")), held=True) is None
    assert stage.put(packed(record("2")), held=False) is Word.DELETED
    assert stage.say(Arrival("bibliographic", "1", Word.SAME)) is Word.CHANGED
    assert [(a.control_number, a.word, a.record) for a in stage.changes()] == [
        ("2", Word.NEW, packed(record("2")))
    ]
    store.take("HKU", stage, "2026-01-01", 1)
    assert store.get(RecordId("HKU", "2")).data == record("2").data
    stage.close()
    assert set(path.parent.iterdir()) == before


def test_bibliographic_and_holdings_numbers_are_two_spaces(store):
    """A holdings record may have the number of a bibliographic one."""
    copies = (Copy(location="Annex"),)
    put(store, record("1"), record("1", kind="holdings", parent="1", copies=copies))
    assert store.holdings_of(RecordId("HKU", "1")) == copies
    assert store.get(RecordId("HKU", "1")).kind == "bibliographic"
    assert store.delete(RecordId("HKU", "1"), "holdings", 2)
    assert store.holdings_of(RecordId("HKU", "1")) == ()


def test_orphans_are_staged_holdings_without_parent(store):
    """The parent must be of the same institution."""
    put(store, record("b1"), record("b2", "CUHK"))
    put(store, *(record(f"h{n}", kind="holdings", parent=f"b{n}") for n in (1, 2)))
    stage, empty = store.stage(), store.stage()
    stage.say(Arrival("holdings", "h1", Word.SAME))
    stage.say(Arrival("holdings", "h2", Word.SAME))
    assert [(str(i), parent) for i, _, parent in store.orphans("HKU", stage)] == [("HKU:h2", "b2")]
    assert list(store.orphans("HKU", empty)) == []
    stage.close()
    empty.close()


def test_titles_are_the_partition_that_was_taken(store):
    """Members stand in order of sequence under their founder; a new partition replaces the old."""
    put(store, record("1"), record("2", "CUHK"), record("3"), record("4"))
    title(store, ["HKU:1", "HKU:3"])
    assert titles(store) == {
        "HKU:1": ["HKU:1", "HKU:3"],
        "CUHK:2": ["CUHK:2"],
        "HKU:4": ["HKU:4"],
    }
    assert store.title_count() == 3
    assert store.members_of("HKU:1") == (RecordId("HKU", "1"), RecordId("HKU", "3"))


def test_ranges_of_titles_make_up_all_of_them(store):
    """Whatever the size of the ranges, each title is in one."""
    put(store, *(record(str(n)) for n in range(7)))
    title(store, ["HKU:0", "HKU:6"])
    for size in (1, 2, 3, 6, 9):
        ranges = store.title_ranges(size)
        found = [t.id for low, high in ranges for t in store.iter_titles(low, high)]
        assert found == [t.id for t in store.iter_titles()]


def test_a_merged_id_leads_to_the_older_title(store):
    """The older id wins; the other is gone, and leads on even when the winner's founder goes."""
    put(store, *(record(n, match_keys=("k",) if n != "2" else ()) for n in "123"))
    title(store, ["HKU:1", "HKU:3"])
    before = store.last_change()
    put(store, record("2", match_keys=("k",)), run=2)
    title(store, ["HKU:1", "HKU:2", "HKU:3"])
    changes = list(store.changes_after(before))
    assert [each.id for each in changes] == ["HKU:1", "HKU:2"]
    assert changes[1] == GoneTitle("HKU:2", "HKU:1")
    store.delete(RecordId("HKU", "1"), "bibliographic", 3)
    title(store, ["HKU:2", "HKU:3"])
    store.delete(RecordId("HKU", "2"), "bibliographic", 4)
    title(store)
    assert [store.resolve(f"HKU:{n}") for n in "1239"] == ["HKU:3"] * 3 + [None]
    store.delete(RecordId("HKU", "3"), "bibliographic", 5)
    title(store)
    assert store.resolve("HKU:1") is None
    assert titles(store) == {}


def test_availability_is_a_change_of_its_title(store):
    """It has a number of its own, reaches the title, and outlives the record."""
    put(store, record("1"), record("2"))
    title(store)
    before = store.last_change()
    number = store.set_availability(RecordId("HKU", "2"), available=True, requestable=False)
    assert number == store.last_change() > before
    assert store.set_availability(RecordId("HKU", "2"), available=True, requestable=False) == number
    assert store.set_availability(RecordId("HKU", "9"), available=True, requestable=True) > number
    (changed,) = store.changes_after(before)
    assert changed.availability[RecordId("HKU", "2")].available
    assert list(store.changes_after(before, upto=before)) == []


def test_only_what_a_title_says_is_a_change_of_it(store):
    """New bytes that map to the same document are stored, and no title changes."""
    put(store, record("1"))
    title(store)
    before = store.last_change()
    again = msgspec.structs.replace(record("1"), data=b"other bytes")
    assert put(store, again, run=2) == [Outcome.CHANGED]
    assert store.pending_count() == 0
    assert store.get(again.id).data == b"other bytes"
    assert store.last_change() == before


def test_changes_are_counted_by_institution(store):
    """Against the state at a change number: added, changed, deleted."""
    put(store, record("1"), record("2"), record("1", "CUHK"))
    title(store)
    before = store.last_change()
    store.delete(RecordId("HKU", "1"), "bibliographic", 2)
    put(store, record("3"), msgspec.structs.replace(record("2"), document={}), run=2)
    title(store)
    (counts,) = store.change_counts(before).items()
    assert counts[0] == "HKU"
    assert msgspec.structs.astuple(counts[1]) == (1, 1, 1)


def test_ids_are_restored_from_what_an_index_knows(store):
    """The founder stays the founder, whatever comes in first."""
    ids = RecordId("HKU", "1"), RecordId("CUHK", "2")
    assert store.restore_ids([KnownTitle("HKU:1", ids, "2020-02-02")]) == 2
    assert store.counts() == {}
    put(store, record("2", "CUHK"), record("1"))
    title(store, ["HKU:1", "CUHK:2"])
    assert titles(store) == {"HKU:1": ["HKU:1", "CUHK:2"]}
    assert store.get(ids[0]).added == "2020-02-02"


def test_a_title_carries_the_holdings_of_its_members(store):
    """Copies of holdings records stand beside the member that they belong to."""
    copies = (Copy(location="Annex"),)
    put(store, record("1"), record("h", kind="holdings", parent="1", copies=copies), record("2"))
    title(store)
    assert [each.copies for each in store.iter_titles()] == [{RecordId("HKU", "1"): copies}, {}]


def test_holdings_change_the_titles_of_their_parents(store):
    """Coming, moving to another parent, and going."""
    put(store, record("1"), record("2"))
    title(store)
    changed = []
    for parent in ("1", "2", None):
        before = store.last_change()
        if parent:
            put(store, record("h", kind="holdings", parent=parent))
        else:
            store.delete(RecordId("HKU", "h"), "holdings", 2)
        title(store)
        changed.append([each.id for each in store.changes_after(before)])
    assert changed == [["HKU:1"], ["HKU:1", "HKU:2"], ["HKU:2"]]


def test_match_keys_follow_their_record(store):
    """Equal keys stand together, oldest first; a changed or deleted record takes its own along."""
    put(store, record("1", match_keys=("b", "a")), record("2", match_keys=("b",)))
    one, two = (store.get(RecordId("HKU", n)).sequence for n in "12")
    assert list(store.iter_match_keys()) == [("a", one), ("b", one), ("b", two)]
    put(store, record("1", match_keys=("c",)), run=2)
    store.delete(RecordId("HKU", "2"), "bibliographic", 2)
    assert list(store.iter_match_keys()) == [("c", one)]


def test_a_rehearsal_leaves_nothing(store):
    """What is done inside can be looked at inside, and only there."""
    with store.rehearsal():
        put(store, record("1"))
        with store.transaction():
            title(store)
        assert titles(store) == {"HKU:1": ["HKU:1"]}
    assert titles(store) == {}
    assert store.last_change() == 0


def test_a_transaction_is_all_or_nothing(store, path):
    """What fails leaves no trace; another reader sees nothing before the end."""
    put(store, record("1"))
    with pytest.raises(KeyboardInterrupt):
        _interrupted(store, path)
    assert store.get(RecordId("HKU", "2")) is None
    with store.transaction():
        put(store, record("3"))
    with open_store(path) as reader:
        assert reader.get(RecordId("HKU", "3")) is not None


def _interrupted(store, path):
    with store.transaction():
        put(store, record("2"))
        with open_store(path) as reader:
            assert reader.get(RecordId("HKU", "2")) is None
        raise KeyboardInterrupt


def test_runs_and_sources_are_remembered(store):
    """The last run with its report, and the last read of each institution."""
    assert store.runs.last() is None
    number = store.runs.start("2026-01-01T00:00:00+00:00")
    assert store.runs.last().exit_code is None
    store.runs.finish(Run(number, "", "2026-01-01T00:01:00+00:00", 5, "refused", {"read": 3}))
    last = store.runs.last()
    assert (last.exit_code, last.problem, last.report) == (5, "refused", {"read": 3})
    read = SourceRead("HKU", number, "now", "full", False, "a.mrc", "then")
    store.runs.put_sources([read])
    assert store.runs.sources() == {"HKU": read}


def test_a_store_has_a_name_of_its_own(tmp_path):
    """Two stores differ, one stays the same when it is opened again."""
    names = []
    for name in ("a", "a", "b"):
        with open_store(tmp_path / name) as store:
            names.append(store.name)
    assert names[0] == names[1] != names[2]


def test_what_is_no_store_is_said(path):
    """Neither a foreign file nor a newer version is touched."""
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    with pytest.raises(HkallError, match="not a database"), open_store(path):
        pass
    path.unlink()
    with open_store(path) as store:
        store._connection.execute("PRAGMA user_version = 99")
    with pytest.raises(HkallError, match="newer version"), open_store(path):
        pass


def test_a_store_of_the_first_version_is_brought_up_to_date(path):
    """Records and titles stay; every title counts as changed once; what comes next is compared."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(Path(__file__).with_name("version-1.sql").read_text(encoding="utf-8"))
    for _ in range(2):
        with open_store(path) as store:
            before = {"HKU:1": ["HKU:1", "CUHK:2"], "HKU:3": ["HKU:3"]}
            assert titles(store) == before
            assert [each.id for each in store.changes_after(0)] == list(before)
            assert store.known("HKU", b"HKU:3") is not None
            assert store.runs.last().exit_code == 0
            assert list(store.change_counts(1)) == []
    with open_store(path) as store:
        store.delete(RecordId("HKU", "1"), "bibliographic", 2)
        title(store)
        assert titles(store) == {"CUHK:2": ["CUHK:2"], "HKU:3": ["HKU:3"]}
        assert store.resolve("HKU:1") == "CUHK:2"


def test_a_store_of_the_second_version_is_brought_up_to_date(path):
    """Records stay as they are; nobody knows yet by which rules they were mapped."""
    with open_store(path) as store:
        put(store, record("1"), record("2"))
        title(store)
        before = titles(store)
    with closing(sqlite3.connect(path)) as old:
        old.executescript(
            "DROP INDEX record_by_rules; ALTER TABLE record DROP COLUMN rules; DROP TABLE rules;"
            " PRAGMA user_version = 2;"
        )
    with open_store(path) as store:
        assert titles(store) == before
        assert store.rules.stale_count("any") == 2


def test_a_failed_upgrade_leaves_the_old_version(path, monkeypatch):
    """All of it or nothing."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as old:
        old.executescript(Path(__file__).with_name("version-1.sql").read_text(encoding="utf-8"))
    script = database._script
    broken = {"upgrade-1.sql": "UPDATE record SET nothing = 1;"}
    monkeypatch.setattr(database, "_script", lambda name: broken.get(name) or script(name))
    with pytest.raises(HkallError, match="nothing"), open_store(path):
        pass
    monkeypatch.undo()
    with open_store(path) as store:
        assert store.title_count() == 2
