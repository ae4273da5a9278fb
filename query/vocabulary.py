"""The names that a query may use for fields, as the definition of the live index gives them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from query.dsl import Path

if TYPE_CHECKING:
    from mappings.model import Query, QueryDefinition, QueryField


class Vocabulary:
    """Look-up of field names; a name that several fields carry searches all of them."""

    def __init__(self, definition: QueryDefinition) -> None:
        self.definition = definition
        self._fields: dict[str, list[QueryField]] = {}
        for field in definition.fields:
            if field.query != "none":
                for name in field.names:
                    self._fields.setdefault(name.casefold(), []).append(field)
        self.names = tuple(self._fields)
        self.headings = tuple(
            Path(property_path(field.name, tier.property), field.weight * tier.boost)
            for field in definition.fields
            for tier in (definition.tiers[name] for name in field.tiers)
            if field.query == "text" and "whole" in tier.serves
        )
        self.any_fields = tuple(
            field for field in definition.fields if field.any and field.query == "text"
        )

    def __contains__(self, name: str) -> bool:
        """Whether a query may use this name, in whichever case."""
        return name.casefold() in self._fields

    def fields(self, name: str) -> tuple[QueryField, ...]:
        """The fields that carry a name (in any case)."""
        return tuple(self._fields[name.casefold()])

    def kind(self, name: str) -> Query:
        """How a query treats the fields of this name; all of them are of one kind."""
        return self.fields(name)[0].query

    def canonical(self, name: str) -> str:
        """The first of the names that mean the same fields: the one that readings print."""
        fields = self.fields(name)
        return next(
            other
            for other in fields[0].names
            if other.casefold() in self._fields and self.fields(other) == fields
        )

    def name_of(self, field_name: str) -> str | None:
        """The query name that searches one field of the catalogue (``held_by`` → ``heldby``)."""
        for field in self.definition.fields:
            if field.name == field_name and field.names and field.query != "none":
                return self.canonical(field.names[0])
        return None

    def normalised_by(self, normaliser: str) -> str | None:
        """The query name of the first field with this normaliser, or None."""
        for field in self.definition.fields:
            if field.normaliser == normaliser and field.names and field.query != "none":
                return self.canonical(field.names[0])
        return None

    def nearest(self, name: str) -> str | None:
        """The name that is nearest to a misspelt one, or None."""
        from difflib import get_close_matches

        near = get_close_matches(name.casefold(), self.names, 1, 0.7)
        return near[0] if near else None


@lru_cache(maxsize=4)
def vocabulary_of(definition: QueryDefinition) -> Vocabulary:
    """The names of an index's fields, made once for its definition."""
    return Vocabulary(definition)


def property_path(field: str, property_: str) -> str:
    """The Elasticsearch path of a tier: the field itself where its property is empty."""
    return f"{field}.{property_}" if property_ else field
