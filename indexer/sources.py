"""Which files of which institutions a run reads: from the command line or from the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import msgspec

from base.errors import ConfigurationFailure, UsageFailure
from base.settings import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from base.settings import Settings

Format = Literal["auto", "iso2709", "marcxml"]
Extent = Literal["full", "delta"]


class SourceError(UsageFailure):
    """A source is named wrongly, or none is named."""

    code = "source"


class SourceTableError(ConfigurationFailure):
    """A ``[[source]]`` table is wrong."""

    code = "source-table"


def from_flags(
    flags: Sequence[str],
    more: Sequence[str] = (),
    *,
    format_: Format = "auto",
    extent: Extent = "full",
    configured: Iterable[Source] = (),
) -> list[Source]:
    """Sources from ``INSTITUTION=PATH`` arguments.

    Args:
        flags: ``INSTITUTION=PATH``; several of one institution add up. A path may be a glob.
        more: further arguments, as a shell leaves them when it expands a pattern: further
            ``INSTITUTION=PATH``, or paths of the only institution that is named.
        format_: of these files.
        extent: of these files.
        configured: ``[[source]]`` tables; where one names the institution, what it says of control
            numbers and holdings holds here too.

    Raises:
        SourceError: no ``=``, an empty side, an unknown institution, a path that is nobody's.
        SourceTableError: as `from_settings`.
    """
    files: dict[str, list[str]] = {}
    for flag in flags:
        institution, path = _split(flag)
        files.setdefault(institution, []).append(path)
    for argument in more:
        code, equals, _ = argument.partition("=")
        if equals and _institution(code):
            institution, path = _split(argument)
        else:
            institution, path = _only(files, argument), argument
        files.setdefault(institution, []).append(path)
    known = {source.institution: source for source in _all_settled(configured)}
    return [
        msgspec.structs.replace(
            known.get(institution, Source(institution, tuple(paths))),
            institution=institution,
            files=tuple(paths),
            format=format_,
            extent=extent,
            on_missing="abort",
            deletes=(),
        )
        for institution, paths in files.items()
    ]


def chosen(
    settings: Settings,
    flags: Sequence[str],
    more: Sequence[str] = (),
    *,
    format_: Format = "auto",
    extent: Extent = "full",
) -> list[Source]:
    """The sources of a command: those of its flags, or where there is none, of the settings.

    Raises:
        SourceError: as `from_flags` and `from_settings`.
    """
    if flags or more:
        return from_flags(flags, more, format_=format_, extent=extent, configured=settings.source)
    return from_settings(settings.source)


def from_settings(sources: Iterable[Source]) -> list[Source]:
    """The ``[[source]]`` tables, institutions by their codes.

    Raises:
        SourceError: there is none.
        SourceTableError: one names an unknown institution, or what is no MARC spec.
    """
    found = _all_settled(sources)
    if not found:
        raise SourceError(
            "no source is named: there is nothing to read",
            hint="Use --source HKU=records.mrc, or write [[source]] tables into hkall.toml.",
        )
    return found


def _all_settled(sources: Iterable[Source]) -> list[Source]:
    return [_settled(number, source) for number, source in enumerate(sources, start=1)]


def _settled(number: int, source: Source) -> Source:
    from mappings import parse_spec

    try:
        code = institution_code(source.institution)
        for text in source.control_number:
            parse_spec(text)
    except (SourceError, ConfigurationFailure) as error:
        raise SourceTableError(
            f"[[source]] {number} of the configuration: {error.message}", hint=error.hint
        ) from error
    return msgspec.structs.replace(source, institution=code)


def institution_code(name: str) -> str:
    """The code of an institution by its code (whatever case) or another name.

    Raises:
        SourceError: unknown; the hint lists the codes.
    """
    code = _institution(name)
    if code is None:
        from mappings import institutions

        raise SourceError(
            f"{name}: unknown institution", hint=f"Known are {', '.join(institutions())}."
        )
    return code


def _institution(name: str) -> str | None:
    from mappings import NORMALISERS

    return NORMALISERS["institution"](name) if name else None


def _split(flag: str) -> tuple[str, str]:
    name, equals, path = flag.partition("=")
    if not (name and equals and path):
        raise SourceError(
            f"{flag}: a source is INSTITUTION=PATH", hint="For example --source HKU=records.mrc."
        )
    if path == "-":
        raise SourceError(
            f"{flag}: a source cannot be standard input: its files are looked at before they are read",
            hint=f"Write it to a file first: … > records.mrc; --source {name}=records.mrc.",
        )
    return institution_code(name), path


def _only(files: dict[str, list[str]], path: str) -> str:
    if len(files) != 1:
        raise SourceError(
            f"{path}: it is not said whose file this is",
            hint="Write INSTITUTION=PATH before it; quote patterns: --source 'HKU=*.mrc'.",
        )
    return next(iter(files))
