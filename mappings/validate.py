"""What must hold between the files of this room: every breach is found at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from base.datafile import line_of
from base.errors import ConfigurationFailure
from mappings.analysis import PATTERNS, RULES, TABLES
from mappings.keys import KEYS
from mappings.marcspec import SpecError, parse_spec
from mappings.normalise import NORMALISERS
from mappings.sortkeys import is_collation
from mappings.steps import FIELD_STEPS, STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from importlib.resources.abc import Traversable

    from mappings.analysis import AnalysisFile
    from mappings.model import Field, IndexType, Tier

MOST_ANY_TIERS = 4
RESERVED = frozenset({"any"})
_FIELDS, _TYPES, _CHAINS = "catalogue.yaml", "index_types.yaml", "analysis.yaml"
_SERVER_FILTERS = {
    *("lowercase", "reverse", "cjk_width", "kuromoji_baseform", "kuromoji_stemmer"),
    *("nori_readingform", "german_normalization"),
}  # filters that need no parameters
_SERVER_ANALYZERS = {"keyword"}  # what it gets is one token as it stands, of no folding class


class Problem(NamedTuple):
    """One breach: the file, the path of the key in it, and what is wrong."""

    file: str
    key: str
    text: str
    line: int | None = None

    def __str__(self) -> str:
        return f"{self.file}:{self.line or 0} at {self.key}: {self.text}"


class CatalogueError(ConfigurationFailure):
    """The files of the catalogue disagree; ``problems`` are all of them."""

    code = "catalogue"

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "the field catalogue is not valid:\n  " + "\n  ".join(map(str, problems)),
            hint="Mend the named lines of the files in mappings/.",
        )
        self.problems = problems


def check(
    fields: Mapping[str, Field],
    types: Mapping[str, IndexType],
    tiers: Mapping[str, Tier],
    any_tiers: tuple[str, ...],
    chains: AnalysisFile,
) -> list[Problem]:
    """Every breach of a rule between the files; an empty list where all holds."""
    return [
        *_check_fields(fields, types),
        *_check_names(fields, types),
        *_check_types(types, tiers),
        *_check_tiers(tiers, chains),
        *_check_any(any_tiers, tiers, fields, types),
        *_check_chains(chains),
    ]


def refuse(problems: list[Problem], folder: Traversable) -> None:
    """Raise CatalogueError with all problems and their lines, if there are any."""
    if problems:
        names = {problem.file for problem in problems}
        texts = {name: folder.joinpath(name).read_text(encoding="utf-8") for name in names}
        raise CatalogueError(
            tuple(p._replace(line=line_of(texts[p.file], "$" + p.key)) for p in problems)
        )


def _check_fields(fields: Mapping[str, Field], types: Mapping[str, IndexType]) -> Iterator[Problem]:
    for name, field in fields.items():
        at = f".fields.{name}"
        if name in RESERVED:
            yield Problem(_FIELDS, at, f"{name!r} is the name of a group of the index")
        if field.type not in types:
            yield Problem(_FIELDS, f"{at}.type", f"unknown type {field.type!r}")
        if bool(field.marc) == bool(field.build):
            yield Problem(_FIELDS, at, "needs either marc or build")
        for step in field.steps:
            if step not in STEPS and step not in FIELD_STEPS:
                yield Problem(_FIELDS, f"{at}.steps", f"unknown step {step!r}")
        if field.normaliser and field.normaliser not in NORMALISERS:
            text = f"unknown normaliser {field.normaliser!r}"
            yield Problem(_FIELDS, f"{at}.normaliser", text)
        yield from _check_specs(f"{at}.marc", field.marc)


def _check_specs(at: str, specs: tuple[str, ...]) -> Iterator[Problem]:
    for number, spec in enumerate(specs):
        try:
            parse_spec(spec)
        except SpecError as error:
            yield Problem(_FIELDS, f"{at}[{number}]", error.message)


def _check_names(fields: Mapping[str, Field], types: Mapping[str, IndexType]) -> Iterator[Problem]:
    kinds: dict[str, tuple[str, str]] = {}
    for name, field in fields.items():
        kind = types[field.type].query if field.type in types else "none"
        if kind == "none":
            continue
        for word in field.names:
            first, other = kinds.setdefault(word.casefold(), (name, kind))
            if other != kind:
                text = f"the name {word!r} is a {kind} here and a {other} in {first}"
                yield Problem(_FIELDS, f".fields.{name}.names", text)


def _check_types(types: Mapping[str, IndexType], tiers: Mapping[str, Tier]) -> Iterator[Problem]:
    for name, type_ in types.items():
        at = f".types.{name}.tiers"
        unknown = [tier for tier in type_.tiers if tier not in tiers]
        for tier in unknown:
            yield Problem(_TYPES, at, f"unknown tier {tier!r}")
        if unknown:
            continue
        if type_.query == "text":
            for script in ("latin", "han"):
                if not any(_matches(tiers[tier], script) for tier in type_.tiers):
                    yield Problem(_TYPES, at, f"is searched but has no {script} tier that matches")
        yield from _check_parents(at, [tiers[tier].property for tier in type_.tiers])


def _matches(tier: Tier, folding: str) -> bool:
    return tier.folding == folding and "match" in tier.serves


def _check_parents(at: str, properties: list[str]) -> Iterator[Problem]:
    for name in properties:
        parent, dot, _ = name.partition(".")
        if dot and parent not in properties:
            yield Problem(_TYPES, at, f"the multi-field {name!r} lacks its parent {parent!r}")
    for name in {name for name in properties if properties.count(name) > 1}:
        yield Problem(_TYPES, at, f"two tiers share the property {name!r}")


def _check_tiers(tiers: Mapping[str, Tier], chains: AnalysisFile) -> Iterator[Problem]:
    for name, tier in tiers.items():
        at = f".tiers.{name}"
        if tier.key and tier.key not in KEYS:
            yield Problem(_TYPES, f"{at}.key", f"unknown key function {tier.key!r}")
        if tier.collation and not is_collation(tier.collation):
            text = f"ICU has no collation {tier.collation!r}"
            yield Problem(_TYPES, f"{at}.collation", text)
        for key in ("analyzer", "search_analyzer"):
            if key in tier.mapping:
                yield from _check_analyzer(at, tier, tier.mapping[key], chains)


def _check_analyzer(at: str, tier: Tier, name: str, chains: AnalysisFile) -> Iterator[Problem]:
    analyzer = chains.analyzer.get(name)
    if name in _SERVER_ANALYZERS:
        return
    if analyzer is None:
        yield Problem(_TYPES, f"{at}.mapping", f"unknown analyzer {name!r}")
    elif analyzer.folding != tier.folding:
        text = f"folding is {tier.folding}, but that of its analyzer {name} is {analyzer.folding}"
        yield Problem(_TYPES, f"{at}.folding", text)


def _check_any(
    any_tiers: tuple[str, ...],
    tiers: Mapping[str, Tier],
    fields: Mapping[str, Field],
    types: Mapping[str, IndexType],
) -> Iterator[Problem]:
    if len(any_tiers) > MOST_ANY_TIERS:
        text = f"{len(any_tiers)} tiers are more than {MOST_ANY_TIERS}"
        yield Problem(_TYPES, ".any_tiers", text)
    for tier in any_tiers:
        if tier not in tiers:
            yield Problem(_TYPES, ".any_tiers", f"unknown tier {tier!r}")
    for name, field in fields.items():
        if field.any and field.type in types and types[field.type].query != "text":
            text = "only fields of text are searched without their name"
            yield Problem(_FIELDS, f".fields.{name}.any", text)


def _check_chains(chains: AnalysisFile) -> Iterator[Problem]:
    for name, analyzer in chains.analyzer.items():
        at = f".analyzer.{name}"
        if analyzer.tokenizer not in chains.tokenizer:
            text = f"unknown tokenizer {analyzer.tokenizer!r}"
            yield Problem(_CHAINS, f"{at}.tokenizer", text)
        for part in analyzer.char_filter:
            if part not in chains.char_filter:
                yield Problem(_CHAINS, f"{at}.char_filter", f"unknown char filter {part!r}")
        for part in analyzer.filter:
            if part not in chains.filter and part not in _SERVER_FILTERS:
                yield Problem(_CHAINS, f"{at}.filter", f"unknown filter {part!r}")
    yield from _check_tables(chains)


def _check_tables(chains: AnalysisFile) -> Iterator[Problem]:
    for name, row in chains.char_filter.items():
        for table in row.get("tables", ()):
            if table not in TABLES:
                yield Problem(_CHAINS, f".char_filter.{name}.tables", f"unknown table {table!r}")
    for kind, rows in (("char_filter", chains.char_filter), ("filter", chains.filter)):
        for name, row in rows.items():
            table = row.get("pattern_table", "german_plain")
            if table not in PATTERNS:
                at = f".{kind}.{name}.pattern_table"
                yield Problem(_CHAINS, at, f"unknown table {table!r}")
    for name, row in chains.tokenizer.items():
        table = row.get("rules_table", "japanese_titles")
        if table not in RULES:
            at = f".tokenizer.{name}.rules_table"
            yield Problem(_CHAINS, at, f"unknown table {table!r}")
