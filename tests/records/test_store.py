"""The record store: intake, titles, transactions, failures of its file."""

from __future__ import annotations

import pytest

from base.errors import HkallError
from records import Copy, Origin, Outcome, RecordId, Run, SourceRead, StoredRecord, open_store


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


def put(store, *records, run=1):
    return [store.put(each, str(each.id).encode() + bytes([run]), run) for each in records]


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
    assert put(store, record("1", parent=""), run=2) == [Outcome.CHANGED]
    assert store.get(RecordId("HKU", "1")).sequence == before.sequence
    assert put(store, record("1"), run=2) == [Outcome.SUPERSEDES]


def test_the_same_bytes_are_confirmed_not_put(store):
    """A digest that is known confirms; the second time in a run it supersedes itself."""
    put(store, record("1"))
    digest, origin = b"HKU:1\x01", Origin("new.mrc", 1, 2)
    assert store.confirm("HKU", b"other", origin, 2) is None
    assert store.confirm("CUHK", digest, origin, 2) is None
    assert store.confirm("HKU", digest, origin, 2).outcome is Outcome.UNCHANGED
    assert store.confirm("HKU", digest, origin, 2).outcome is Outcome.SUPERSEDES
    assert store.get(RecordId("HKU", "1")).origin == origin


def test_what_a_run_has_not_seen_is_absent(store):
    """Seen or marked records stay, the others of that institution go, others' stay."""
    put(store, record("1"), record("2"), record("3"), record("1", "CUHK"))
    put(store, record("1"), run=2)
    store.mark(RecordId("HKU", "2"), 2)
    assert store.absent("HKU", 2) == 1
    assert store.remove_absent("HKU", 2) == 1
    assert store.get(RecordId("HKU", "3")) is None
    assert {k: v.bibliographic for k, v in store.counts().items()} == {"CUHK": 1, "HKU": 2}
    assert not store.seen_in(RecordId("HKU", "2"), 2)
    assert put(store, record("2"), run=3) == [Outcome.CHANGED]


def test_bibliographic_and_holdings_numbers_are_two_spaces(store):
    """A holdings record may have the number of a bibliographic one."""
    copies = (Copy(location="Annex"),)
    put(store, record("1"), record("1", kind="holdings", parent="1", copies=copies))
    assert store.holdings_of(RecordId("HKU", "1")) == copies
    assert store.get(RecordId("HKU", "1")).kind == "bibliographic"
    assert store.delete(RecordId("HKU", "1"), "holdings", 2) is Outcome.CHANGED
    assert store.holdings_of(RecordId("HKU", "1")) == ()


def test_orphans_are_this_runs_holdings_without_parent(store):
    """The parent must be of the same institution."""
    put(store, record("b1"), record("b2", "CUHK"))
    put(store, *(record(f"h{n}", kind="holdings", parent=f"b{n}") for n in (1, 2)), run=2)
    assert [(str(i), parent) for i, _, parent in store.orphans("HKU", 2)] == [("HKU:h2", "b2")]
    assert list(store.orphans("HKU", 3)) == []


def test_titles_are_the_partition_that_was_set(store):
    """Members stand in order of sequence under their founder; a new partition replaces the old."""
    put(store, record("1"), record("2", "CUHK"), record("3"), record("4"))
    one, two, three = (
        store.get(RecordId(*i)).sequence for i in (("HKU", "1"), ("CUHK", "2"), ("HKU", "3"))
    )
    store.set_titles([(one, one), (three, one)])
    assert [(t.id, [str(m.id) for m in t.members]) for t in store.iter_titles()] == [
        ("HKU:1", ["HKU:1", "HKU:3"]),
        ("CUHK:2", ["CUHK:2"]),
        ("HKU:4", ["HKU:4"]),
    ]
    assert store.title_count() == 3
    assert store.members_of("HKU:1") == (RecordId("HKU", "1"), RecordId("HKU", "3"))
    store.set_titles([(two, two), (three, two)])
    assert store.members_of("CUHK:2") == (RecordId("CUHK", "2"), RecordId("HKU", "3"))
    assert store.members_of("HKU:1") == (RecordId("HKU", "1"),)


def test_a_title_carries_the_holdings_of_its_members(store):
    """Copies of holdings records stand beside the member that they belong to."""
    copies = (Copy(location="Annex"),)
    put(store, record("1"), record("h", kind="holdings", parent="1", copies=copies), record("2"))
    store.set_titles([])
    assert [title.copies for title in store.iter_titles()] == [{RecordId("HKU", "1"): copies}, {}]


def test_match_keys_follow_their_record(store):
    """Equal keys stand together, oldest first; a changed or deleted record takes its own along."""
    put(store, record("1", match_keys=("b", "a")), record("2", match_keys=("b",)))
    one, two = (store.get(RecordId("HKU", n)).sequence for n in "12")
    assert list(store.iter_match_keys()) == [("a", one), ("b", one), ("b", two)]
    put(store, record("1", match_keys=("c",)), run=2)
    store.delete(RecordId("HKU", "2"), "bibliographic", 2)
    assert list(store.iter_match_keys()) == [("c", one)]


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
