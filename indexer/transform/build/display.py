"""What a title's page and a hit show: strings in both scripts, nothing to search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.transform.build.titles import responsibility_forms
from indexer.transform.extract import fields_of, joined, texts, trimmed
from indexer.transform.script import forms, forms_of
from indexer.transform.tables import tables
from mappings import NORMALISERS

if TYPE_CHECKING:
    from indexer.transform.build.names import Name
    from indexer.transform.context import Context
    from indexer.transform.view import DataField, RecordView


def display(context: Context) -> dict[str, Any]:
    """The display of one record; what is empty is left out."""
    view = context.view
    parts = (
        _title(context)
        | _names(context)
        | _imprint(context)
        | _description(view)
        | {"links": _links(view), "urls": _urls(view)}
        | {
            "subjects": context.subject_headings,
            "languages": list(context.languages),
            "formats": context.formats,
            "call_numbers": context.call_numbers,
        }
    )
    return {key: value for key, value in parts.items() if value}


def _title(context: Context) -> dict[str, Any]:
    title, responsibility = context.title, responsibility_forms(context.view)
    return {
        "title": title.main,
        "title_romanised": title.romanised if title.own else "",
        "responsibility": responsibility.main,
        "responsibility_romanised": responsibility.romanised if responsibility.own else "",
    }


def _names(context: Context) -> dict[str, Any]:
    authors = context.authors
    return {
        "authors": list(dict.fromkeys(name.main for name in authors)),
        "authors_romanised": list(
            dict.fromkeys(name.romanised for name in authors if name.own and name.romanised)
        ),
        "contributors": [_contributor(name) for name in context.contributors],
    }


def _contributor(name: Name) -> dict[str, str]:
    parts = {
        "name": name.forms.main,
        "name_romanised": name.forms.romanised if name.forms.own else "",
        "role": name.role,
        "kind": name.kind,
    }
    return {key: value for key, value in parts.items() if value}


def _imprint(context: Context) -> dict[str, Any]:
    view = context.view
    found = fields_of(view, tables().publication_fields)
    field = next((field for field, _ in found if field.join("abc")), None)
    year = next(iter(context.years), None)
    if field is None:
        return {"year": year}
    return {
        "place": _form(view, field, "a"),
        "publisher": _form(view, field, "b"),
        "publication": _form(view, field, "abc"),
        "year": year,
    }


def _form(view: RecordView, field: DataField, codes: str) -> str:
    return forms_of(view, field, lambda each: trimmed(each.join(codes))).main


def _description(view: RecordView) -> dict[str, Any]:
    known = tables()
    return {
        "edition": next(iter(_shown(view, known.edition)), ""),
        "physical": next(iter(_shown(view, known.physical)), ""),
        "series": _shown(view, known.series),
        "notes": _shown(view, known.notes),
        "contents": _shown(view, known.contents),
        "summary": _shown(view, known.summary),
        "isbn": _numbers(view, known.isbn, "isbn"),
        "issn": _numbers(view, known.issn, "issn"),
    }


def _shown(view: RecordView, specs: tuple[str, ...]) -> list[str]:
    """Each field in its own script where there is one, else as it stands."""
    found = []
    for field, spec in fields_of(view, specs):
        each = (field, *view.partners(field))
        found.append(forms(trimmed(joined(form, spec)) for form in each).main)
    return list(dict.fromkeys(filter(None, found)))


def _numbers(view: RecordView, specs: tuple[str, ...], kind: str) -> list[str]:
    normalise = NORMALISERS[kind]
    return list(dict.fromkeys(filter(None, map(normalise, texts(view, specs)))))


def _links(view: RecordView) -> list[dict[str, str]]:
    known = tables()
    found = []
    for tag, relation in known.links.items():
        for field in view.fields(tag):
            text = forms_of(view, field, lambda each: trimmed(each.join(known.link_codes))).main
            if text:
                found.append({"relation": relation, "text": text})
    return found


def _urls(view: RecordView) -> list[dict[str, str]]:
    found = []
    for field in view.fields("856"):
        label = next((field.get(code) for code in tables().url_label if field.get(code)), "")
        found += [{"url": url} | ({"label": label} if label else {}) for url in field.all("u")]
    return found
