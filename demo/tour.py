"""The tour: the sample indexed under a prefix of its own, and searches that show what is special."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, Annotated, Any

import msgspec

from base.datafile import load_resource
from base.settings import DEMO_PREFIX, Source

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from base.settings import Settings
    from indexer.progress import Progress
    from indexer.report import Report
    from query import SearchResult


class Stop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One search of the tour and what it shows."""

    shows: str
    words: str
    sort: str = "relevance"
    limits: dict[str, list[str]] = {}
    facets: tuple[str, ...] = ()
    hits: Annotated[int, msgspec.Meta(ge=1, le=20)] = 3

    @property
    def command(self) -> str:
        """What a reader types to get the same answer."""
        parts = ["hkall", "--demo", "search", self.words]
        if self.sort != "relevance":
            parts += ["--sort", self.sort]
        for name, values in self.limits.items():
            for value in values:
                parts += [f"--{name.replace('_', '-')}", value]
        if self.facets:
            parts += ["--facets", ",".join(self.facets)]
        return shlex.join(parts)


def demo_settings(settings: Settings) -> Settings:
    """The same settings with the demo's own index names and record store."""
    return msgspec.structs.replace(settings, prefix=DEMO_PREFIX)


def stops() -> list[Stop]:
    """The searches of the tour, as ``searches.yaml`` lists them."""
    return load_resource("demo", "searches.yaml", list[Stop])


def sample_folder(settings: Settings) -> Path:
    """Where the sample's MARC files are written."""
    return settings.home_path / "demo"


def sample_file(settings: Settings, institution: str) -> Path:
    """The sample's MARC file of one institution."""
    from demo.tables import tables

    files = {str(code): practice.file for code, practice in tables().institutions.items()}
    return sample_folder(settings) / files[institution]


def build(settings: Settings, progress: Progress | None = None) -> Report:
    """Write the sample's MARC files and index them as eight libraries' full deliveries.

    Args:
        settings: as given by `demo_settings`.
        progress: who is told.

    Raises:
        HkallError: as `indexer.reindex.reindex`.
    """
    from demo.compose import compose
    from indexer.reindex import reindex

    folder = sample_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    sources = [Source(code, (str(file),)) for code, file in compose(folder).items()]
    return reindex(settings, sources, progress=progress)


def answers(settings: Settings) -> Iterator[tuple[Stop, SearchResult]]:
    """Each search of the tour with its answer."""
    from engine import open_connection
    from query import search, titles_alias

    with open_connection(settings) as connection:
        for stop in stops():
            yield stop, search(connection, titles_alias(settings), _request(stop))


def _request(stop: Stop) -> Any:  # noqa: ANN401 - query.SearchRequest, imported late
    from query import SearchRequest

    return SearchRequest(
        text=stop.words,
        limit=stop.hits,
        sort=stop.sort,
        facets=stop.facets,
        limits={name: tuple(values) for name, values in stop.limits.items()},
    )
