"""Nights on a real node: clone, gates, roll-back, availability; the live index is what a batch gives."""

from __future__ import annotations

import threading
import time

import msgspec
import pytest

from base.errors import HkallError
from indexer.availability import Change, apply_availability
from indexer.gates import acceptances
from indexer.inspection import diff, lint
from indexer.plan import plan
from indexer.progress import Silent
from indexer.publish import list_indices, live_index, point_alias, prune, roll_back, shape
from indexer.reading import Options
from indexer.reindex import reindex
from indexer.report import Gate, PublicationRefused
from indexer.rollback import rollback
from records import RecordId

pytestmark = pytest.mark.es

ISBN = "9780306406157"


@pytest.fixture
def many(marc):
    """Makes records: numbers, and what is other about some of them."""

    def make(numbers, **titles):
        return [marc.record(f"n{n}", titles.get(f"n{n}", f"Title {n}")) for n in numbers]

    return make


def test_a_small_night_works_on_a_clone(catalogue, many):
    """Added, changed and deleted titles arrive; the index is other, the analysis the same."""
    first = catalogue.run(HKU=many(range(40)))
    report = catalogue.run(HKU=many(range(1, 41), n5="Other"))
    assert (report.mode, report.changed_titles, report.published) == ("clone", 3, True)
    assert report.index != first.index
    assert catalogue.documents() == catalogue.batch()
    assert len(catalogue.documents()) == 40
    assert catalogue.documents()["HKU:n5"]["display"]["title"] == "Other"
    old, new = (shape(catalogue.node, name) for name in (first.index, report.index))
    assert old == new
    settings = catalogue.node.indices.get_settings(index=catalogue.names.pattern)
    assert not any("blocks" in each["settings"]["index"] for each in settings.values())
    assert settings[report.index]["settings"]["index"]["refresh_interval"] == "1s"


def test_an_unchanged_night_does_nothing(catalogue, many):
    """No new index, no gates, exit code 0, and the report says why."""
    first = catalogue.run(HKU=many(range(3)))
    report = catalogue.run(HKU=many(range(3)))
    assert (report.unchanged, report.published, report.exit_code) == (True, False, 0)
    assert (report.mode, report.index, report.gates) == ("none", first.index, [])
    assert [info.name for info in list_indices(catalogue.node, catalogue.names)] == [first.index]


def test_redefined_analysers_are_found_by_the_real_settings(catalogue, many):
    """An index whose settings were changed by hand is not cloned, whatever its marks say."""
    index = catalogue.run(HKU=many(range(40))).index
    indices = catalogue.node.indices
    indices.close(index=index)
    by_hand = {"type": "custom", "tokenizer": "keyword"}
    indices.put_settings(index=index, settings={"analysis": {"analyzer": {"by_hand": by_hand}}})
    indices.open(index=index)
    catalogue.node.cluster.health(index=index, wait_for_status="yellow")
    report = catalogue.run(HKU=many(range(41)))
    assert (report.mode, report.why) == ("fresh", "the live index is not as it was built")


def test_a_refused_gate_then_a_good_night(catalogue, many):
    """40 % of a full file gone: exit 5, live unchanged; the next night brings all of the refused one."""
    catalogue = catalogue.changed(gates={"few": 5})
    first = catalogue.run(HKU=many(range(40)), CUHK=many(range(5)))
    with pytest.raises(HkallError) as caught:
        catalogue.run(HKU=many(range(16, 40)), CUHK=many(range(6)))
    assert caught.value.exit_code == 5
    assert [gate.subject for gate in caught.value.report.gates if gate.gate == "deletes"] == ["HKU"]
    assert "--accept deletes:HKU" in caught.value.hint
    assert catalogue.live() == [first.index]
    assert len(catalogue.documents()) == 45
    report = catalogue.run(HKU=many(range(40), n3="Other"))
    assert report.exit_code == 0
    assert "CUHK:n5" in catalogue.documents()
    assert catalogue.documents() == catalogue.batch()


def test_a_gate_is_accepted_once_with_a_reason(catalogue, many):
    """What was refused passes with --accept, and the report keeps the words."""
    catalogue = catalogue.changed(gates={"few": 5})
    catalogue.run(HKU=many(range(40)))
    accepted = acceptances(
        ["deletes:HKU", "drop:HKU", "facets:language=eng", "facets:format=book"], "weeded"
    )
    report = catalogue.run(HKU=many(range(24)), options=Options(accepted=tuple(accepted)))
    assert report.published
    assert {gate.accepted for gate in report.gates} == {"weeded"}
    with pytest.raises(HkallError):
        catalogue.run(HKU=many(range(4)))


