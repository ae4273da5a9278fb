"""Going back to an earlier index, with the availability of now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.availability import replay
from indexer.guard import lock
from indexer.names import IndexNames
from indexer.publish import live_index, roll_back
from records import open_store, store_path

if TYPE_CHECKING:
    from base.settings import Settings


def rollback(settings: Settings, to: str = "") -> tuple[str, str]:
    """Make an earlier index live again; the record store stays as it is.

    The next run brings the live index to what the store holds: what was wrong with the newer one
    must have been mended by then.

    Args:
        settings: which Elasticsearch, home and prefix.
        to: the index; default: the newest complete one before the live one.

    Returns:
        the name of the index that was live, and of the one that now is.

    Raises:
        NoSuchIndexError: there is no such index.
        RunLocked: a run is under way.
    """
    from engine import connect, translated

    names = IndexNames(settings.titles_alias)
    client = connect(settings)
    with lock(settings), open_store(store_path(settings)) as store, translated(client):
        before, now = roll_back(client, names, to)
        live = live_index(client, names)
        if live is not None and live.builder == store.name and live.applied_seq >= 0:
            replay(client, live.name, store, live.applied_seq)
    return before, now
