"""A catalogue in which the pairs are looked for: built by the real pipeline, asked by the real search."""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from base.settings import Elasticsearch, Source
from bench.languages.pairs import load_lists
from bench.languages.records import numbered, write_records
from engine import connect, open_connection
from indexer.names import IndexNames
from indexer.publish import list_indices
from indexer.reindex import reindex
from query import SearchRequest, search
from query.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from base.settings import Settings
    from bench.languages.pairs import Pair, Width
    from bench.languages.records import Form
    from engine import Connection, Endpoint
    from query.searching import Hit

PREFIX = "hkall-languages"  # indices of its own, removed at the end
HOLDER = "HKU"  # whose records the pairs' are


class Found(msgspec.Struct, frozen=True):
    """The titles that a search found, best first."""

    ids: tuple[str, ...]

    @property
    def all(self) -> frozenset[str]:
        """Without their order."""
        return frozenset(self.ids)

    def place(self, title: str) -> int:
        """Of a title, from 1; beyond the last where it was not found."""
        return self.ids.index(title) + 1 if title in self.ids else len(self.ids) + 1


class Library:
    """The live index of the pairs; each different search is asked once."""

    def __init__(self, connection: Connection, alias: str, numbers: dict[Form, str]) -> None:
        self._connection, self._alias = connection, alias
        self._asked: dict[tuple[str, Width, str], Found] = {}
        self.titles: dict[str, str] = {}  # title id to the title shown, of all that was ever found
        self._of_number: dict[str, str] = {}
        self._numbers = numbers
        for form, number in numbers.items():
            self._of_number[number] = f"{HOLDER}:{number}"
            self.titles[f"{HOLDER}:{number}"] = form.text

    @property
    def forms(self) -> dict[str, Form]:
        """The forms of the pairs' own records by the ids of their titles."""
        return {self.title_of(form): form for form in self._numbers}

    def title_of(self, form: Form) -> str:
        """The id of the title that a form's record founded or was merged into."""
        return self._of_number[self._numbers[form]]

    def find(self, text: str, width: Width, language: str = "") -> Found:
        """Every title that a search finds, in a language where one is given.

        Raises:
            QueryError: the text cannot be searched for.
        """
        key = (text, width, language)
        if key not in self._asked:
            self._asked[key] = self._search(text, width, language)
        return self._asked[key]

    def _search(self, text: str, width: Width, language: str) -> Found:
        limits: dict[str, tuple[str, ...]] = {"language": (language,)} if language else {}
        request = SearchRequest(text, limit=tables().budget.window, width=width, limits=limits)
        result = search(self._connection, self._alias, request)
        for hit in result.hits:
            self._note(hit)
        return Found(tuple(hit.id for hit in result.hits))

    def _note(self, hit: Hit) -> None:
        self.titles.setdefault(hit.id, hit.title)
        for member in hit.members:
            if member.institution == HOLDER and member.control_number in self._of_number:
                self._of_number[member.control_number] = hit.id


@contextmanager
def library(
    settings: Settings, pairs: Iterable[Pair], marc: Sequence[Path] = (), *, sample: bool = True
) -> Iterator[Library]:
    """A catalogue of the pairs' records among others, for as long as the block lasts.

    Args:
        settings: which Elasticsearch; indices and record store are its own, whatever they say.
        pairs: whose forms have a record each.
        marc: files of real records to look among.
        sample: look among the sample catalogue too.

    Raises:
        HkallError: as `indexer.reindex.reindex`.
    """
    with open_connection(settings) as connection, tempfile.TemporaryDirectory() as folder:
        own = _own(settings, connection.endpoint, Path(folder))
        numbers = numbered(pairs)
        _remove(own)
        try:
            reindex(own, _sources(Path(folder), numbers, marc, sample=sample))
            yield Library(connection, own.titles_alias, numbers)
        finally:
            _remove(own)


def _own(settings: Settings, endpoint: Endpoint, home: Path) -> Settings:
    """Settings for the same Elasticsearch with a home and index names of their own."""
    es = Elasticsearch(
        kind="url",
        url=endpoint.url,
        api_key=endpoint.api_key,
        user=endpoint.user,
        password=endpoint.password,
        ca_file=endpoint.ca_file,
        timeout=endpoint.timeout,
    )
    build = msgspec.structs.replace(settings.build, max_rejected_share=1.0)
    return msgspec.structs.replace(settings, home=str(home), prefix=PREFIX, es=es, build=build)


def _sources(
    folder: Path, numbers: dict[Form, str], marc: Sequence[Path], *, sample: bool
) -> list[Source]:
    from demo.compose import compose

    path = folder / "pairs.mrc"
    write_records(numbers, path, load_lists().articles)
    files: dict[str, list[str]] = {HOLDER: [str(path), *map(str, marc)]}
    if sample:
        for code, file in compose(folder).items():
            files.setdefault(code, []).append(str(file))
    return [Source(code, tuple(found)) for code, found in files.items()]


def _remove(settings: Settings) -> None:
    """Remove this command's indices, left by a run that was killed or its own."""
    with connect(settings) as client:
        for info in list_indices(client, IndexNames(settings.titles_alias)):
            client.indices.delete(index=info.name)