def test_a_gate_of_the_callers_own(catalogue, many):
    """A relevance suite sees the index before it is live, and refuses it."""
    seen = []

    def measure(client, index):
        seen.append(client.count(index=index)["count"])
        return [Gate("relevance", "known items", 0.9, "nDCG 0.5", 0.5, refuses=True)]

    with pytest.raises(HkallError, match="nDCG"):
        catalogue.run(HKU=many(range(3)), options=Options(measure=measure))
    assert seen == [3]
    assert not list_indices(catalogue.node, catalogue.names)


def test_roll_back_then_a_night(catalogue, many):
    """The earlier index answers again with the availability of now; a night later nothing is missing,
    and what is kept to go back to is the good index, not the one that was left."""
    first = catalogue.run(HKU=many(range(40)))
    catalogue.run(HKU=many(range(40), n7="Other"))
    client = catalogue.node
    with catalogue.store() as store:
        change = Change(RecordId("HKU", "n7"), available=True, requestable=False)
        apply_availability(catalogue.settings, client, store, [change])
    was, now = rollback(catalogue.settings)
    assert now == first.index == catalogue.live()[0]
    old = catalogue.documents()["HKU:n7"]
    assert (old["display"]["title"], old["available_at"]) == ("Title 7", ["HKU"])
    report = catalogue.run(HKU=many(range(41), n7="Other"))
    assert (report.mode, report.changed_titles) == ("clone", 2)
    assert catalogue.documents() == catalogue.batch()
    assert catalogue.documents()["HKU:n7"]["available_at"] == ["HKU"]
    assert was not in {info.name for info in list_indices(client, catalogue.names)}
    assert rollback(catalogue.settings) == (report.index, first.index)
    prune(client, catalogue.names, 1)
    assert [info.name for info in list_indices(client, catalogue.names)] == [first.index]


def test_only_availability_changed(catalogue, many):
    """The live index stays; it is noted up to where it holds, and the next night has nothing to do."""
    first = catalogue.run(HKU=many(range(5)))
    with catalogue.store() as store:
        last = store.set_availability(RecordId("HKU", "n1"), available=True, requestable=True)
    report = catalogue.run(HKU=many(range(5)))
    assert (report.mode, report.applied_seq, report.exit_code) == ("in-place", last, 0)
    assert catalogue.live() == [first.index]
    assert catalogue.documents()["HKU:n1"]["requestable_at"] == ["HKU"]
    assert catalogue.run(HKU=many(range(5))).mode == "none"


def test_availability_in_a_store_that_is_ahead(catalogue, many):
    """After a refused gate a loan is seen at once, and nothing else of the refused night."""
    catalogue = catalogue.changed(gates={"few": 5})
    catalogue.run(HKU=many(range(40)))
    with pytest.raises(HkallError):
        catalogue.run(HKU=many(range(16, 40), n20="Refused"))
    with catalogue.store() as store:
        changes = [
            Change(RecordId("HKU", n), available=True, requestable=True) for n in ("n1", "n20")
        ]
        apply_availability(catalogue.settings, catalogue.node, store, changes)
    found = catalogue.documents()
    assert found["HKU:n20"]["available_at"] == ["HKU"]
    assert found["HKU:n20"]["display"]["title"] == "Title 20"


def test_a_block_that_a_dead_run_left_is_lifted(catalogue, many):
    """A live index that was being cloned when the process died takes writes again."""
    index = catalogue.run(HKU=many(range(3))).index
    catalogue.node.indices.add_block(index=index, block="write")
    catalogue.run(HKU=many(range(3)))
    settings = catalogue.node.indices.get_settings(index=index)[index]["settings"]["index"]
    assert "blocks" not in settings


