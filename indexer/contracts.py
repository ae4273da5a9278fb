"""What a run needs from those who shape documents: small, so that tests can bring their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from base.settings import Source
    from indexer.transform.result import Transformed
    from records import StoredTitle
    from records.parsed import Parsed


class Transform(Protocol):
    """Maps the records of one source."""

    def transform(self, record: Parsed) -> Transformed:
        """The record mapped.

        Raises:
            indexer.transform.result.RecordProblem: the record is to be rejected.
        """
        ...


@dataclass(frozen=True, slots=True)
class Pipeline:
    """How records become documents, and what index takes them.

    ``fingerprint`` changes when the same bytes would become another document. ``factory`` makes the
    same pipeline in another process: a function of a module; without it there are no workers.
    """

    transform: Callable[[Source], Transform]
    merge: Callable[[StoredTitle], dict[str, Any]]
    index_body: Mapping[str, Any]
    live_settings: Mapping[str, Any]
    fingerprint: str
    factory: Callable[[], Pipeline] | None = None


def catalogue_pipeline() -> Pipeline:
    """The pipeline that the field catalogue describes."""
    import mappings
    from indexer.merge import merge
    from indexer.transform import Transformer, rules_fingerprint

    catalogue = mappings.load_catalogue()
    return Pipeline(
        transform=lambda source: Transformer(catalogue, source),
        merge=lambda title: merge(
            title.id, title.members, title.copies, catalogue, title.availability
        ),
        index_body=mappings.index_body(catalogue),
        live_settings=mappings.live_settings(),
        fingerprint=f"{mappings.index_fingerprint(catalogue)}-{rules_fingerprint()}",
        factory=catalogue_pipeline,
    )
