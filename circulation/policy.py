"""Policies as dated data: what rule holds at which library, on which day, for which patrons, and why.

A file a regime and institution; a regime's ``network`` file holds what all share. A rule is looked
up in the institution's file, the network's, then those of the regime it is ``based_on``; of its
entries the first one fits that names the patron's category (or none) and was in force on the day.
"""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from datetime import date, timedelta
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import msgspec
import yaml

from base.datafile import DataFileError, line_of, load
from base.errors import UsageFailure
from circulation.institutions import institution_code
from circulation.model import Category, Terms
from circulation.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

BY_DATE = "by-date"
NETWORK = ""
_TABLES = frozenset({"sources.yaml", "members.yaml"})
_CATEGORIES = msgspec.inspect.type_info(Category).values  # type: ignore[attr-defined]


class Value(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One value of a rule: where it is from, whom and when it is for."""

    value: Any
    source: str
    for_: tuple[Category, ...] = msgspec.field(name="for", default=())
    from_: date | None = msgspec.field(name="from", default=None)
    until: date | None = None
    unknown: bool = False  # no source says it; ``note`` says what it was taken from
    note: str = ""

    def fits(self, day: date, category: Category) -> bool:
        """Whether it is for this category and day."""
        return (
            (not self.for_ or category in self.for_)
            and (self.from_ is None or self.from_ <= day)
            and (self.until is None or day <= self.until)
        )


class PolicyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of a regime and institution (none: the whole network)."""

    regime: str
    from_: date = msgspec.field(name="from")
    rules: dict[str, Value | tuple[Value, ...]]
    institution: str = NETWORK
    until: date | None = None
    based_on: str = ""

    def entries(self, rule: str) -> tuple[Value, ...]:
        """The values of a rule, in the order of the file."""
        found = self.rules.get(rule, ())
        return (found,) if isinstance(found, Value) else found


class Provenance(msgspec.Struct, frozen=True):
    """Where a value is from: the source's key, the file, whether it is only a default."""

    source: str
    file: str
    unknown: bool = False
    note: str = ""

    def __str__(self) -> str:
        """As people read it: ``HKU1`` or ``not known, by default (ours)``."""
        told = f"not known, by default ({self.source})" if self.unknown else self.source
        return f"{told}: {self.note}" if self.note else told


class Policy(msgspec.Struct, frozen=True):
    """The rules for patrons of a category at an institution on a day, each with its provenance."""

    institution: str
    day: date
    category: Category
    regime: str
    rules: Rules
    provenance: Mapping[str, Provenance]

    def terms(self) -> Terms:
        """What of it a loan is under until its due date is set anew."""
        return Terms(**{name: getattr(self.rules, name) for name in Terms.__struct_fields__})


class Member(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Since when an institution takes part."""

    member_from: date


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A source of values."""

    title: str
    url: str = ""


class NoRegime(UsageFailure):
    """No regime was in force on the day, or none is called so."""

    code = "no-regime"


class Policies:
    """All policy files of a folder, checked as they are read.

    Args:
        folder: of the files; default: those that come with the program.
        regime: the one in force on whatever day, or ``by-date``.

    Raises:
        DataFileError: a file is not sound: with file, line and key.
        NoRegime: none is called so.
    """

    def __init__(self, folder: Traversable | None = None, regime: str = BY_DATE) -> None:
        self._folder = folder or files("circulation").joinpath("policies")
        self.sources = load(self._folder.joinpath("sources.yaml"), dict[str, Source])
        self.members = load(self._folder.joinpath("members.yaml"), dict[str, Member])
        self.files = {name: load(at, PolicyFile) for name, at in self._named()}
        self._by = {(f.regime, f.institution): (n, f) for n, f in self.files.items()}
        self._resolved: dict[tuple[str, date, Category], Policy] = {}
        self._check()
        self.regime = regime
        if regime != BY_DATE and regime not in self.regimes():
            known = ", ".join([BY_DATE, *self.regimes()])
            raise NoRegime(f"there is no regime {regime!r}", hint=f"Known: {known}.")

    def _named(self) -> Iterator[tuple[str, Traversable]]:
        for at in sorted(self._folder.iterdir(), key=lambda at: at.name):
            if at.name.endswith(".yaml") and at.name not in _TABLES:
                yield at.name, at

    def regimes(self) -> list[str]:
        """Their names, by the day on which they began."""
        found = [f for f in self.files.values() if f.institution == NETWORK]
        return [f.regime for f in sorted(found, key=lambda f: f.from_)]

    def regime_on(self, day: date) -> str:
        """The regime of a day.

        Raises:
            NoRegime: there was none.
        """
        if self.regime != BY_DATE:
            return self.regime
        for name in reversed(self.regimes()):
            network = self._by[name, NETWORK][1]
            if network.from_ <= day and (network.until is None or day <= network.until):
                return name
        raise NoRegime(f"no regime of HKALL was in force on {day}",
                       hint="The trial ended in October 2004, the network opened in October 2005.")  # fmt: skip

    def is_member(self, institution: str, day: date) -> bool:
        """Whether an institution takes part on a day."""
        member = self.members.get(institution)
        return member is not None and member.member_from <= day

    def at(self, institution: str, day: date, category: Category) -> Policy:
        """The policy of an institution for a category on a day; a rule of the owner: any category.

        Raises:
            NoRegime: none was in force.
        """
        key = (institution, day, category)
        if key not in self._resolved:
            self._resolved[key] = self._resolve(*key)
        return self._resolved[key]

    def _resolve(self, institution: str, day: date, category: Category) -> Policy:
        regime = self.regime_on(day)
        values: dict[str, Any] = {}
        provenance: dict[str, Provenance] = {}
        for rule in Rules.__struct_fields__:
            file, value = self._find(rule, institution, day, category, regime)
            values[rule] = value.value
            provenance[rule] = Provenance(value.source, file, value.unknown, value.note)
        return Policy(
            institution, day, category, regime, msgspec.convert(values, Rules), provenance
        )

    def _find(
        self, rule: str, institution: str, day: date, category: Category, regime: str
    ) -> tuple[str, Value]:
        for name, file in self._chain(regime, institution):
            for value in file.entries(rule):
                if value.fits(day, category):
                    return name, value
        raise NoRegime(f"no value of {rule} for {category} at {institution} on {day}")

    def _chain(self, regime: str, institution: str) -> Iterator[tuple[str, PolicyFile]]:
        while regime:
            if institution and (regime, institution) in self._by:
                yield self._by[regime, institution]
            yield self._by[regime, NETWORK]
            regime = self._by[regime, NETWORK][1].based_on

    def _check(self) -> None:
        for name, file in self.files.items():
            text = self._folder.joinpath(name).read_text(encoding="utf-8")
            for key, problem in self._problems(file):
                raise DataFileError(name, line_of(text, key), key, problem)
        for regime in self.regimes():
            self._check_complete(regime)

    def _problems(self, file: PolicyFile) -> Iterator[tuple[str, str]]:
        if file.institution and file.institution not in self.members:
            yield "$.institution", f"no institution {file.institution!r} in members.yaml"
        if (file.regime, NETWORK) not in self._by:
            yield "$.regime", f"no network file of the regime {file.regime!r}"
        if file.based_on and (file.based_on, NETWORK) not in self._by:
            yield "$.based_on", f"no network file of the regime {file.based_on!r}"
        types = msgspec.inspect.type_info(Rules)
        known = {field.name: field for field in types.fields}  # type: ignore[attr-defined]
        for rule in file.rules:
            key = f"$.rules.{rule}"
            if rule not in known:
                yield key, "there is no such rule"
            for at, value in enumerate(file.entries(rule)):
                problem = self._unsound(rule, value)
                if problem:
                    many = not isinstance(file.rules[rule], Value)
                    yield f"{key}[{at}]" if many else key, problem

    def _unsound(self, rule: str, value: Value) -> str:
        if value.source not in self.sources:
            return f"no source {value.source!r} in sources.yaml"
        if value.unknown and value.source != "ours":
            return "an unknown value has no source but ours"
        try:
            msgspec.convert(value.value, _type_of(rule))
        except msgspec.ValidationError as error:
            return str(error)
        return ""

    def _check_complete(self, regime: str) -> None:
        name, file = self._by[regime, NETWORK]
        for rule in Rules.__struct_fields__:
            if not any(
                not value.for_ and not value.from_ and not value.until
                for _, each in self._chain(regime, NETWORK)
                for value in each.entries(rule)
            ):
                raise DataFileError(name, None, f"$.rules.{rule}", "no value for everybody")
        if file.until and file.until < file.from_:
            raise DataFileError(name, None, "$.until", "ends before it begins")


@lru_cache(maxsize=1)
def _types() -> dict[str, Any]:
    from typing import get_type_hints

    return get_type_hints(Rules, include_extras=True)


def _type_of(rule: str) -> Any:  # noqa: ANN401 - a type, as written
    return _types().get(rule, Any)


def card_year_end(day: date, begins: str) -> date:
    """The last day of the card year of a day; a year begins on ``begins`` (``08-01``)."""
    first = date.fromisoformat(f"{day.year}-{begins}")
    following = first if first > day else date.fromisoformat(f"{day.year + 1}-{begins}")
    return following - timedelta(days=1)


def named_policy(policies: Policies, institution: str, day: date, category: str) -> Policy:
    """A policy by names as people give them.

    Raises:
        UsageFailure: no such institution or category.
    """
    institution = institution_code(institution)
    try:
        checked = msgspec.convert(category, Category)
    except msgspec.ValidationError as error:
        known = ", ".join(_CATEGORIES)
        raise UsageFailure(f"there is no category {category}", hint=f"Known: {known}.") from error
    return policies.at(institution, day, checked)


def policy_yaml(policy: Policy) -> str:
    """A policy as YAML, each value with where it is from."""
    told = {
        rule: {"value": value, "source": str(policy.provenance[rule])}
        for rule, value in msgspec.to_builtins(policy.rules).items()
    }
    return yaml.safe_dump(told, sort_keys=False, allow_unicode=True, width=100)
