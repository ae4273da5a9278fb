"""Whole documents of composed records in six languages, compared as they stand in files.

Set ``REGENERATE_GOLDEN=1`` to write them anew after a change that is meant; then read the difference.
"""

import json
import os
from pathlib import Path

import msgspec
import pytest

from base.settings import Source
from indexer.merge import merge
from indexer.transform import Transformer
from records.model import Origin, RecordId, StoredRecord

GOLDEN = Path(__file__).parent / "golden"
LANGUAGES = ["chinese", "japanese", "korean", "english", "german", "french"]


@pytest.fixture(scope="session")
def documents(catalogue, marc):
    """The documents that the six records make as titles of their own, by language."""
    transformer = Transformer(catalogue, Source(institution="HKU", files=("x",)))
    found = {}
    for sequence, language in enumerate(LANGUAGES, 1):
        text = (GOLDEN / f"{language}.txt").read_text(encoding="utf-8")
        made = transformer.transform(marc(text))
        stored = StoredRecord(
            id=RecordId("HKU", made.control_number),
            kind="bibliographic",
            syntax="iso2709",
            origin=Origin("x", 0, 0),
            data=b"",
            document=made.document,
            match_keys=made.match_keys,
            copies=made.copies,
            sequence=sequence,
            added="2026-01-31",
        )
        found[language] = merge(str(stored.id), [stored], {}, catalogue)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_document(documents, language):
    """The document is the one in the file, value by value (sort keys depend on ICU: left out)."""
    made = json.loads(msgspec.json.encode(documents[language]))
    made = {key: value for key, value in made.items() if not key.startswith("sort_")}
    file = GOLDEN / f"{language}.json"
    if os.environ.get("REGENERATE_GOLDEN"):
        file.write_text(
            json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8", newline="\n"
        )
    assert made == json.loads(file.read_text(encoding="utf-8"))


@pytest.mark.es
def test_accepted(node, catalogue, documents):
    """Elasticsearch takes every document into the strict index of the catalogue."""
    from elasticsearch.helpers import bulk

    import mappings

    index = "hkall-test-transform"
    node.options(ignore_status=404).indices.delete(index=index)
    node.indices.create(index=index, **mappings.index_body(catalogue))
    try:
        actions = [
            {"_index": index, "_id": document["title_id"], "_source": document}
            for document in documents.values()
        ]
        assert bulk(node, actions, refresh=True) == (len(LANGUAGES), [])
        found = node.search(index=index, query={"match_phrase": {"title.han.unigram": "红楼梦"}})
        assert [hit["_id"] for hit in found["hits"]["hits"]] == ["HKU:b1001"]
    finally:
        node.indices.delete(index=index)
