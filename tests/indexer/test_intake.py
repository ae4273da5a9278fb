"""Intake: every record read is accounted for, and the store is what the sources say."""

from __future__ import annotations

from contextlib import closing

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.settings import Source
from indexer.contracts import Pipeline
from indexer.intake import CheckedSource, Intake, TooManyRejected, check_rejected, rejected_gates
from indexer.read import check_files
from indexer.report import Rejections, Tally
from indexer.transform.result import RecordProblem, Transformed
from records import RecordId, open_store


class Plain:
    """A transform that knows titles only."""

    def transform(self, record):
        record = record.record()
        number = record["001"].data if "001" in record else ""
        if not number:
            raise RecordProblem("no-control-number", "no 001")
        leader = str(record.leader)
        if leader[5] == "d":
            return Transformed("deleted", number)
        if leader[6] in "uvxy":
            return Transformed("holdings", number, parent=record["004"].data)
        if leader[6] == "z":
            return Transformed("other", number)
        return Transformed("bibliographic", number, {"title": record["245"]["a"]})


PLAIN = Pipeline(lambda _: Plain(), lambda _: {}, {}, {}, "fingerprint")


class Home:
    """A store and its runs."""

    def __init__(self, folder, marc):
        self.folder, self.marc = folder, marc

    def read(self, records, extent="full", cut=0, deletes=None):
        """One run over one file; returns its tally."""
        path = self.folder / "file.mrc"
        data = self.marc.iso(*records) if records else b"\n"
        path.write_bytes(data[: len(data) - cut])
        return self.take(Source("HKU", (str(path),), extent=extent), deletes=deletes)

    def take(self, source, checked=None, deletes=None):
        """One run over a source; returns its tally."""
        rejections = Rejections(self.folder / "r.jsonl")
        with closing(rejections), open_store(self.folder / "store.sqlite") as store:
            intake = Intake(store, store.runs.start("now"), "2026-01-01", rejections)
            with closing(intake):
                intake.read(
                    checked or CheckedSource(source, tuple(check_files(source))),
                    PLAIN,
                    lambda _: None,
                )
                if deletes:
                    intake.delete_listed(source.institution, deletes)
                intake.settle(source.institution, source.extent, 0.1)
            return intake.tallies[source.institution]

    def numbers(self, kind="bibliographic"):
        with open_store(self.folder / "store.sqlite") as store:
            found = [f"{n}" for n in range(8) if store.get(RecordId("HKU", f"{n}"), kind)]
        return set(found)


@pytest.fixture
def home(tmp_path, marc):
    return Home(tmp_path, marc)


def adds_up(tally):
    taken = tally.bibliographic + tally.holdings + tally.deleted
    return tally.read == taken + tally.skipped.total() + tally.rejected.total()


def test_a_full_source_deletes_what_it_lacks(home, marc):
    """New, unchanged, changed and absent records are counted as such."""
    home.read([marc.record("1"), marc.record("2"), marc.record("3")])
    tally = home.read([marc.record("1"), marc.record("2", "Changed"), marc.record("4")])
    assert (tally.new, tally.unchanged, tally.changed, tally.absent) == (1, 1, 1, 1)
    assert home.numbers() == {"1", "2", "4"}


def test_a_delta_deletes_only_what_it_says(home, marc):
    """Leader/05 d deletes; absence does not."""
    home.read([marc.record("1"), marc.record("2")])
    tally = home.read([marc.record("1", status="d"), marc.record("7", status="d")], "delta")
    assert (tally.deleted, tally.absent) == (2, 0)
    assert home.numbers() == {"2"}


def test_a_truncated_source_leaves_all_as_it_was(home, marc):
    """Nothing of it is taken in, nothing goes; a delta is no different."""
    home.read([marc.record("1"), marc.record("2"), marc.record("3")])
    for extent in ("full", "delta"):
        tally = home.read([marc.record("4"), marc.record("2", "Other")], extent, cut=10)
        assert (tally.kept, tally.absent, tally.bibliographic) == (3, 0, 0)
        assert tally.skipped == {"source-incomplete": 1}
        assert tally.incomplete
        assert adds_up(tally)
        assert home.numbers() == {"1", "2", "3"}


def test_a_first_read_takes_what_a_truncated_source_has(home, marc):
    """With nothing to keep, some records are better than none."""
    tally = home.read([marc.record("1"), marc.record("2", "Other")], cut=10)
    assert (tally.kept, tally.new) == (0, 1)
    assert home.numbers() == {"1"}


def test_a_file_that_grows_while_it_is_read_is_incomplete(home, marc):
    """Its size was noted when it was checked."""
    home.read([marc.record("1"), marc.record("2")])
    path = home.folder / "file.mrc"
    checked = CheckedSource(
        Source("HKU", (str(path),)), tuple(check_files(Source("HKU", (str(path),))))
    )
    path.write_bytes(marc.iso(marc.record("1"), marc.record("2"), marc.record("3")))
    assert home.take(checked.source, checked).incomplete == [str(path)]
    assert home.numbers() == {"1", "2"}


def test_a_list_deletes_the_numbers_that_it_names(home, marc):
    """Bibliographic records, or else holdings; a number that is not there counts all the same."""
    home.read([marc.record("1"), marc.record("2"), marc.holdings("h", "1")])
    listed = home.folder / "deletes.txt"
    listed.write_text("# gone\n2\nh  # the annex\n\n9\n")
    home.read([marc.record("1", "Changed")], "delta", deletes=listed)
    assert home.numbers() == {"1"}
    with open_store(home.folder / "store.sqlite") as store:
        assert store.counts()["HKU"].holdings == 0


