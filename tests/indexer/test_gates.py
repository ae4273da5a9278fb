"""Gates, decisions, metrics and the log: without a server."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import HkallError
from base.settings import Gates, load_settings
from indexer.decide import decide
from indexer.gates import Totals, acceptances, lost_records, lost_titles, refuse, settle
from indexer.guard import MetricsUnwritable
from indexer.log import EventLog, log_path
from indexer.metrics import write_metrics
from indexer.publish import IndexInfo
from indexer.reading import Options
from indexer.reindex import reindex
from indexer.report import Gate, Rejections, Report, prune_lists
from indexer.run import Night
from records import open_store, store_path
from records.reading import Counts
from records.titles import ChangeCounts

LIMITS = Gates(deletes=0.1, drop=0.1, facets=0.2, few=5)
counts = st.dictionaries(st.sampled_from(["HKU", "CUHK", "LU"]), st.integers(0, 1000))


@given(before=counts, after=counts)
def test_a_gate_refuses_beyond_both_its_share_and_few(before, after):
    """Each institution of before is judged, one that vanished too; gains never refuse."""
    found = {g.subject: g for g in lost_titles(Totals(before, {}), Totals(after, {}), LIMITS)}
    assert set(found) == set(before)
    for code, old in before.items():
        lost = old - after.get(code, 0)
        assert found[code].refuses == (lost > 5 and lost > 0.1 * old)


@pytest.mark.parametrize(
    ("changed", "now", "refuses", "share"),
    [
        ((0, 0, 40), 60, True, 0.4),
        ((0, 0, 10), 90, False, 0.1),
        ((0, 0, 5), 0, False, 1.0),
        ((50, 0, 20), 130, True, 0.2),  # new ones do not make up for those that are lost
        ((0, 9, 0), 100, False, 0.0),
    ],
)
def test_deleted_records(changed, now, refuses, share):
    """The share is of the records that were there before."""
    (gate,) = lost_records({"HKU": ChangeCounts(*changed)}, {"HKU": Counts(now)}, LIMITS)
    assert (gate.refuses, gate.value) == (refuses, share)


def test_an_acceptance_passes_its_gate_alone():
    """Another subject of the same gate stays closed; the hint names all that the next run must accept."""
    gates = [Gate("deletes", code, 0.1, "all", 1.0, refuses=True) for code in ("HKU", "LU")]
    gates.append(Gate("drop", "LU", 0.1, "fine", 0.0))
    settled = settle(gates, acceptances(["deletes:hku"], "weeded"))
    assert [(gate.subject, gate.accepted) for gate in settled] == [("HKU", "weeded"), ("LU", "")]
    with pytest.raises(HkallError, match="deletes:LU") as caught:
        refuse(settled)
    assert "--accept deletes:HKU --accept deletes:LU" in caught.value.hint
    assert "HKU" not in caught.value.message
    refuse(settle(gates[:1], acceptances(["deletes:HKU"], "weeded")))


@pytest.mark.parametrize(
    ("given", "reason"),
    [(["deletes:HKU"], " "), (["deletes"], "x"), (["lost:HKU"], "x"), (["drop:HKX"], "x")],
)
def test_acceptances_that_are_none(given, reason):
    """No reason, no subject, no such gate, no such institution: wrong usage."""
    with pytest.raises(HkallError) as caught:
        acceptances(given, reason)
    assert caught.value.exit_code == 2


class Store:
    """As much of a record store as a decision asks for."""

    name = "store"

    def __init__(self, titles, changed, records, last=10):
        self.titles, self.changed, self.records, self.last = titles, changed, records, last

    def title_count(self):
        return self.titles

    def change_count(self, _after):
        return self.changed

    def change_counts(self, _after):
        return {"HKU": ChangeCounts(1)} if self.records else {}

    def last_change(self):
        return self.last


LIVE = IndexInfo("i", True, "now", "store", 7, "definition", "shape")


@pytest.mark.parametrize(
    ("live", "store", "full", "mode", "why"),
    [
        (None, Store(100, 0, False), False, "fresh", "no index is live"),
        (LIVE, Store(100, 0, False), False, "none", "nothing"),
        (LIVE, Store(100, 9, False), False, "in-place", "availability"),
        (LIVE, Store(100, 19, True), False, "clone", "19 of 100"),
        (LIVE, Store(100, 20, True), False, "fresh", "20 of 100"),
        (LIVE, Store(0, 3, True), False, "fresh", "3 of 1"),
        (LIVE, Store(100, 0, False), True, "fresh", "asked for"),
        (LIVE, Store(100, 0, False, last=6), False, "fresh", "ahead"),
        (msgspec.structs.replace(LIVE, builder="x"), Store(9, 0, False), False, "fresh", "another"),
        (msgspec.structs.replace(LIVE, shape="x"), Store(9, 0, False), False, "fresh", "as it was"),
        (
            msgspec.structs.replace(LIVE, fingerprint="x"),
            Store(9, 0, False),
            False,
            "fresh",
            "defin",
        ),
        (msgspec.structs.replace(LIVE, applied_seq=-1), Store(9, 0, False), False, "fresh", "say"),
        (
            msgspec.structs.replace(LIVE, refused=None),
            Store(9, 0, False),
            False,
            "fresh",
            "refused",
        ),
    ],
)
def test_the_least_work_that_will_do(live, store, full, mode, why):
    """Each way and its reason."""
    found = decide(live, store, fingerprint="definition", shape="shape", delta_share=0.2, full=full)
    assert found.mode == mode
    assert why in found.why


@pytest.fixture
def report(tmp_path):
    """The report of a run that did nothing."""
    settings = load_settings({"home": str(tmp_path)}, environ={}).settings
    with open_store(store_path(settings)) as store:
        night = Night(
            settings, store, 1, Rejections(tmp_path / "r"), Options(), EventLog(settings, 1)
        )
        made: Report = night.report(0)
        night.close()
        return made


def test_metrics_keep_the_last_success(report, tmp_path):
    """A failed run says so and leaves the time of the last success; the format is Prometheus'."""
    path = tmp_path / "hkall.prom"
    write_metrics(path, "hkall", report)
    first = _values(path)
    assert first["hkall_run_exit_code"] == 0
    write_metrics(path, "hkall", msgspec.structs.replace(report, exit_code=5))
    second = _values(path)
    assert second["hkall_run_exit_code"] == 5
    success = "hkall_run_success_timestamp_seconds"
    assert second[success] == first[success] > 1_600_000_000
    assert list(tmp_path.glob(".*")) == []


