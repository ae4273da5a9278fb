"""The analysis components that index definitions may use, and a check of a definition against them."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from base.datafile import load_resource

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Origin = Literal["server", "analysis-common", "analysis-icu", "analysis-kuromoji", "analysis-nori"]
Definition = dict[str, Any]

PLUGINS: frozenset[str] = frozenset({"analysis-icu", "analysis-kuromoji", "analysis-nori"})
FILE_PARAMETERS = ("user_dictionary", "rule_files")


class Component(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One component: a row of ``components.yaml``, whose head says what each field means."""

    origin: Origin
    parameters: tuple[str, ...] = ()
    values: dict[str, tuple[str, ...]] = {}
    bare: bool | None = None
    typed: bool = True
    normalizes: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters without the marks of the required ones."""
        return tuple(name.removesuffix("!") for name in self.parameters)

    @property
    def required(self) -> tuple[str, ...]:
        """The parameters that a definition must have."""
        return tuple(name[:-1] for name in self.parameters if name.endswith("!"))

    @property
    def usable_bare(self) -> bool:
        """Whether an analyzer may name the type itself, without a definition."""
        return not self.required if self.bare is None else self.bare


class Components(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole table: type name to component, for each kind of an index's ``analysis``."""

    analyzer: dict[str, Component]
    normalizer: dict[str, Component]
    char_filter: dict[str, Component]
    tokenizer: dict[str, Component]
    filter: dict[str, Component]

    def of(self, kind: str) -> dict[str, Component]:
        """The components of one kind; KeyError for a kind that does not exist."""
        if kind not in self.__struct_fields__:
            raise KeyError(kind)
        table: dict[str, Component] = getattr(self, kind)
        return table


KINDS = Components.__struct_fields__


@lru_cache(maxsize=1)
def components() -> Components:
    """The packaged table, loaded once."""
    return load_resource("engine", "components.yaml", Components)


def check(analysis: Mapping[str, Mapping[str, Definition]]) -> list[str]:
    """Name every component, parameter and value that the embedded node does not have.

    A stock cluster with the official plugins accepts whatever passes.

    Args:
        analysis: the ``analysis`` part of an index's settings: kind, name, definition.

    Returns:
        One sentence a problem, with where it is; empty for a definition that works.
    """
    problems = [f"analysis.{kind}: there is no such kind" for kind in analysis if kind not in KINDS]
    for kind in KINDS:
        for name, definition in analysis.get(kind, {}).items():
            where = f"analysis.{kind}.{name}"
            problems += [f"{where}: {problem}" for problem in _definition(kind, definition)]
            if kind in {"analyzer", "normalizer"}:
                problems += [
                    f"{where}: {problem}" for problem in _chain(kind, definition, analysis)
                ]
    return problems


def plugins_needed(analysis: Mapping[str, Mapping[str, Definition]]) -> frozenset[str]:
    """The official plugins that a stock cluster must have for this ``analysis`` definition."""
    origins = {
        components().of(kind)[type_].origin
        for kind, type_ in _used(analysis)
        if type_ in components().of(kind)
    }
    return PLUGINS & origins


def _used(analysis: Mapping[str, Mapping[str, Definition]]) -> Iterator[tuple[str, str]]:
    """Kind and type name of everything that is defined or named by a chain."""
    for kind in KINDS:
        for definition in analysis.get(kind, {}).values():
            yield kind, _type(kind, definition)
            if kind in {"analyzer", "normalizer"}:
                yield from _references(definition)


def _type(kind: str, definition: Definition) -> str:
    default = "custom" if kind in {"analyzer", "normalizer"} else ""
    return str(definition.get("type", default))


def _references(definition: Definition) -> Iterator[tuple[str, str]]:
    """The components that an analyzer or normalizer names: kind and name, in order of use."""
    for kind in ("char_filter", "tokenizer", "filter"):
        names = definition.get(kind, ())
        for name in (names,) if isinstance(names, str) else names:
            yield kind, name


def _definition(kind: str, definition: Definition) -> Iterator[str]:
    type_ = _type(kind, definition)
    component = components().of(kind).get(type_)
    if component is None or not component.typed:
        yield f"there is no {kind} of type [{type_}]" if type_ else "has no type"
        return
    for parameter, value in definition.items():
        if parameter != "type":
            yield from _parameter(type_, component, parameter, value)
    for parameter in component.required:
        if parameter not in definition:
            yield f"[{type_}] needs the parameter [{parameter}]"


def _parameter(type_: str, component: Component, parameter: str, value: object) -> Iterator[str]:
    if parameter not in component.names:
        if parameter.endswith("_path") or parameter in FILE_PARAMETERS:
            yield f"[{parameter}] names a file; give the data in the definition"
        else:
            takes = ", ".join(component.names) or "none"
            yield f"[{type_}] has no parameter [{parameter}]; it takes {takes}"
        return
    known = component.values.get(parameter)
    for word in value if isinstance(value, (list, tuple)) else (value,):
        if known and word not in known:
            yield f"[{parameter}] of [{type_}] cannot be [{word}]; it is one of {', '.join(known)}"


def _chain(
    kind: str, definition: Definition, analysis: Mapping[str, Mapping[str, Definition]]
) -> Iterator[str]:
    for part, name in _references(definition):
        defined = analysis.get(part, {}).get(name)
        type_ = name if defined is None else _type(part, defined)
        component = components().of(part).get(type_)
        if defined is None and (component is None or not component.usable_bare):
            yield f"{part} [{name}] is neither defined nor usable by its name alone"
        elif kind == "normalizer" and component and not component.normalizes:
            yield f"{part} [{name}] cannot stand in a normalizer"


def documentation() -> str:
    """The page docs/analysis-components.md: one table a kind, made from ``components.yaml``."""
    return "\n".join([_HEAD, *(_section(kind) for kind in KINDS)])


_HEAD = """# Analysis components

What an index definition may use, so that it works unchanged on the embedded node and on a stock
cluster with the plugins analysis-icu, analysis-kuromoji and analysis-nori. Names, parameters and
defaults are those of the official distribution; the embedded node refuses a parameter that it does
not know, and any that names a file. `python -m engine.components` makes this page from
`engine/components.yaml`.

*By name*: usable by its type name, without a definition of its own. *Normalizes*: applied to
prefixes and wildcards too, and allowed in normalizers. A parameter in bold is required.
"""


def _section(kind: str) -> str:
    rows = [
        f"## `{kind}`\n",
        "| type | from | parameters | by name | normalizes |",
        "| --- | --- | --- | --- | --- |",
        *(_row(name, component) for name, component in components().of(kind).items()),
    ]
    return "\n".join(rows) + "\n"


def _row(name: str, component: Component) -> str:
    parameters = ", ".join(_shown(component, parameter) for parameter in component.names) or "–"
    bare = "yes" if component.usable_bare else "no"
    if not component.typed:
        bare = "only"
    normalizes = "yes" if component.normalizes else "no"
    return f"| `{name}` | {component.origin} | {parameters} | {bare} | {normalizes} |"


def _shown(component: Component, parameter: str) -> str:
    shown = f"**`{parameter}`**" if parameter in component.required else f"`{parameter}`"
    words = component.values.get(parameter)
    return f"{shown} ({', '.join(words)})" if words else shown


if __name__ == "__main__":
    print(documentation(), end="")  # noqa: T201 - the page is this module's output