def test_a_damaged_record_keeps_its_last_good_form(home, marc):
    """A rejected record whose number is known is not absent."""
    home.read([marc.record("1", "Ä"), marc.record("2")])
    broken = home.folder / "broken.mrc"
    data = marc.iso(marc.record("1", "Ä")).replace("Ä".encode(), b"\xff\xff")
    broken.write_bytes(data + marc.iso(marc.record("2")))
    tally = home.take(Source("HKU", (str(broken),)))
    assert tally.rejected == {"bad-utf8": 1}
    assert home.numbers() == {"1", "2"}


def test_the_later_of_two_records_wins(home, marc):
    """The earlier counts as superseded, also when both are the same."""
    tally = home.read([marc.record("1", "old"), marc.record("1", "new"), marc.record("1", "new")])
    assert (tally.bibliographic, tally.skipped) == (1, {"superseded": 2})
    with open_store(home.folder / "store.sqlite") as store:
        assert store.get(RecordId("HKU", "1")).document == {"title": "new"}


def test_orphans_are_found_after_all_was_read(home, marc):
    """Holdings may stand before their parent; without one they are rejected, and are not new."""
    files = [marc.holdings("h1", "1"), marc.holdings("h2", "9"), marc.record("1")]
    for new, unchanged in ((2, 0), (0, 2)):
        tally = home.read(files)
        assert (tally.holdings, tally.rejected) == (1, {"orphan-holdings": 1})
        assert (tally.new, tally.changed, tally.unchanged) == (new, 0, unchanged)


def test_holdings_that_lose_their_parent_are_neither_new_nor_unchanged(home, marc):
    """Their bytes are those of the last night, or other ones: they are rejected all the same."""
    kept = [marc.record("1"), marc.record("2"), marc.holdings("h1", "1"), marc.holdings("h2", "2")]
    home.read(kept)
    tally = home.read([kept[0], kept[2], marc.holdings("h2", "3")])
    assert (tally.holdings, tally.rejected, tally.absent) == (1, {"orphan-holdings": 1}, 1)
    assert (tally.new, tally.changed, tally.unchanged) == (0, 0, 2)
    assert home.read(kept[:1] + kept[2:3]).unchanged == 2


def test_authorities_are_skipped(home, marc):
    """What describes no title is counted and left out."""
    tally = home.read([marc.record("1", leader="     nz  a22     n  4500")])
    assert tally.skipped == {"not-bibliographic": 1}


events = st.lists(
    st.tuples(st.sampled_from("baadhoz!"), st.integers(0, 7), st.sampled_from("xy")), max_size=12
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None
)
@given(nights=st.lists(st.tuples(st.sampled_from(["full", "delta"]), events), max_size=4))
def test_any_nights_add_up_and_leave_what_the_last_word_says(tmp_path_factory, marc, nights):
    """The store equals a dictionary that heard the same; each run's counts add up."""
    home = Home(tmp_path_factory.mktemp("home"), marc)
    expected: dict[str, str] = {}
    for extent, night in nights:
        records = [made(marc, *event) for event in night]
        tally = home.read([record for record in records if record] or [marc.record("")], extent)
        assert adds_up(tally), tally
        assert tally.new + tally.changed + tally.unchanged == tally.bibliographic + tally.holdings
        seen = {}
        for kind, number, title in night:
            if kind in "ba":
                seen[str(number)] = title
            elif kind == "d":
                seen[str(number)] = None
        if extent == "full":
            expected = {}
        expected = {k: v for k, v in {**expected, **seen}.items() if v is not None}
        assert home.numbers() == set(expected)


def made(marc, kind, number, title):
    match kind:
        case "b" | "a":
            return marc.record(str(number), title)
        case "d":
            return marc.record(str(number), title, status="d")
        case "h":
            return marc.holdings(f"h{number}", str(number))
        case "o":
            return marc.holdings(f"h{number}", "nobody")
        case "z":
            return marc.record(str(number), leader="     nz  a22     n  4500")
        case _:
            return marc.record("")


def test_records_without_numbers_confirm_no_absence(home, marc):
    """Any of many unnumbered records may be one that seems absent: nothing is deleted."""
    home.read([marc.record("1"), marc.record("2")])
    tally = home.read([marc.record("1"), *(marc.record("") for _ in range(21))])
    assert (tally.kept, tally.absent, tally.rejected) == (1, 0, {"no-control-number": 21})
    assert home.numbers() == {"1", "2"}


def test_the_limit_counts_per_institution_beyond_a_few(tmp_path):
    """A share of many damaged records stops the run; a few, or sound ones, do not."""
    sound, few, others, many = (Tally(read=n) for n in (1000, 30, 100, 100))
    few.rejected["bad-utf8"] = 20
    others.rejected.update({"orphan-holdings": 50, "no-control-number": 40})
    many.rejected["bad-utf8"] = 21
    check_rejected(rejected_gates({"HKU": sound, "CUHK": few, "LU": others}, 0.1), tmp_path)
    check_rejected(rejected_gates({"EdUHK": many}, 0.21), tmp_path)
    with pytest.raises(TooManyRejected, match="EdUHK: 21 of 100") as caught:
        check_rejected(rejected_gates({"HKU": sound, "EdUHK": many}, 0.1), tmp_path)
    assert caught.value.exit_code == 5
    others.read = 90
    with pytest.raises(TooManyRejected, match="LU: 90 of 90"):
        check_rejected(rejected_gates({"LU": others}, 1.0), tmp_path)