@pytest.mark.parametrize("content", [None, b"", b"PK\x03\x04 torn", b"no MARC"])
def test_a_missing_or_broken_file_keeps_the_institution(catalogue, many, tmp_path, content):
    """on_missing = keep: its last records stay, the others are read, exit code 1; abort: exit 2."""
    if content is not None:
        (tmp_path / "late.mrc").write_bytes(content)
    catalogue.run(HKU=many(range(3)), CUHK=many(range(3)))
    hku, cuhk = catalogue.sources(HKU=many(range(4)), CUHK=many(range(3)))
    late = msgspec.structs.replace(cuhk, files=(str(tmp_path / "late.mrc"),), on_missing="keep")
    report = reindex(catalogue.settings, [hku, late])
    assert (report.exit_code, report.published) == (1, True)
    assert report.attention[0].startswith("CUHK: kept its last records: ")
    assert len(catalogue.titles()) == 7
    with pytest.raises(HkallError, match=r"late\.mrc") as caught:
        reindex(catalogue.settings, [hku, msgspec.structs.replace(late, on_missing="abort")])
    assert caught.value.exit_code == 2


def test_a_list_of_deletions(catalogue, many, tmp_path):
    """A delta source deletes by its list; a number that nobody has does no harm."""
    catalogue.run(HKU=many(range(5)))
    listed = tmp_path / "gone.txt"
    listed.write_text("n1\nn4 # weeded\nnever\n")
    (source,) = catalogue.sources("delta", HKU=many([9]))
    reindex(catalogue.settings, [msgspec.structs.replace(source, deletes=(str(listed),))])
    assert set(catalogue.titles()) == {"HKU:n0", "HKU:n2", "HKU:n3", "HKU:n9"}
    assert catalogue.documents() == catalogue.batch()


def test_merge_and_split_through_clones(catalogue, many, marc):
    """Records that join and leave a title go through a clone as through a batch."""
    base = many(range(40))
    catalogue.run(HKU=base, CUHK=[marc.record("c", "Title")])
    joined = marc.record("c", "Title x", isbn=ISBN)
    twin = marc.record("h", "Title x", isbn=ISBN)
    assert catalogue.run(HKU=[*base, twin], CUHK=[joined]).mode == "clone"
    assert catalogue.titles()["CUHK:c"] == ["CUHK:c", "HKU:h"]
    assert catalogue.documents() == catalogue.batch()
    assert catalogue.run(CUHK=[marc.record("c", "Title")]).mode == "clone"
    assert catalogue.titles()["HKU:h"] == ["HKU:h"]
    assert catalogue.documents() == catalogue.batch()


def test_availability_changes_all_the_time(catalogue, many):
    """A change every 50 ms through clone, swap, roll-back and the next night: none is lost."""
    catalogue = catalogue.changed(build={"delta_share": 1.0})
    records = many(range(40))
    catalogue.run(HKU=records)
    done, said, problems = threading.Event(), {}, []

    def circulate():
        turn = 0
        with catalogue.store() as store:
            while not done.is_set() or turn < 40:
                turn += 1
                number = f"n{turn % 40}"
                change = Change(RecordId("HKU", number), turn % 3 > 0, turn % 2 > 0)
                try:
                    apply_availability(catalogue.settings, catalogue.node, store, [change])
                except HkallError as error:
                    problems.append(error)
                said[f"HKU:{number}"] = change
                time.sleep(0.05)

    circulation = threading.Thread(target=circulate)
    circulation.start()
    try:
        assert catalogue.run(HKU=many(range(40), n1="A")).mode == "clone"
        assert catalogue.run(HKU=many(range(40), n2="B")).mode == "clone"
        rollback(catalogue.settings)
        assert catalogue.run(HKU=many(range(40), n3="C")).mode == "clone"
        assert catalogue.run(HKU=many(range(39)), options=Options(full=True)).mode == "fresh"
    finally:
        done.set()
        circulation.join()
    assert not problems
    found = catalogue.documents()
    for title, change in said.items():
        if title in found:
            assert found[title].get("available_at", []) == ["HKU"] * change.available, title
            assert found[title].get("requestable_at", []) == ["HKU"] * change.requestable, title
    assert len(said) == 40


def test_a_plan_says_what_a_run_then_does(catalogue, many):
    """Numbers and way of a plan are those of the run that follows; itself it changes nothing."""
    catalogue.run(HKU=many(range(40)), CUHK=many(range(5)))
    tonight = {"HKU": many(range(2, 41), n7="Other"), "CUHK": many(range(5))}
    with catalogue.store() as store:
        before = store.last_change()
    found = plan(catalogue.settings, catalogue.sources(**tonight), Silent())
    assert (found.mode, found.titles, found.changed_titles) == ("clone", 44, 4)
    row = found.by_institution["HKU"]
    assert (row.added, row.changed, row.deleted) == (1, 1, 2)
    assert row.why == [
        "1 new in the files", "1 other than stored", "2 not in the files any more",
    ]  # fmt: skip
    with catalogue.store() as store:
        assert store.last_change() == before
        assert store.pending_count() == 0
    report = catalogue.run(**tonight)
    assert (report.mode, report.titles, report.changed_titles) == ("clone", 44, 4)


