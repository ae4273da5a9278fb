"""A search: one request to Elasticsearch, and the answer with its reading."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from query.correction import Correction  # noqa: TC001 - msgspec reads the annotation
from query.counts import ClauseCount, count_aggregation, take_counts
from query.errors import RequestError
from query.expansions import too_many_words
from query.facets import FacetValue, aggregations, facet_names, facet_values
from query.live import ask, live_definition
from query.narrowing import compile_reading
from query.notes import Note  # noqa: TC001 - msgspec reads the annotation
from query.orders import known_order, sort_clause
from query.reading import Reading, parse
from query.tables import tables
from query.tokens import OperatorSet  # noqa: TC001 - msgspec reads the annotation
from query.width import Width  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from engine import Connection
    from mappings.model import QueryDefinition
    from query.dsl import Dsl

_SOURCE = ["display", "members", "held_by"]


class SearchRequest(msgspec.Struct, frozen=True):
    """What is asked.

    ``limits``: catalogue field to values, any of which will do; ``without``: to values of which none
    may be there.
    """

    text: str
    limit: int = 10
    start: int = 0  # hits to pass over
    sort: str = "relevance"  # or title, title:stroke, year…
    collation: str = "stroke"  # of an order by title or author that names none
    facets: tuple[str, ...] = ()
    limits: dict[str, tuple[str, ...]] = {}
    without: dict[str, tuple[str, ...]] = {}
    width: Width = "wide"
    offers: bool = True  # where little is found, look for what was perhaps meant
    operators: tuple[OperatorSet, ...] = ()  # beside AND, OR, NOT
    repair: bool = False  # mend what plainly is a slip
    counts: bool = False  # say how many titles each part finds
    dialect: str = ""  # the other system whose language the text is in


class Member(msgspec.Struct, frozen=True):
    """A library's record of a title."""

    institution: str
    control_number: str


class Hit(msgspec.Struct, frozen=True):
    """A title found. ``score`` is None where the order is not by relevance."""

    id: str
    score: float | None
    title: str
    title_romanised: str
    authors: tuple[str, ...]
    publisher: str
    year: int | None
    formats: tuple[str, ...]
    languages: tuple[str, ...]
    isbn: tuple[str, ...]
    call_numbers: tuple[str, ...]
    held_by: tuple[str, ...]
    members: tuple[Member, ...]
    authors_romanised: tuple[str, ...] = ()


class SearchResult(msgspec.Struct, frozen=True):
    """The answer: ``total`` is exact, hits with equal scores stand in the order of their ids."""

    total: int
    reading: str
    width: Width
    repairs: tuple[Note, ...]
    warnings: tuple[Note, ...]
    hits: tuple[Hit, ...]
    facets: dict[str, list[FacetValue]]
    took_ms: int
    suggestions: tuple[Correction, ...] = ()  # where little was found: what was perhaps meant
    counts: tuple[ClauseCount, ...] = ()


def search(connection: Connection, alias: str, request: SearchRequest) -> SearchResult:
    """Answer a search from the live index.

    Raises:
        QueryError: the text or a limit cannot be searched for.
        RequestError: limit, start, sort or facets are not possible.
        NoIndexError: nothing has been built.
        engine.NodeUnreachable: Elasticsearch does not answer.
    """
    check_request(request)
    definition = live_definition(connection, alias)
    reading = parse(
        request.text,
        definition,
        request.limits,
        without=request.without,
        width=request.width,
        operators=request.operators,
        repair=request.repair,
        dialect=request.dialect,
    )
    reading, query = compile_reading(reading, definition)
    body = request_body(request, reading, query, definition)
    answer = _answer(connection, alias, body, reading)
    total = answer["hits"]["total"]["value"]
    beside = take_counts(answer, reading)
    return SearchResult(
        total=total,
        reading=reading.reading,
        width=reading.width,
        repairs=reading.repairs,
        warnings=beside.warnings,
        hits=tuple(_hit(hit) for hit in answer["hits"]["hits"]),
        facets=facet_values(answer.get("aggregations", {}), definition),
        took_ms=answer["took"],
        suggestions=_corrections(connection, alias, request, reading, definition, total),
        counts=beside.counts,
    )


def _corrections(
    connection: Connection,
    alias: str,
    request: SearchRequest,
    reading: Reading,
    definition: QueryDefinition,
    total: int,
) -> tuple[Correction, ...]:
    if not request.offers or total >= tables().corrections.enough:
        return ()
    from query.corrections import corrections

    return corrections(connection, alias, request, reading, definition, total)


def _answer(
    connection: Connection, alias: str, body: dict[str, Any], reading: Reading
) -> dict[str, Any]:
    from engine import ElasticsearchError

    try:
        answer: dict[str, Any] = ask(connection, "POST", f"/{alias}/_search", alias, body)
    except ElasticsearchError as error:
        raise too_many_words(reading, error) or error from error
    return answer


def check_request(request: SearchRequest) -> None:
    """Refuse what no index could answer, before one is asked.

    Raises:
        RequestError: limit, start, sort or facets are not possible.
    """
    window = tables().budget.window
    if request.start < 0 or request.limit < 0:
        raise RequestError(
            f"cannot show {request.limit} hits from {request.start}", hint="Count from 0 upwards."
        )
    if request.start + request.limit > window:
        raise RequestError(
            f"hits are shown up to number {window}, not from {request.start}"
            f" to {request.start + request.limit}",
            hint="Narrow the search, for instance with --year 1990..1999 or --language,"
            " and take it in parts.",
        )
    known_order(request.sort)
    facet_names(request.facets)


def request_body(
    request: SearchRequest, reading: Reading, query: Dsl, definition: QueryDefinition
) -> dict[str, Any]:
    """The body of ``_search`` for a request whose text has been read and compiled."""
    facets = aggregations(facet_names(request.facets))
    facets |= count_aggregation(reading, definition, counts=request.counts)
    return {
        "query": query,
        "from": request.start,
        "size": request.limit,
        "sort": sort_clause(request.sort, request.collation, definition),
        "track_total_hits": True,
        "_source": _SOURCE,
        **({"aggs": facets} if facets else {}),
    }


def _hit(hit: dict[str, Any]) -> Hit:
    source = hit["_source"]
    display = source.get("display", {})
    return Hit(
        id=hit["_id"],
        score=hit["_score"],
        title=display.get("title", ""),
        title_romanised=display.get("title_romanised", ""),
        authors=tuple(display.get("authors", ())),
        publisher=display.get("publisher", ""),
        year=display.get("year"),
        formats=tuple(display.get("formats", ())),
        languages=tuple(display.get("languages", ())),
        isbn=tuple(display.get("isbn", ())),
        call_numbers=tuple(display.get("call_numbers", ())),
        held_by=tuple(source.get("held_by", ())),
        members=tuple(msgspec.convert(source.get("members", []), list[Member])),
        authors_romanised=tuple(display.get("authors_romanised", ())),
    )
