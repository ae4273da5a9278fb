"""The definition that queries are read by, and a small library in a real index."""

import uuid
from dataclasses import dataclass, field

import pytest

from indexer.transform.fill import Filler, Value
from indexer.transform.readings import Pair, Readings
from indexer.transform.view import RecordView
from mappings import index_body, load_catalogue, query_definition, sort_key
from mappings.scripts import has_cjk

NO_RECORD = RecordView("", {}, [])


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def definition(catalogue):
    return query_definition(catalogue)


@dataclass(frozen=True)
class Title:
    """A title of the test library: values by field, every value native or romanised alike."""

    id: str
    text: dict[str, list[str]]
    year: list[int] = field(default_factory=list)
    language: list[str] = field(default_factory=list)
    format: list[str] = field(default_factory=lambda: ["book"])
    held_by: list[str] = field(default_factory=lambda: ["HKU"])
    isbn: list[str] = field(default_factory=list)
    added: str = "2026-01-31"


LIBRARY = [
    Title("HKU:1", {"title": ["紅樓夢", "Hong lou meng"], "author_person": ["曹雪芹", "Cao, Xueqin"]},
          [1982], ["chi"], held_by=["HKU", "CUHK"], isbn=["9787020002207"]),
    Title("HKU:2", {"title": ["红楼梦研究"], "author_person": ["俞平伯"], "subject_topic": ["红楼梦"]},
          [1952], ["chi"], held_by=["HKBU"]),
    Title("HKU:3", {"title": ["Dream of the red chamber"], "author_person": ["Cao, Xueqin"],
                    "notes": ["Translated by Müller & O'Brien"]},
          [1929], ["eng"], held_by=["LU"], added="2026-02-02"),
    Title("HKU:4", {"title": ["L’Étranger"], "author_person": ["Camus, Albert"]}, [1942], ["fre"]),
    Title("HKU:5", {"title": ["The stranger"], "title_variant": ["Étranger. English"],
                    "author_person": ["Camus, Albert"]}, [1946], ["eng"], held_by=["CityU"]),
    Title("HKU:6", {"title": ["The C++ programming language"],
                    "author_person": ["Stroustrup, Bjarne"]}, [1997], ["eng"],
          isbn=["9780201889543"]),
    Title("HKU:7", {"title": ["The C programming language"], "author_person": ["Kernighan, B."]},
          [1988], ["eng"]),
    Title("HKU:8", {"title": ["Nature"], "publisher": ["Macmillan"]}, [1869], ["eng"], ["journal"]),
    Title("HKU:9", {"title": ["Nature and nurture in Hong Kong", ]}, [2001], ["eng"]),
    Title("HKU:10", {"title": ["吾輩は猫である"], "author_person": ["夏目漱石", "Natsume, Sōseki"]},
          [1905], ["jpn"]),
    Title("HKU:11", {"title": ["채식주의자"], "author_person": ["한강"]}, [2007], ["kor"]),
    Title("HKU:12", {"title": ["卡拉OK文化"], "subject_topic": ["Karaoke"]}, [1999], ["chi"]),
    Title("HKU:13", {"title": ["Ready or not"]}, [2015], ["eng"], ["video"]),
    Title("HKU:14", {"title": ["Hong Kong 1842-1997"], "subject_place": ["Hong Kong"]},
          [1997], ["eng"]),
    Title("HKU:15", {"title": ["中國　歷史"], "author_corporate": ["Xiang gang da xue"]},
          [1997], ["chi"]),
]  # fmt: skip


def as_document(title, catalogue):
    """A title in the shape of the index."""
    words = {name: _tiers(name, values, title, catalogue) for name, values in title.text.items()}
    first = title.text.get("title", [""])[0]
    display = {
        "title": first,
        "formats": title.format,
        "year": title.year[0] if title.year else None,
    }
    return {
        **words,
        "year": title.year,
        "language": title.language,
        "format": title.format,
        "held_by": title.held_by,
        "isbn": title.isbn,
        "added": title.added,
        "control_number": [title.id],
        "title_id": title.id,
        "sort_title": _sort_keys(first, catalogue),
        "display": display,
        "members": [{"institution": "HKU", "control_number": title.id.removeprefix("HKU:")}],
    }


def _sort_keys(text, catalogue):
    tiers = [catalogue.tiers[name] for name in catalogue.types["collated"].tiers]
    return {tier.property: sort_key(text, tier.collation) for tier in tiers}


def _tiers(name, values, title, catalogue):
    filler = Filler(name, catalogue.fields[name], catalogue)
    return filler.fill(_paired(values), Readings(NO_RECORD, title.language), {})


def _paired(values):
    """Values in Latin letters beside native ones are their romanisations, as 880 fields say it."""
    native = any(map(has_cjk, values))
    recorded = not all(map(has_cjk, values))
    if not (native and recorded):
        return [Value(value) for value in values]
    sides = ["read" if has_cjk(value) else "reading" for value in values]
    return [Value(v, pair=Pair(side)) for v, side in zip(values, sides, strict=True)]


@pytest.fixture(scope="session")
def make_index(connection, catalogue):
    """Builds an index of titles and returns its name; all are deleted at the end."""
    made = []

    def make(titles):
        name = f"test-query-{uuid.uuid4().hex[:8]}"
        body = index_body(catalogue)
        body["settings"]["index"].pop("refresh_interval", None)
        connection.request("PUT", f"/{name}", body)
        made.append(name)
        lines = []
        for title in titles:
            lines += [{"index": {"_id": title.id}}, as_document(title, catalogue)]
        answer = connection.request("POST", f"/{name}/_bulk", lines, params={"refresh": "true"})
        errors = [item["index"].get("error") for item in answer["items"]]
        assert not any(errors), next(filter(None, errors))
        return name

    yield make
    for name in made:
        connection.request("DELETE", f"/{name}")


@pytest.fixture(scope="session")
def library(make_index):
    return make_index(LIBRARY)


@pytest.fixture(scope="session")
def titles():
    return LIBRARY


@pytest.fixture(scope="session")
def title_type():
    return Title
