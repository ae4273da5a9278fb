"""The catalogue's MARC specs, compiled into one table a tag: what a field gives to which fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from base.errors import ConfigurationFailure
from indexer.transform.extract import step, without_nonfiling
from indexer.transform.fill import Value
from mappings.marcspec import MarcSpec, parse_spec
from mappings.steps import FIELD_STEPS, STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from indexer.transform.readings import Pair
    from indexer.transform.view import DataField, RecordView
    from mappings.model import Field

_CATALOGUE = "mappings/catalogue.yaml"
_NONFILING = "nonfiling"
_LINKING = frozenset("68")


class Rule(NamedTuple):
    """What one alternative of a spec takes from a field.

    ``codes`` is None for every subfield. ``apart``: each subfield is a value of its own; it is so
    where one code is named or the values are identifiers.
    """

    field: int
    codes: frozenset[str] | None
    indicators: str
    apart: bool
    steps: tuple[Callable[[str], str], ...]
    nonfiling: bool


class RuleTable:
    """All rules by tag, and the number that each field of the catalogue has in them."""

    def __init__(self, fields: Mapping[str, Field]) -> None:
        self.names = tuple(fields)
        self._data: dict[str, list[Rule]] = {}
        self._control: list[tuple[int, MarcSpec]] = []
        for number, (name, field) in enumerate(fields.items()):
            steps = compile_steps(name, field)
            for text in field.marc:
                for spec in parse_spec(text):
                    self._add(number, field, spec, steps)

    def _add(
        self, number: int, field: Field, spec: MarcSpec, steps: tuple[Callable[[str], str], ...]
    ) -> None:
        if spec.is_control:
            self._control.append((number, spec))
            return
        rule = Rule(
            field=number,
            codes=frozenset(spec.codes) or None,
            indicators=spec.indicators,
            apart=len(spec.codes) == 1 or bool(field.normaliser),
            steps=steps,
            nonfiling=_NONFILING in field.steps,
        )
        self._data.setdefault(spec.tag, []).append(rule)

    def values(self, view: RecordView, pairs: Mapping[int, Pair]) -> dict[int, dict[str, Value]]:
        """The distinct values of each field (by its number), linked fields included.

        Args:
            view: the record.
            pairs: what its fields are to each other, see `pairs_of`.
        """
        found: dict[int, dict[str, Value]] = {}
        get = self._data.get
        for field in view.data:
            rules = get(field.tag)
            if rules:
                pair = pairs.get(id(field)) if pairs else None
                for rule in rules:
                    _apply(rule, field, found, pair)
        for number, spec in self._control:
            self._take_control(number, spec, view, found)
        return found

    @staticmethod
    def _take_control(
        number: int, spec: MarcSpec, view: RecordView, found: dict[int, dict[str, Value]]
    ) -> None:
        values = [view.leader] if spec.tag == "LDR" else view.control.get(spec.tag, ())
        for value in values:
            text = (value[slice(*spec.slice)] if spec.slice else value).strip()
            if text:
                found.setdefault(number, {})[text] = Value(text)


def _apply(
    rule: Rule, field: DataField, found: dict[int, dict[str, Value]], pair: Pair | None
) -> None:
    if rule.indicators != "**" and not _matches(rule.indicators, field):
        return
    codes = rule.codes
    if codes is None:
        texts = [value for code, value in field.subfields if code not in _LINKING]
    else:
        texts = [value for code, value in field.subfields if code in codes]
    if not texts:
        return
    if not rule.apart and len(texts) > 1:
        texts = [" ".join(texts)]
    for text in texts:
        for shape in rule.steps:
            text = shape(text)  # noqa: PLW2901 - each step shapes what the one before it left
        if text:
            filing = without_nonfiling(text, field) if rule.nonfiling else text
            values = found.setdefault(rule.field, {})
            if pair is None and text in values:
                pair = values[text].pair
            values[text] = Value(text, "" if filing == text else filing, pair)


def _matches(indicators: str, field: DataField) -> bool:
    return indicators[0] in {"*", field.first} and indicators[1] in {"*", field.second}


def compile_steps(name: str, field: Field) -> tuple[Callable[[str], str], ...]:
    """The steps of a field of the catalogue that work on text alone.

    Raises:
        ConfigurationFailure: a step that does not exist.
    """
    for each in field.steps:
        if each not in STEPS and each not in FIELD_STEPS:
            raise ConfigurationFailure(
                f"{_CATALOGUE} at fields.{name}.steps: there is no step {each!r}",
                hint=f"The steps are {', '.join(sorted({*STEPS, *FIELD_STEPS}))}.",
            )
    return tuple(step(each) for each in field.steps if each in STEPS)
