"""How a night gets into the live index: not at all, in place, by a clone, or by a fresh build."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

if TYPE_CHECKING:
    from indexer.publish import IndexInfo
    from records import ChangeCounts, RecordStore

Mode = Literal["none", "in-place", "clone", "fresh"]


class Decision(msgspec.Struct, frozen=True):
    """The way, the reason for it, and how many titles differ from the live index.

    ``live`` is the index to start from; None where nothing is live.
    """

    mode: Mode
    why: str
    changed: int = 0
    live: IndexInfo | None = None


def decide(
    live: IndexInfo | None,
    store: RecordStore,
    *,
    fingerprint: str,
    shape: str,
    delta_share: float,
    full: bool,
) -> Decision:
    """Choose the least work that makes the live index hold what the store does.

    Args:
        live: the live index.
        store: with everything read and clustered.
        fingerprint: of the definition that a fresh index would get.
        shape: of the live index as it really is (`publish.shape`).
        delta_share: of the titles: where as many or more changed, a fresh build is less work.
        full: a person wants a fresh build.
    """
    if live is None:
        return Decision("fresh", "no index is live", store.title_count())
    if reason := _unfit(live, store, fingerprint, shape, full=full):
        return Decision("fresh", reason, store.title_count(), live)
    changed = store.change_count(live.applied_seq)
    if not changed:
        return Decision("none", "nothing has changed", 0, live)
    if not store.change_counts(live.applied_seq):
        return Decision("in-place", "only availability has changed", changed, live)
    titles = max(store.title_count(), 1)
    said = f"{changed:,} of {titles:,} titles have changed"
    mode: Mode = "fresh" if changed >= delta_share * titles else "clone"
    return Decision(mode, said, changed, live)


def _unfit(live: IndexInfo, store: RecordStore, fingerprint: str, shape: str, *, full: bool) -> str:
    """Why the live index is not to be built upon; empty where it is."""
    reasons = {
        "a full build was asked for": full,
        "the live index was built from another record store": live.builder != store.name,
        "the definition of the index has changed": live.fingerprint != fingerprint,
        "the live index is not as it was built": live.shape != shape,
        "the live index does not say up to what it holds": live.applied_seq < 0,
        "the live index is ahead of the record store": live.applied_seq > store.last_change(),
        "the live index lacks many refused titles": live.refused is None,
    }
    return next((reason for reason, holds in reasons.items() if holds), "")


def changes_since(live: IndexInfo | None, store: RecordStore) -> dict[str, ChangeCounts] | None:
    """By institution, records that are other than in the live index.

    None where that cannot be told: there is none, or it does not hold what this store once held.
    """
    if live is None or live.builder != store.name:
        return None
    known = 0 <= live.applied_seq <= store.last_change()
    return store.change_counts(live.applied_seq) if known else None
