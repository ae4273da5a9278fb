"""One title from the live index, by its id or by the number of any of its member records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from base.errors import UsageFailure
from query.live import ask

if TYPE_CHECKING:
    from engine import Connection

_SOURCE = ["display", "members", "held_by", "holdings", "added"]


class NoSuchTitleError(UsageFailure):
    """The catalogue has no title or record of this id."""

    code = "no-such-title"


def fetch_document(connection: Connection, alias: str, record_id: str) -> dict[str, Any]:
    """A title's ``id``, display, members, holdings, held_by and added, as they are indexed.

    Args:
        connection: to Elasticsearch.
        alias: of the titles.
        record_id: a title's id, or ``HKU:b1234567``, the number of a member record.

    Raises:
        NoSuchTitleError: there is none.
        NoIndexError: nothing has been built.
    """
    if not record_id or not _is_text(record_id):
        raise _no_such_title(record_id)
    either = [{"ids": {"values": [record_id]}}, {"term": {"control_number": record_id}}]
    body = {
        "query": {"bool": {"should": either, "minimum_should_match": 1}},
        "sort": [{"_score": "desc"}, {"title_id": "asc"}],
        "size": 1,
        "_source": _SOURCE,
    }
    hits = ask(connection, "POST", f"/{alias}/_search", alias, body)["hits"]["hits"]
    if not hits:
        raise _no_such_title(record_id)
    return {"id": hits[0]["_id"], **hits[0]["_source"]}


def _is_text(record_id: str) -> bool:
    """Whether it is sound Unicode: a command line's odd bytes come as lone surrogates."""
    return not any("\ud800" <= character <= "\udfff" for character in record_id)


def _no_such_title(record_id: str) -> NoSuchTitleError:
    return NoSuchTitleError(
        f"there is no title or record {record_id or '(empty)'}",
        hint="Ids look like HKU:b1234567; `hkall search` prints them.",
    )
