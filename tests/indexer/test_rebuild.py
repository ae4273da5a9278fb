"""A lost or damaged store is made anew, and no title gets another id."""

from __future__ import annotations

import json
import uuid

import msgspec
import pytest
from click.testing import CliRunner

from base.errors import HkallError
from base.settings import Source
from cli import cli
from indexer.names import IndexNames
from indexer.plan import plan
from indexer.progress import Silent
from indexer.publish import list_indices
from indexer.rebuild import rebuild
from indexer.reindex import reindex
from records import Origin, RecordId, open_store, store_path
from records.quarantine import Quarantined

pytestmark = pytest.mark.es

ISBN = "9780306406157"
REJECTED = Quarantined(
    "HKU",
    Origin("delta.mrc", 7, 9),
    "bad-utf8",
    "of a delta that is gone",
    "q",
    1,
    "iso2709",
    b"bytes",
)


@pytest.fixture
def catalogue(node, node_settings, marc, write):
    """Settings with two sources; the newer record is read first when all is read again."""
    shared = {"title": "Shared", "isbn": ISBN}
    files = {
        "HKU": write("hku.mrc", marc.iso(marc.record("h", **shared), marc.record("x", "Only"))),
        "CUHK": write("cuhk.mrc", marc.iso(marc.record("c", **shared))),
    }
    sources = tuple(Source(code, (str(path),)) for code, path in files.items())
    prefix = f"hkall-test-{uuid.uuid4().hex[:8]}"
    settings = msgspec.structs.replace(node_settings, prefix=prefix, source=sources)
    for source in reversed(sources):
        reindex(settings, [source])
    yield settings
    for info in list_indices(node, IndexNames(f"{prefix}-titles")):
        node.indices.delete(index=info.name)


def titles(settings):
    with open_store(store_path(settings)) as store:
        return {t.id: [str(m.id) for m in t.members] for t in store.iter_titles()}


@pytest.mark.parametrize("damage", ["none", "lost", "damaged"])
def test_a_rebuilt_store_gives_titles_their_ids(catalogue, damage):
    """From the old store, or from the live index where that is gone; then a run publishes it."""
    before = titles(catalogue)
    assert before == {"CUHK:c": ["CUHK:c", "HKU:h"], "HKU:x": ["HKU:x"]}
    path = store_path(catalogue)
    if damage == "none":
        with open_store(path) as store:
            store.set_availability(RecordId("HKU", "h"), available=True, requestable=False)
            store.quarantine.add([REJECTED])
    else:
        path.unlink()
    if damage == "damaged":
        path.write_bytes(b"no database at all" * 1000)
    rebuilt = rebuild(catalogue, catalogue.source)
    assert rebuilt.ids_from == ("store" if damage == "none" else "index")
    assert (rebuilt.titles, rebuilt.known) == (2, 3)
    assert titles(catalogue) == before
    with open_store(path) as store:
        kept = [each.origin for each in store.quarantine.entries()]
    assert kept == ([REJECTED.origin] if damage == "none" else [])
    assert reindex(catalogue, catalogue.source).published
    with open_store(path) as store:
        available = [t.availability for t in store.iter_titles() if t.availability]
        assert len(available) == (damage == "none")


def test_a_night_that_finds_the_store_lost_keeps_the_ids(catalogue):
    """Where nobody has noticed: what is lost is said, by the plan too, and the night after is a usual one."""
    before = titles(catalogue)
    store_path(catalogue).unlink()
    planned = plan(catalogue, catalogue.source, Silent())
    assert {code: row.added for code, row in planned.by_institution.items()} == {
        "CUHK": 1,
        "HKU": 2,
    }
    assert "every record counts as added" in planned.attention[0]
    report = reindex(catalogue, catalogue.source)
    assert (report.published, report.exit_code) == (True, 1)
    assert "empty while 3 records are live" in report.attention[0]
    assert titles(catalogue) == before
    report = reindex(catalogue, catalogue.source)
    assert (report.mode, report.exit_code) == ("none", 0)


def test_a_rebuild_that_fails_leaves_the_old_store(catalogue):
    """Nothing is put in its place before all is read."""
    before = titles(catalogue)
    missing = msgspec.structs.replace(catalogue.source[0], files=("gone.mrc",), on_missing="abort")
    with pytest.raises(HkallError, match=r"gone\.mrc"):
        rebuild(catalogue, [missing])
    assert titles(catalogue) == before


def test_what_a_new_store_lacks_is_said(catalogue):
    """A late source and a delta leave less than the old store had; nobody is told that it was kept."""
    late, delta = catalogue.source
    found = rebuild(
        catalogue,
        [
            msgspec.structs.replace(late, files=("gone.mrc",), on_missing="keep"),
            msgspec.structs.replace(delta, extent="delta"),
        ],
    )
    assert found.attention == [
        f"{late.institution}: no record of it is in the new store: gone.mrc: no such file",
        f"{delta.institution}: only what its deltas hold is in the new store",
    ]


@pytest.mark.parametrize("lost", [False, True])
def test_what_no_source_names_is_said(catalogue, lost):
    """A library that was there, in the old store or in the live index, and that nobody names now."""
    if lost:
        store_path(catalogue).unlink()
    kept, other = catalogue.source
    (line,) = rebuild(catalogue, [kept]).attention
    assert line.startswith(f"{other.institution}: no record of it is in the new store: no source")
    assert line.endswith("there were 1")


def test_a_reader_of_the_old_store_is_waited_for(catalogue, monkeypatch):
    """A store is not moved under the feet of those who read it."""
    monkeypatch.setattr("records.database.PATIENCE", 0.1)
    with open_store(store_path(catalogue)) as reader:
        rows = reader._connection.execute("SELECT * FROM record")
        next(rows)
        with pytest.raises(HkallError, match="another process"):
            rebuild(catalogue, catalogue.source)
        rows.close()
    assert rebuild(catalogue, catalogue.source).titles == 2


def test_the_command_says_what_it_did(catalogue, monkeypatch, tmp_path):
    """Counts as JSON; the configuration names the sources."""
    config = tmp_path / "hkall.toml"
    tables = (
        f'[[source]]\ninstitution = "{s.institution}"\nfiles = ["{s.files[0]}"]\n'
        for s in catalogue.source
    )
    config.write_text("\n".join(tables))
    monkeypatch.setenv("HKALL_HOME", catalogue.home)
    monkeypatch.setenv("HKALL_PREFIX", catalogue.prefix)
    monkeypatch.setenv("HKALL_ES_URL", catalogue.es.url)
    monkeypatch.setenv("HKALL_CONFIG", str(config))
    result = CliRunner().invoke(cli, ["records", "rebuild", "--json"])
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["titles"] == 2
