"""What a title's page and a hit show: strings in both scripts, nothing to search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from indexer.transform.build.call_numbers import call_numbers
from indexer.transform.build.formats import record_formats
from indexer.transform.build.names import contributors, main_names
from indexer.transform.build.subjects import subject_headings
from indexer.transform.build.titles import responsibility_forms, title_forms
from indexer.transform.build.years import years
from indexer.transform.extract import fields_of, joined, texts
from indexer.transform.script import forms, forms_of
from indexer.transform.tables import tables
from mappings import NORMALISERS, STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from indexer.transform.build.names import Name
    from indexer.transform.context import Context
    from indexer.transform.view import DataField, RecordView


def display(context: Context) -> dict[str, Any]:
    """The display of one record; what is empty is left out."""
    view = context.view
    parts = (
        _title(view)
        | _names(view)
        | _imprint(view)
        | _description(view)
        | {"links": _links(view), "urls": _urls(view)}
        | {
            "subjects": subject_headings(context),
            "languages": list(context.languages),
            "formats": record_formats(view),
            "call_numbers": call_numbers(context),
        }
    )
    return {key: value for key, value in parts.items() if value}


def _title(view: RecordView) -> dict[str, Any]:
    title, responsibility = title_forms(view), responsibility_forms(view)
    return {
        "title": title.main,
        "title_romanised": title.romanised if title.own else "",
        "responsibility": responsibility.main,
        "responsibility_romanised": responsibility.romanised if responsibility.own else "",
    }


def _names(view: RecordView) -> dict[str, Any]:
    authors = main_names(view)
    return {
        "authors": list(dict.fromkeys(name.main for name in authors)),
        "authors_romanised": list(
            dict.fromkeys(name.romanised for name in authors if name.own and name.romanised)
        ),
        "contributors": [_contributor(name) for name in contributors(view)],
    }


def _contributor(name: Name) -> dict[str, str]:
    parts = {
        "name": name.forms.main,
        "name_romanised": name.forms.romanised if name.forms.own else "",
        "role": name.role,
        "kind": name.kind,
    }
    return {key: value for key, value in parts.items() if value}


def _imprint(view: RecordView) -> dict[str, Any]:
    found = fields_of(view, tables().publication_fields)
    field = next((field for field, _ in found if field.join("abc")), None)
    year = next(iter(years(view)), None)
    if field is None:
        return {"year": year}
    return {
        "place": _form(view, field, "a"),
        "publisher": _form(view, field, "b"),
        "publication": _form(view, field, "abc"),
        "year": year,
    }


def _form(view: RecordView, field: DataField, codes: str) -> str:
    isbd = STEPS["isbd"]
    return forms_of(view, field, lambda each: isbd(each.join(codes))).main


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


def _shown(view: RecordView, specs: Sequence[str]) -> list[str]:
    """Each field in its own script where there is one, else as it stands."""
    isbd = STEPS["isbd"]
    found = []
    for field, spec in fields_of(view, specs):
        each = (field, *view.partners(field))
        found.append(forms(isbd(joined(form, spec)) for form in each).main)
    return list(dict.fromkeys(filter(None, found)))


def _numbers(view: RecordView, specs: Sequence[str], kind: str) -> list[str]:
    normalise = NORMALISERS[kind]
    return list(dict.fromkeys(filter(None, map(normalise, texts(view, specs)))))


def _links(view: RecordView) -> list[dict[str, str]]:
    known = tables()
    isbd = STEPS["isbd"]
    found = []
    for tag, relation in known.links.items():
        for field in view.fields(tag):
            text = forms_of(view, field, lambda each: isbd(each.join(known.link_codes))).main
            if text:
                found.append({"relation": relation, "text": text})
    return found


def _urls(view: RecordView) -> list[dict[str, str]]:
    found = []
    for field in view.fields("856"):
        label = next((field.get(code) for code in tables().url_label if field.get(code)), "")
        found += [{"url": url} | ({"label": label} if label else {}) for url in field.all("u")]
    return found
