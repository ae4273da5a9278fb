"""Record to document: the field catalogue compiled once, applied to every record of a source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from base.errors import ConfigurationFailure
from indexer.cluster import match_keys
from indexer.merge import MERGED
from indexer.transform.build.sorting import Sortable
from indexer.transform.build.titles import match_titles
from indexer.transform.builders import BUILDERS
from indexer.transform.context import Context
from indexer.transform.copies import LOCATION, copies, copy_fields
from indexer.transform.extract import fixed, texts
from indexer.transform.fill import Filler, Scripts, Value
from indexer.transform.result import RecordProblem, Transformed
from indexer.transform.rules import RuleTable
from indexer.transform.tables import tables
from indexer.transform.view import RecordView, clean, view_of
from mappings import NORMALISERS
from mappings.marcspec import parse_spec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from base.settings import Source
    from indexer.transform.result import Kind
    from mappings.model import Catalogue, Field
    from records.parsed import Parsed

_CATALOGUE = "mappings/catalogue.yaml"

LONGEST_NUMBER = 400
"""Bytes of a control number; what is longer is none (Elasticsearch takes ids of 512 bytes)."""


class Transformer:
    """What the catalogue and a source's settings say, ready for one record after another.

    Raises:
        ConfigurationFailure: the catalogue names a builder, step or normaliser that does not exist,
            or the source a holdings field that is not in copies.yaml.
    """

    def __init__(self, catalogue: Catalogue, source: Source) -> None:
        self._institution = source.institution
        self._control_number = [spec for text in source.control_number for spec in parse_spec(text)]
        self._holdings = _holdings_tags(source)
        fields = {name: f for name, f in catalogue.fields.items() if f.build not in MERGED}
        self._rules = RuleTable(fields)
        self._compiled = tuple(
            CompiledField(name, field, catalogue) for name, field in fields.items()
        )

    def transform(self, record: Parsed) -> Transformed:
        """What a record becomes; see `transform_view`."""
        return self.transform_view(view_of(record))

    def transform_view(self, view: RecordView) -> Transformed:
        """What a record becomes, whichever reader made the view of it.

        Raises:
            RecordProblem: it must be rejected (``no-control-number``, ``no-title``).
        """
        kind = kind_of(view)
        number = self._number(view)
        if kind == "other":
            return Transformed(kind, number)
        if not number:
            names = ", ".join(map(str, self._control_number))
            raise RecordProblem("no-control-number", f"the record has no {names}")
        if (size := len(number.encode())) > LONGEST_NUMBER:
            detail = f"{number[:20]}… has {size} bytes: no number is longer than {LONGEST_NUMBER}"
            raise RecordProblem("no-control-number", detail)
        if kind == "deleted":
            return Transformed(kind, number)
        if kind == "holdings":
            tags = dict.fromkeys((LOCATION, *self._holdings))
            parent = clean(view.fixed("004"))
            return Transformed(kind, number, copies=copies(view, tuple(tags)), parent=parent)
        return self._bibliographic(view, number)

    def _number(self, view: RecordView) -> str:
        for spec in self._control_number:
            found = fixed(view, spec) if spec.is_control else texts(view, (str(spec),))
            number = next((text for text in map(clean, found) if text), "")
            if number:
                return number
        return ""

    def _bibliographic(self, view: RecordView, number: str) -> Transformed:
        context = Context(view, self._institution, number, copies(view, self._holdings))
        if not context.titles:
            raise RecordProblem("no-title", "the record has no title in any field", number)
        return Transformed(
            kind="bibliographic",
            control_number=number,
            document=self._document(context),
            match_keys=keys_of(context),
            copies=context.copies,
        )

    def _document(self, context: Context) -> dict[str, Any]:
        values = self._rules.values(context.view, context.readings.pairs)
        scripts: dict[str, Scripts] = {}
        document: dict[str, Any] = {}
        for at, field in enumerate(self._compiled):
            if not field.build and at not in values:
                continue
            built = field.build(context) if field.build else None
            value = field.shape(built, values.get(at), context, scripts)
            if value:
                document[field.name] = value
        return document


class CompiledField:
    """One field of the catalogue with its builder, normaliser and tiers."""

    __slots__ = ("_collations", "_filler", "_normalise", "build", "name")

    def __init__(self, name: str, field: Field, catalogue: Catalogue) -> None:
        self.name = name
        self.build = _builder(name, field)
        self._normalise = _normaliser(name, field)
        self._filler = Filler(name, field, catalogue)
        tiers = (catalogue.tiers[tier] for tier in catalogue.types[field.type].tiers)
        self._collations = tuple(tier for tier in tiers if tier.collation)

    def shape(
        self,
        built: Any,  # noqa: ANN401 - what builders give: lists, or what is stored as it is
        values: dict[str, Value] | None,
        context: Context,
        scripts: dict[str, Scripts],
    ) -> Any:  # noqa: ANN401 - as the index type of the field wants it
        """The value of the document: built values and those of specs, normalised, in their tiers."""
        if isinstance(built, Sortable):
            return built.keys(self._collations)
        if isinstance(built, str | dict):
            return built
        if self._filler.single:
            return self._plain([*(built or ()), *(values or ())])
        found = values or {}
        if built:
            found = found | {text: Value(text) for text in built}
        return self._filler.fill(tuple(found.values()), context.readings, scripts)

    def _plain(self, values: Iterable[Any]) -> list[Any]:
        if self._normalise:
            values = filter(None, map(self._normalise, values))
        return list(dict.fromkeys(values))


def kind_of(view: RecordView) -> Kind:
    """What the leader says a record is; see tables.yaml."""
    known = tables()
    if view.leader[6] in known.skipped_types:
        return "other"
    if view.leader[5] == known.deleted_status:
        return "deleted"
    return "holdings" if view.leader[6] in known.holdings_types else "bibliographic"


def keys_of(context: Context) -> tuple[str, ...]:
    """The match keys of a bibliographic record: one set for the title in each of its scripts.

    So a record with the romanised title alone meets one that has both.
    """
    isbns, issns = _subfields(context.view, "020"), _subfields(context.view, "022")
    if not (isbns or issns) or not context.years:
        return ()
    year = context.years[0]
    found = (match_keys(isbns, issns, title, year) for title in match_titles(context.titles))
    return tuple(dict.fromkeys(key for keys in found for key in keys))


def _subfields(view: RecordView, tag: str) -> list[str]:
    return [value for field in view.fields(tag) for value in field.all("a")]


def _holdings_tags(source: Source) -> tuple[str, ...]:
    unknown = [tag for tag in source.holdings if tag not in copy_fields()]
    if unknown:
        raise ConfigurationFailure(
            f"source {source.institution}: holdings names {', '.join(unknown)}, which has no table",
            hint=f"Fields that can hold copies: {', '.join(sorted(copy_fields()))}.",
        )
    return source.holdings


def _builder(name: str, field: Field) -> Callable[[Context], Any] | None:
    if not field.build:
        return None
    if field.build not in BUILDERS:
        raise ConfigurationFailure(
            f"{_CATALOGUE} at fields.{name}.build: there is no builder {field.build!r}",
            hint=f"The builders are {', '.join(sorted({*BUILDERS, *MERGED}))}.",
        )
    return BUILDERS[field.build]


def _normaliser(name: str, field: Field) -> Callable[[str], str | None] | None:
    if not field.normaliser:
        return None
    if field.normaliser not in NORMALISERS:
        raise ConfigurationFailure(
            f"{_CATALOGUE} at fields.{name}.normaliser: there is no normaliser {field.normaliser!r}",
            hint=f"The normalisers are {', '.join(sorted(NORMALISERS))}.",
        )
    return NORMALISERS[field.normaliser]