@pytest.mark.parametrize("name", ["nowhere/hkall.prom", "."])
def test_metrics_that_cannot_be_written_stop_the_run_before_it_begins(tmp_path, name):
    """The setting and what is wrong are named, exit code 3, and nothing was opened or noted."""
    path = tmp_path / name
    flags = {"home": str(tmp_path / "home"), "operations.metrics_file": str(path)}
    with pytest.raises(MetricsUnwritable, match=r"operations\.metrics_file") as caught:
        reindex(load_settings(flags, environ={}).settings, [])
    assert caught.value.exit_code == 3
    assert not (tmp_path / "home" / "stores").exists()


def test_a_log_that_cannot_be_written_does_not_make_a_run_look_killed(tmp_path):
    """The run ends with the system's own words, and the store has noted how."""
    settings = load_settings({"home": str(tmp_path)}, environ={}).settings
    log_path(settings).mkdir(parents=True)
    with pytest.raises(IsADirectoryError):
        reindex(settings, [])
    with open_store(store_path(settings)) as store:
        run = store.runs.last()
    assert (run.exit_code, log_path(settings).name in run.problem) == (3, True)


def test_lists_of_rejections_do_not_pile_up(tmp_path):
    """Those of the last thirty runs stay, and whatever is not this prefix's."""
    others = ["hkall-plan", "hkall-demo-1", "hkall-rebuild", "notes"]
    for name in [*others, *(f"hkall-{run}" for run in range(1, 41))]:
        (tmp_path / f"{name}.jsonl").touch()
    prune_lists(tmp_path, "hkall", 40)
    stay = {*others, *(f"hkall-{run}" for run in range(11, 41))}
    assert {path.stem for path in tmp_path.iterdir()} == stay
    prune_lists(tmp_path / "nowhere", "hkall", 40)


def _values(path):
    values = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            series, _, value = line.rpartition(" ")
            values[series.removesuffix('{prefix="hkall"}')] = float(value)
    return values


def test_the_log_is_a_line_an_event_and_can_be_moved_away(tmp_path):
    """After the file was rotated the next line stands in a new one."""
    settings = load_settings({"home": str(tmp_path)}, environ={}).settings
    log, path = EventLog(settings, 7), log_path(settings)
    log.say("start")
    path.rename(tmp_path / "old")
    log.say("end", exit_code=0)
    (line,) = path.read_bytes().splitlines()
    event = msgspec.json.decode(line)
    assert (event["run"], event["event"], event["exit_code"]) == (7, "end", 0)
    assert event["time"].endswith("+00:00")
