"""Any sequence of nights leaves what one batch over the last word on every record would make."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import textwrap
from contextlib import closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from indexer.cluster import InterimMatcher, cluster
from indexer.intake import Intake
from indexer.report import Rejections
from records import (
    Availability,
    Copy,
    GoneTitle,
    KnownTitle,
    Origin,
    RecordId,
    StoredRecord,
    clustering,
    open_store,
)
from records.codec import Codec

NUMBERS = "1234"
CODEC = Codec()
INSTITUTIONS = ("HKU", "CUHK")


@dataclass
class Batch:
    """The simple model: the last word on every record, and the order in which numbers came."""

    records: dict = field(default_factory=dict)  # (id, kind) -> (text, keys, parent)
    order: dict = field(default_factory=dict)
    availability: dict = field(default_factory=dict)

    def deliver(self, institution, extent, events, truncated):
        """A night's delivery; a truncated one counts only where nothing is there yet."""
        mine = {key for key in self.records if key[0].institution == institution}
        if truncated and mine:
            return
        words = {}
        for kind, number, word in events:
            words[RecordId(institution, number), kind] = word
        for key, word in words.items():
            if word is None:
                self.records.pop(key, None)
            else:
                self.order.setdefault(key, len(self.order))
                self.records[key] = word
        if extent == "full" and not truncated:
            for key in mine - set(words):
                del self.records[key]
        for (owner, kind), (_, _, parent) in list(self.records.items()):
            staged = (owner, kind) in words and owner.institution == institution
            if kind == "holdings" and staged and not self.has_parent(owner, parent):
                del self.records[owner, kind]

    def has_parent(self, owner, parent):
        return (RecordId(owner.institution, parent), "bibliographic") in self.records

    def titles(self):
        """Title id -> what its document is made of; found by joining sets until nothing moves."""
        order = lambda each: self.order[each, "bibliographic"]  # noqa: E731
        left = sorted((r for r, kind in self.records if kind == "bibliographic"), key=order)
        found = {}
        while left:
            members, keys, grown = set(), set(), {left[0]}
            while grown:
                members |= grown
                keys |= {key for each in grown for key in self.keys(each)}
                grown = {r for r in left if keys & self.keys(r)} - members
            left = [r for r in left if r not in members]
            ordered = sorted(members, key=order)
            found[str(ordered[0])] = [self.member(each) for each in ordered]
        return found

    def keys(self, record_id):
        return set(self.records[record_id, "bibliographic"][1])

    def member(self, record_id):
        held = sorted(
            (self.order[key], text)
            for key, (text, _, parent) in self.records.items()
            if key[1] == "holdings"
            and (key[0].institution, parent) == (record_id.institution, record_id.control_number)
        )
        text = self.records[record_id, "bibliographic"][0]
        return record_id, text, [t for _, t in held], self.availability.get(record_id)


def rendered(title):
    """A stored title as the model tells it."""
    return [
        (
            member.id,
            member.document["text"],
            [copy.location for copy in title.copies.get(member.id, ())],
            title.availability.get(member.id),
        )
        for member in title.members
    ]


def in_ranges(store, after, upto):
    """What has changed, told range by range as to several workers."""
    for low, high in store.title_ranges(4, after):
        yield from store.changes_after(after, upto, low, high)


def apply(index, store, after):
    """What a night does to an index: everything above its number; returns the new number."""
    upto = store.last_change()
    told = []
    for title in in_ranges(store, after, upto):
        told.append(title.id)
        if isinstance(title, GoneTitle):
            index.pop(title.id, None)
        else:
            index[title.id] = rendered(title)
    assert len(told) == len(set(told))
    assert len(told) == store.change_count(after, upto)
    return upto


