"""What a matcher of records is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Matcher(Protocol):
    """Puts records into titles by their match keys.

    It joins only records that share a key, directly or through others; which of these, is its own
    decision, but the same records must always give the same titles. Then the records that are
    connected to a change are all it has to be shown (`indexer.cluster.incremental`).
    """

    def partition(self, keys: Iterable[tuple[str, int]]) -> Iterator[tuple[int, int]]:
        """Say which records share a title.

        Args:
            keys: (match key, sequence of a record), equal keys next to each other.

        Returns:
            (sequence of a record, sequence of its title's founder) for each record that shares
            its title with another; the founder is the oldest member.
        """
        ...
