"""What the tiers of a field make of a text, by the analyzers of the live index themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from mappings.headings import headings
from mappings.keys import whole_key
from mappings.romanised import query_keys
from mappings.suggestions import keys_typed
from query.errors import RequestError
from query.live import ask
from query.vocabulary import property_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine import Connection
    from mappings.model import QueryDefinition, Service, Tier

_TOO_LONG = "number of tokens"
"""Of the reason that Elasticsearch gives beyond ``index.analyze.max_token_count``."""

State = str | tuple[str, ...]
"""A text, or the tokens that it has become."""

# What a tier is for: the first of these services that it has.
COUNTS: dict[Service, str] = {
    "match": "every width",
    "reading": "every width",
    "wide": "width wide",
    "derived": "width wide",
    "hangul": "width wide",
    "exact": "=term",
    "left": "left truncation",
    "whole": "rank",
    "score": "rank",
}


class Step(NamedTuple):
    """A step of a chain: its name, and what the text has become after it."""

    name: str
    state: State


class TierReading(msgspec.Struct, frozen=True):
    """What one tier holds of a value; ``tokens`` is empty where the mapper does not fill it."""

    tier: str
    property: str
    chain: str  # analyzer, or the key function in its place
    counts: str  # in which searches what matches here counts
    tokens: tuple[str, ...]


class Analysis(msgspec.Struct, frozen=True):
    """A text as the catalogue holds it."""

    text: str
    field: str
    language: str
    tiers: tuple[TierReading, ...]
    keys: dict[str, tuple[str, ...]]  # as queries ask, and as suggestions are reached
    headings: tuple[str, ...]  # other forms of the heading that it is
    sort: dict[str, str]  # collation keys, of titles and authors


class FieldChains:
    """The chains of one field of the live index.

    Raises:
        RequestError: the live index has no such field of words.
    """

    def __init__(
        self, connection: Connection, alias: str, definition: QueryDefinition, field: str
    ) -> None:
        self._connection, self._alias = connection, alias
        self.field = field
        self.tiers = {
            name: definition.tiers[name]
            for known in definition.fields
            if known.name == field and known.query == "text"
            for name in known.tiers
        }
        if not self.tiers:
            raise RequestError(
                f"the live catalogue has no field {field}",
                hint="It comes with the next `hkall reindex`.",
            )

    def values(self, tier: Tier, document: Mapping[str, Any]) -> list[str]:
        """What the mapper puts into a tier; a multi-field has what its parent has."""
        value = document.get(self.field, {}).get(tier.property.partition(".")[0], [])
        return [value] if isinstance(value, str) else list(value)

    def readings(self, document: Mapping[str, Any]) -> tuple[TierReading, ...]:
        """What each tier holds of the value of a document."""
        found = []
        for name, tier in self.tiers.items():
            values = self.values(tier, document)
            chain = tier.key or tier.mapping.get("analyzer", "")
            tokens = values if tier.key else self.tokens(chain, values)
            path = property_path(self.field, tier.property)
            found.append(TierReading(name, path, chain, counts_in(tier), tuple(tokens)))
        return tuple(found)

    def tokens(self, analyzer: str, values: Sequence[str]) -> list[str]:
        """The tokens of values, one after the other."""
        if not values:
            return []
        answer = self._ask({"analyzer": analyzer, "text": list(values)})
        return [token["token"] for token in answer["tokens"]]

    def steps(self, analyzer: str, text: str) -> list[Step]:
        """The chain step by step, the text as it is first."""
        detail = self._ask({"analyzer": analyzer, "text": text, "explain": True})["detail"]
        return [
            Step("as written", text),
            *(
                Step(f"char filter {part['name']}", part["filtered_text"][0])
                for part in detail.get("charfilters", ())
            ),
            _tokens_after("tokenizer", detail["tokenizer"]),
            *(_tokens_after("token filter", part) for part in detail.get("tokenfilters", ())),
        ]

    def _ask(self, body: dict[str, Any]) -> Any:  # noqa: ANN401 - decoded JSON
        from engine import ElasticsearchError

        try:
            return ask(self._connection, "POST", f"/{self._alias}/_analyze", self._alias, body)
        except ElasticsearchError as error:
            if _TOO_LONG not in error.reason:
                raise
            raise RequestError(
                "the text has more words than can be shown", hint="Name a part of it."
            ) from error


def counts_in(tier: Tier) -> str:
    """In which searches what matches in a tier counts."""
    return next((words for service, words in COUNTS.items() if service in tier.serves), "–")


def _tokens_after(kind: str, part: Mapping[str, Any]) -> Step:
    return Step(f"{kind} {part['name']}", tuple(token["token"] for token in part["tokens"]))


def analyse(
    chains: FieldChains, text: str, document: Mapping[str, Any], language: str = ""
) -> Analysis:
    """A value as the catalogue holds it, and as queries and suggestions ask for it.

    Args:
        chains: of the field.
        text: the value.
        document: what the mapper makes of a record that has it.
        language: of that record (a MARC code).
    """
    groups = query_keys(text.split())
    keys = {
        "whole": (whole_key(text),),
        "readings asked": tuple(dict.fromkeys(key for group in groups for key in group)),
        "suggested from": keys_typed(text),
    }
    return Analysis(
        text=text,
        field=chains.field,
        language=language,
        tiers=chains.readings(document),
        keys=keys,
        headings=headings().others(text),
        sort=document.get("sort_title" if chains.field.startswith("title") else "sort_author", {}),
    )
