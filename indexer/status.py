"""The state of the catalogue: what is live, what the store holds, how the last run ended."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import HkallError
from indexer.guard import is_locked
from records import open_store, store_path

if TYPE_CHECKING:
    from base.settings import Settings
    from records import RecordStore

_MINUTE, _HOUR, _DAY = 60, 3600, 86400


class InstitutionStatus(msgspec.Struct, frozen=True):
    """What the store holds of one institution, and the last files it was read from."""

    records: int
    holdings: int
    titles: int
    source_date: str = ""
    source_file: str = ""
    source_complete: bool = True
    read_at: str = ""


class RunStatus(msgspec.Struct, frozen=True):
    """The last run; ``exit_code`` is null while it is ``running``, or when it was killed."""

    id: int
    started: str
    finished: str
    exit_code: int | None
    problem: str
    running: bool


class Status(msgspec.Struct, frozen=True):
    """What `hkall status` says. Without Elasticsearch what is kept at home is still told."""

    engine: str
    reachable: bool
    alias: str
    index: str
    published: str
    age: str
    titles: int | None
    institutions: dict[str, InstitutionStatus]
    last_run: RunStatus | None


class _Live(msgspec.Struct, frozen=True):
    engine: str
    reachable: bool = False
    index: str = ""
    published: str = ""
    titles: int | None = None


def status(settings: Settings) -> Status:
    """Look at Elasticsearch (without starting one) and at the store (without making one)."""
    alias = settings.titles_alias
    live = _live(settings, alias)
    path = store_path(settings)
    institutions: dict[str, InstitutionStatus] = {}
    last_run = None
    if path.exists():
        with open_store(path) as store:
            institutions = _institutions(store)
            last_run = _last_run(store, settings)
    return Status(
        engine=live.engine,
        reachable=live.reachable,
        alias=alias,
        index=live.index,
        published=live.published,
        age=_age(live.published),
        titles=live.titles,
        institutions=institutions,
        last_run=last_run,
    )


def _live(settings: Settings, alias: str) -> _Live:
    from engine import open_connection

    kind = settings.engine_kind
    where = f"{kind} {settings.es.url}".strip()
    try:
        with open_connection(settings, start=False) as connection:
            version = connection.info()["version"]["number"]
            found = connection.request(
                "GET",
                f"/{alias}*",
                params={"filter_path": "*.aliases,*.mappings._meta.published"},
            )
            name, index = _aliased(found, alias)
            titles = connection.request("GET", f"/{alias}/_count")["count"] if name else None
    except HkallError as error:
        return _Live(f"{where}: {error.message}")
    published = index.get("mappings", {}).get("_meta", {}).get("published", "")
    return _Live(f"{where}, version {version}", True, name, published, titles)


def _aliased(found: dict[str, Any], alias: str) -> tuple[str, dict[str, Any]]:
    for name, index in found.items():
        if alias in index.get("aliases", {}):
            return name, index
    return "", {}


def _institutions(store: RecordStore) -> dict[str, InstitutionStatus]:
    sources = store.runs.sources()
    found: dict[str, InstitutionStatus] = {}
    for institution, counts in store.counts().items():
        row = InstitutionStatus(counts.bibliographic, counts.holdings, counts.titles)
        if source := sources.get(institution):
            row = msgspec.structs.replace(
                row,
                source_date=source.modified,
                source_file=source.file,
                source_complete=source.complete,
                read_at=source.read_at,
            )
        found[institution] = row
    return found


def _last_run(store: RecordStore, settings: Settings) -> RunStatus | None:
    run = store.runs.last()
    if run is None:
        return None
    running = run.exit_code is None and is_locked(settings)
    return RunStatus(run.id, run.started, run.finished, run.exit_code, run.problem, running)


def _age(published: str) -> str:
    if not published:
        return ""
    seconds = int((datetime.now(UTC) - datetime.fromisoformat(published)).total_seconds())
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= unit:
            number = seconds // unit
            return f"{number} {name}{'s' if number > 1 else ''} ago"
    return "just now"
