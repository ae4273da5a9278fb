"""A record made around one value is mapped as any other."""

import pytest

from indexer.sample import (
    NoSuchLanguage,
    NoSuchTextField,
    NothingToAnalyse,
    field_named,
    language_code,
    sample_document,
)
from mappings import load_catalogue

CATALOGUE = load_catalogue()
TEXT_FIELDS = [
    name
    for name, field in CATALOGUE.fields.items()
    if field.marc and CATALOGUE.types[field.type].query == "text"
]


@pytest.mark.parametrize("field", TEXT_FIELDS)
def test_every_field_of_words_takes_the_value(field):
    """Whatever MARC a field comes from, its tiers hold the value; other titles stay out of it."""
    document = sample_document("紅樓夢 Hong", field, "chi")
    assert document[field]["han"] == ["紅樓夢 Hong"]
    assert document["language"] == ["chi"]


def test_the_language_decides_the_tiers():
    """Han of a Japanese record go to the Japanese tier, of a Chinese one they do not."""
    assert sample_document("図書館", "title", "jpn")["title"]["ja"] == ["図書館"]
    assert "ja" not in sample_document("図書館", "title", "chi")["title"]
    assert "language" not in sample_document("図書館", "title")


def test_values_with_marks_of_marc_stay_one_value():
    """A delimiter in a text makes no other subfield of it."""
    assert sample_document("a\x1fbc", "title")["title"]["latin"] == ["a bc"]


@pytest.mark.parametrize("text", ["", " ", "?!"])
def test_a_text_without_words_is_refused(text):
    """There is nothing that a tier could hold."""
    with pytest.raises(NothingToAnalyse):
        sample_document(text, "title")


def test_names_of_fields_and_languages():
    """As the catalogue or a query names them; others are refused with a way out."""
    assert field_named("author_person", CATALOGUE) == "author_person"
    assert field_named("AU", CATALOGUE) == field_named("著者", CATALOGUE) == "author_person"
    assert (language_code("Chinese"), language_code("ger"), language_code("")) == ("chi", "ger", "")
    for name in ("isbn", "nothing", "display"):
        with pytest.raises(NoSuchTextField, match=name):
            field_named(name, CATALOGUE)
    with pytest.raises(NoSuchLanguage, match="klingonese"):
        language_code("klingonese")
