"""Where a leaf is sought: in the fields of a name, or wherever unfielded terms are sought."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from query.dsl import Path
from query.tables import tables
from query.vocabulary import property_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mappings.model import Folding, Script, Service, Tier
    from query.vocabulary import Vocabulary


class Scope:
    """The properties that do a service for leaves of one place.

    Without a name, tiers of the group (``any``) are asked there and the others field by field, so
    that what matches never depends on how much else is asked.
    """

    def __init__(self, vocabulary: Vocabulary, name: str | None) -> None:
        self.name = name
        self.grouped = name is None
        self.fields = vocabulary.any_fields if name is None else vocabulary.fields(name)
        self._tiers = vocabulary.definition.tiers
        self._group = vocabulary.definition.any_tiers if name is None else ()
        self._matching: dict[tuple[Service, Script, Folding | None], tuple[Path, ...]] = {}
        self._scoring: dict[tuple[Service, Script], tuple[Path, ...]] = {}

    def matching(
        self, service: Service, script: Script, without: Folding | None = None
    ) -> tuple[Path, ...]:
        """The properties whose answer decides; those of a folding class may be left out."""
        found = self._matching.get((service, script, without))
        if found is None:
            left = {name for name, tier in self._tiers.items() if tier.folding == without}
            grouped, single = (
                self._grouped(service, script, left),
                self._single(service, script, left),
            )
            found = self._matching[service, script, without] = (*grouped, *single)
        return found

    def scoring(self, service: Service, script: Script) -> tuple[Path, ...]:
        """The same service in every field, for what ranks."""
        found = self._scoring.get((service, script))
        if found is None:
            found = tuple(self._of_fields(service, script, set()))
            self._scoring[service, script] = found
        return found

    def _grouped(self, service: Service, script: Script, left: set[str]) -> Iterator[Path]:
        weight = tables().ranking.group
        for name in self._group:
            tier = self._tiers[name]
            if name not in left and _serves(tier, service, script):
                yield Path(property_path("any", tier.property), weight)

    def _single(self, service: Service, script: Script, left: set[str]) -> Iterator[Path]:
        scale = tables().ranking.group if self.grouped else 1.0
        for path, weight in self._of_fields(service, script, {*self._group, *left}):
            yield Path(path, weight * scale)

    def _of_fields(self, service: Service, script: Script, without: set[str]) -> Iterator[Path]:
        for field in self.fields:
            for name in field.tiers:
                tier = self._tiers[name]
                if name not in without and _serves(tier, service, script):
                    path = property_path(field.name, tier.property)
                    yield Path(path, field.weight * tier.boost)


@lru_cache(maxsize=256)
def scope_of(vocabulary: Vocabulary, name: str | None) -> Scope:
    """The scope of a name, made once for the index."""
    return Scope(vocabulary, name)


def _serves(tier: Tier, service: Service, script: Script) -> bool:
    keyed = bool(tier.key) and service == "score"  # such a tier ranks by its key, not by words
    return service in tier.serves and script in tier.scripts and not keyed