class Catalogue:
    """A store, its model, and indices that stopped following at some time."""

    def __init__(self, folder):
        self.path = folder / "store.sqlite"
        self.rejections = folder / "rejected.jsonl"
        self.model = Batch()
        self.indices = [(0, {})]
        self.runs = count(1)
        self.ids = set()

    def night(self, deliveries, death):
        """Read, settle, cluster; ``death`` ends it after so many of its steps."""
        with (
            open_store(self.path) as store,
            closing(Rejections(self.rejections)) as rejections,
            closing(Intake(store, next(self.runs), "2026-01-01", rejections)) as intake,
        ):
            for delivery in deliveries:
                if death == 0:
                    read(intake, *delivery[:3:2])
                    return
                read(intake, *delivery[:3:2])
                settle(intake, *delivery)
                self.model.deliver(*delivery)
                death -= 1
            if death:
                cluster(store, InterimMatcher())

    def follow(self, at):
        """One of the indices catches up, as a later night or a rollback would have it."""
        with open_store(self.path) as store:
            cluster(store, InterimMatcher())
            after, index = self.indices[at % len(self.indices)]
            copy = dict(index)
            self.indices.append((apply(copy, store, after), copy))
            self.ids |= set(copy)

    def check(self):
        """Every index that catches up, and the store read afresh, are what the batch makes."""
        expected = self.model.titles()
        with open_store(self.path) as store:
            cluster(store, InterimMatcher())
            for after, index in self.indices:
                apply(index, store, after)
                assert index == expected
            ranges = list(store.title_ranges(3))
            assert len(ranges) == max(1, -(-len(expected) // 3))
            fresh = [t for low, high in ranges for t in store.iter_titles(low, high)]
            assert all(rendered(store.title(t.id)) == rendered(t) for t in fresh)
            assert {title.id: rendered(title) for title in fresh} == expected
            assert store.title_count() == len(expected)
            self.check_ids(store, expected)

    def check_ids(self, store, expected):
        """An id leads to the title that has its record; one that led on never leads nowhere."""
        home = {str(m[0]): id_ for id_, members in expected.items() for m in members}
        for id_ in self.ids:
            resolved = store.resolve(id_)
            assert resolved == home.get(id_, resolved)
            assert resolved is None or resolved in expected


def record(institution, kind, number, text, keys, parent):
    return StoredRecord(
        id=RecordId(institution, number),
        kind=kind,
        syntax="iso2709",
        origin=Origin("file.mrc", 0, 0),
        data=f"{number} {text} {keys} {parent}".encode(),
        document={"text": text} if kind == "bibliographic" else {},
        match_keys=tuple(keys),
        copies=(Copy(location=text),) if kind == "holdings" else (),
        parent=parent,
    )


def read(intake, institution, events):
    for kind, number, word in events:
        intake.tallies[institution].read += 1
        if word is None:
            intake.delete(RecordId(institution, number), kind)
            continue
        made = record(institution, kind, number, *word)
        digest = kind.encode() + made.data
        if not intake.confirm(institution, digest):
            intake.put(CODEC.pack(made, digest))


def settle(intake, institution, extent, events, truncated):
    del events
    if truncated:
        intake.tallies[institution].incomplete.append("file.mrc")
    intake.settle(institution, extent, 0.1)


class Chance:
    """Deliveries and nights by a seed: few numbers and keys, so that everything meets everything."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def delivery(self, institution):
        extent = self.random.choice(["full", *["delta"] * 4])
        events = [self.event() for _ in range(self.random.randint(1, 5))]
        return institution, extent, events, self.random.random() < 0.1

    def event(self):
        if self.random.random() < 0.35:
            kind, number, keys = "holdings", self.random.choice("56"), []
        else:
            kind, number = "bibliographic", self.random.choice(NUMBERS)
            keys = sorted(self.random.sample("abc", self.random.choice([0, 1, 1, 2])))
        parent = self.random.choice(NUMBERS) if kind == "holdings" else ""
        word = (self.random.choice("xy"), keys, parent)
        return kind, number, None if self.random.random() < 0.25 else word

    def night(self):
        institutions = self.random.sample(INSTITUTIONS, self.random.choice([1, 1, 2]))
        return [self.delivery(each) for each in institutions], self.random.choice([9, 9, 9, 0, 1])

    def lend(self, catalogue):
        record_id = RecordId(self.random.choice(INSTITUTIONS), self.random.choice(NUMBERS))
        said = Availability(self.random.random() < 0.5, self.random.random() < 0.5)
        with open_store(catalogue.path) as store:
            store.set_availability(
                record_id, available=said.available, requestable=said.requestable
            )
        catalogue.model.availability[record_id] = said


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 1 << 32))
def test_nights_of_any_kind_leave_what_a_batch_would_make(tmp_path_factory, seed):
    """From any earlier number, what changed brings an index to the batch's documents exactly.

    Full and delta sources, truncated ones, the same night delivered again, runs that died at any
    step, loans between the nights.
    """
    chance = Chance(seed)
    catalogue = Catalogue(tmp_path_factory.mktemp("nights"))
    # Few records: without this most changes would be reason enough to cluster all of them.
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(clustering, "_MOST", chance.random.choice([0.5, 9, 9]))
        live_through(catalogue, chance)
        catalogue.check()


def live_through(catalogue, chance):
    """Twenty nights, loans and indices that catch up."""
    night = chance.night()
    for _ in range(20):
        match chance.random.choice(["night"] * 4 + ["again", "lend", "follow", "follow"]):
            case "night":
                night = chance.night()
                catalogue.night(*night)
            case "again":
                catalogue.night(*night)
            case "lend":
                chance.lend(catalogue)
            case "follow":
                catalogue.follow(chance.random.choice([-1, -1, chance.random.randrange(9)]))


@settings(max_examples=15, deadline=None)
@given(
    seed=st.integers(0, 1 << 32),
    again=st.permutations(INSTITUTIONS),
    by=st.sampled_from(["store", "index"]),
)
def test_a_store_made_anew_keeps_the_ids(tmp_path_factory, seed, again, by):
    """By the old store or by the index, in whatever order the sources are read; one comes short.

    By the old store, ids that led on before still do.
    """
    folder, chance = tmp_path_factory.mktemp("anew"), Chance(seed)
    before = Catalogue(folder)
    for _ in range(6):
        before.night(chance.night()[0], 9)
        before.follow(-1)
    for gone in [key for key in before.model.records if key[0].control_number == "1"]:
        del before.model.records[gone]
    model = before.model.records
    for key in [(i, k) for (i, k), w in model.items() if w[2] == "1"]:
        del model[key]
    with open_store(before.path) as old, open_store(folder / "anew.sqlite") as store:
        if by == "store":
            assert store.inherit(before.path) > 0 or not before.model.order
        else:
            store.restore_ids(
                KnownTitle(t.id, tuple(m.id for m in t.members), t.members[0].added)
                for t in old.iter_titles()
            )
        with (
            closing(Rejections(folder / "r")) as rejections,
            closing(Intake(store, 9, "2027-01-01", rejections)) as intake,
        ):
            for institution in again:
                of_it = [(k, i, w) for (i, k), w in model.items() if i.institution == institution]
                read(intake, institution, [(k, i.control_number, w) for k, i, w in of_it])
                intake.settle(institution, "full", 0.1)
            cluster(store, InterimMatcher())
        expected = before.model.titles()
        assert {t.id: [m.id for m in t.members] for t in store.iter_titles()} == {
            id_: [member[0] for member in members] for id_, members in expected.items()
        }
        if by == "store":
            before.check_ids(store, expected)
            led = {id_: old.resolve(id_) for id_ in before.ids}
            for id_, to in led.items():
                if to in expected:
                    assert store.resolve(id_) is not None


_DYING = """
    import os, signal, sys
    from contextlib import closing
    from pathlib import Path
    sys.path.insert(0, sys.argv[2])
    from indexer.cluster import InterimMatcher, cluster
    from indexer.intake import Intake
    from indexer.report import Rejections
    from records import Origin, RecordId, StoredRecord, open_store
    from records.codec import Codec

    folder, steps = Path(sys.argv[1]), int(sys.argv[3])

    def step():
        global steps
        steps -= 1
        if not steps:
            os.kill(os.getpid(), signal.SIGKILL)

    with open_store(folder / "store.sqlite") as store:
        store._connection.set_progress_handler(lambda: step() or 0, 200)
        intake = Intake(store, 1, "2026-01-01", Rejections(folder / "r.jsonl"))
        for number in range(60):
            made = StoredRecord(RecordId("HKU", str(number)), "bibliographic", "iso2709",
                Origin("f", 0, 0), b"x", {"text": str(number)}, match_keys=(str(number % 7),))
            if not intake.confirm("HKU", str(number).encode()):
                intake.put(Codec().pack(made, str(number).encode()))
        intake.settle("HKU", "full", 0.1)
        cluster(store, InterimMatcher())
        print(store.title_count())
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot kill")
def test_a_process_killed_at_any_point_is_continued_by_the_next(tmp_path):
    """The store is never half changed, and nothing is left beside it."""
    died = 0
    for steps in (1, 3, 8, 20, 40, 60, 0):
        command = [sys.executable, "-c", textwrap.dedent(_DYING), str(tmp_path)]
        ran = subprocess.run(
            [*command, str(Path(__file__).parents[2]), str(steps)],
            capture_output=True,
            check=False,
            env=os.environ,
        )
        died += ran.returncode == -signal.SIGKILL
        assert ran.returncode in (0, -signal.SIGKILL), ran.stderr.decode()
        with open_store(tmp_path / "store.sqlite") as store:
            assert store.count_of("HKU") in (0, 60)
            assert store.title_count() in (0, 7)
            assert store.count_of("HKU") or not store.pending_count()
    assert ran.stdout.strip() == b"7"
    assert died > 1
    assert not list(tmp_path.glob("stage-*"))
