"""Write docs/fields.md from the catalogue: ``python -m mappings.document > docs/fields.md``."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from mappings.load import load_catalogue

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mappings.model import Catalogue, Field

_HEAD = """\
# The fields of the catalogue

Written from `mappings/catalogue.yaml` and `mappings/index_types.yaml` by
`python -m mappings.document > docs/fields.md`; a test keeps it current.

A query name searches every field that lists it: `title:` looks into main, uniform and variant
titles alike. Fields marked *any* are also searched by words without a field.
"""
_SHOWN = {"none": "–", "text": "words", "prefix": "beginning"}


def document(catalogue: Catalogue) -> str:
    """The page in Markdown."""
    parts = (
        _HEAD,
        "## Fields",
        _table(
            ("field", "label", "names in a query", "type", "from", "weight", "marks"),
            (_field_row(name, field) for name, field in catalogue.fields.items()),
        ),
        "## Index types",
        _table(
            ("type", "for", "searched as", "tiers"),
            (
                (f"`{name}`", type_.doc, _SHOWN.get(type_.query, type_.query), _codes(type_.tiers))
                for name, type_ in catalogue.types.items()
            ),
        ),
        "## Tiers",
        "A tier is one analysed form of a field's values. `fill` says which values it gets.",
        _table(
            ("tier", "property", "folding", "fill", "analyzer or type", "serves"),
            _tier_rows(catalogue),
        ),
    )
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _field_row(name: str, field: Field) -> tuple[str, ...]:
    source = _codes(field.marc) if field.marc else f"built: {field.build}"
    marks = [mark for mark in ("any", "facet", "sort", "export") if getattr(field, mark)]
    weight = f"{field.weight:g}"
    label = f"{field.label.en} {field.label.zh}"
    names = _codes(field.names)
    return (f"`{name}`", label, names, f"`{field.type}`", source, weight, ", ".join(marks))


def _tier_rows(catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    for name, tier in catalogue.tiers.items():
        chain = tier.mapping.get("analyzer", tier.mapping["type"])
        place = f"`{tier.property}`" if tier.property else "the field itself"
        serves = ", ".join(tier.serves)
        yield f"`{name}`", place, tier.folding, tier.fill, f"`{chain}`", serves


def _codes(words: Iterable[str]) -> str:
    return " ".join(f"`{word}`" for word in words).replace("|", "\\|")


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (head, tuple("---" for _ in head), *rows)
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    sys.stdout.write(document(load_catalogue()))