def test_orphaned_holdings_are_not_new_to_a_plan(catalogue, marc):
    """They are rejected each night, and add nothing."""
    files = {"HKU": [marc.record("1"), marc.holdings("h", "1"), marc.holdings("o", "2")]}
    row = plan(catalogue.settings, catalogue.sources(**files), Silent()).by_institution["HKU"]
    assert (row.added, row.why) == (2, ["2 new in the files", "1 rejected"])


def test_a_plan_names_the_gates_that_would_refuse(catalogue, many):
    """40 % of a full file gone: the plan says so, and no lock or transaction stays behind."""
    catalogue = catalogue.changed(gates={"few": 5})
    catalogue.run(HKU=many(range(40)))
    found = plan(catalogue.settings, catalogue.sources(HKU=many(range(24))), Silent())
    assert [(gate.gate, gate.subject, gate.value) for gate in found.refusals] == [
        ("deletes", "HKU", 0.4)
    ]
    assert catalogue.run(HKU=many(range(40))).mode == "none"
    with pytest.raises(PublicationRefused):
        catalogue.run(HKU=many(range(24)))
    again = plan(catalogue.settings, catalogue.sources(HKU=many(range(24))), Silent())
    assert again.by_institution["HKU"].deleted == 16
    assert again.by_institution["HKU"].why == [
        "read earlier: what the live index does not hold yet"
    ]


def test_what_two_indices_differ_in(catalogue, many):
    """Added, removed and changed titles are counted and named, the others counted."""
    catalogue.run(HKU=many(range(40)))
    catalogue.run(HKU=many(range(1, 42), n5="Other"))
    found = diff(catalogue.settings)
    assert (found.same, found.added, found.removed, found.changed) == (38, 2, 1, 1)
    assert (found.added_ids, found.removed_ids) == (["HKU:n40", "HKU:n41"], ["HKU:n0"])
    assert found.changed_ids == ["HKU:n5"]
    rollback(catalogue.settings)
    found = diff(catalogue.settings)
    assert (found.added, found.removed, found.changed) == (1, 2, 1)


def test_what_lint_finds(catalogue, many):
    """Nothing in a catalogue that is as it should be; each fault by its code."""
    assert [problem.code for problem in lint(catalogue.settings)] == ["no-live-index"]
    index = catalogue.run(HKU=many(range(5))).index
    assert lint(catalogue.settings) == []
    catalogue.node.delete(index=index, id="HKU:n1", refresh=True)
    assert [problem.code for problem in lint(catalogue.settings)] == ["count"]
    with catalogue.store() as store:
        store.set_availability(RecordId("HKU", "n2"), available=True, requestable=True)
    catalogue.node.indices.add_block(index=index, block="write")
    catalogue.node.indices.put_mapping(index=index, properties={"by_hand": {"type": "keyword"}})
    codes = [problem.code for problem in lint(catalogue.settings)]
    assert codes == ["behind", "redefined", "blocked"]
    full = {"index.blocks.read_only_allow_delete": True}
    catalogue.node.indices.put_settings(index=index, settings=full)
    assert "no run lifts read_only_allow_delete" in lint(catalogue.settings)[-1].message


def test_roll_back_names_an_index(catalogue, many):
    """There and back by name; what does not exist is an error that changes nothing."""
    first = catalogue.run(HKU=many(range(3))).index
    with pytest.raises(HkallError, match="no earlier index"):
        roll_back(catalogue.node, catalogue.names)
    second = catalogue.run(HKU=many(range(4))).index
    assert roll_back(catalogue.node, catalogue.names) == (second, first)
    assert roll_back(catalogue.node, catalogue.names, second) == (first, second)
    with pytest.raises(HkallError, match="no complete index"):
        roll_back(catalogue.node, catalogue.names, "hkall-none")
    point_alias(catalogue.node, catalogue.names, first)
    assert live_index(catalogue.node, catalogue.names).name == first
