"""A title as a card for people: both scripts, members, holdings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

from mappings.codes import label_of
from query.scripts import in_order

if TYPE_CHECKING:
    from rich.console import Console

    from query.scripts import Script

_LINES = (
    ("edition", "Edition"),
    ("publication", "Published"),
    ("physical", "Extent"),
    ("series", "Series"),
    ("subjects", "Subjects"),
    ("isbn", "ISBN"),
    ("issn", "ISSN"),
    ("call_numbers", "Call numbers"),
    ("contents", "Contents"),
    ("summary", "Summary"),
    ("notes", "Notes"),
)
_COPY = ("location", "sublocation", "call_number", "volume", "copy", "note", "url")


def write_card(document: dict[str, Any], out: TextIO, *, script: Script = "own") -> None:
    """Print a document as ``fetch_document`` gives it, which script first."""
    from rich.console import Console

    console = Console(file=out, highlight=False, markup=False, emoji=False)
    display = document.get("display", {})
    _heading(console, display, script)
    console.print(_grid(_rows(display, script)))
    console.print("\nHeld by", style="bold")
    console.print(_grid(_holding_rows(document)))
    console.print(f"\nid {document['id']}", style="dim")


def _heading(console: Console, display: dict[str, Any], script: Script) -> None:
    for key, styles in (("title", ("bold", "")), ("responsibility", ("", "dim"))):
        forms = in_order(display.get(key, ""), display.get(f"{key}_romanised", ""), script)
        for form, style in zip(forms, styles, strict=False):
            console.print(form, style=style)


def _rows(display: dict[str, Any], script: Script) -> list[tuple[str, str]]:
    rows = [("Author", _authors(display, script)), ("With", _contributors(display, script))]
    rows += [(label, _text(display.get(key))) for key, label in _LINES]
    rows.append(("Language", _labels("languages", display.get("languages", ()))))
    rows.append(("Format", _labels("formats", display.get("formats", ()))))
    rows += [(link.get("relation", "Related"), link["text"]) for link in display.get("links", ())]
    rows += [("Online", link["url"]) for link in display.get("urls", ())]
    return [(label, text) for label, text in rows if text]


def _authors(display: dict[str, Any], script: Script) -> str:
    """Authors, each beside its other form where every one has both."""
    names, romanised = display.get("authors", []), display.get("authors_romanised", [])
    if len(names) != len(romanised):
        return "\n".join([*names, *romanised])
    return "\n".join(_both(*pair, script) for pair in zip(names, romanised, strict=True))


def _contributors(display: dict[str, Any], script: Script) -> str:
    lines = []
    for person in display.get("contributors", ()):
        name = _both(person["name"], person.get("name_romanised", ""), script)
        role = person.get("role", "")
        lines.append(name + (f", {label_of('relators', role).en}" if role else ""))
    return "\n".join(lines)


def _both(own: str, romanised: str, script: Script) -> str:
    first, *other = in_order(own, romanised, script)
    return f"{first} ({other[0]})" if other else first


def _labels(kind: Any, codes: list[str]) -> str:  # noqa: ANN401 - one of the tables of codes
    labels = (label_of(kind, code) for code in codes)
    return ", ".join(f"{label.en} {label.zh}" for label in labels)


def _text(value: Any) -> str:  # noqa: ANN401 - a part of display
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _holding_rows(document: dict[str, Any]) -> list[tuple[str, str]]:
    """A row a copy; a member without any copy has its record number only."""
    rows = []
    copies = document.get("holdings", [])
    for member in document.get("members", []):
        name = f"{member['institution']}:{member['control_number']}"
        own = [
            copy
            for copy in copies
            if (copy["institution"], copy["control_number"])
            == (member["institution"], member["control_number"])
        ]
        lines = [_copy_text(copy) for copy in own]
        rows.append((name, "\n".join(filter(None, lines)) or "–"))
    return rows


def _copy_text(copy: dict[str, Any]) -> str:
    parts = [str(copy[key]) for key in _COPY if copy.get(key)]
    return "  ".join([*parts, *copy.get("statements", ())])


def _grid(rows: list[tuple[str, str]]) -> Any:  # noqa: ANN401 - rich's table
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in rows:
        table.add_row(label, text)
    return table
