"""The data files of dialects: what they must say, and that no warning lacks its page."""

import re
from pathlib import Path

import pytest
import yaml

from base.datafile import DataFileError, load
from query.context import Context
from query.dialects import dialect_names, load_dialect, translate
from query.dialects.model import Dialect, nearest_names
from query.vocabulary import Vocabulary

ROOT = Path(__file__).parents[3]
ROOM = ROOT / "query" / "dialects"
PAGE = (ROOT / "docs" / "dialects.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", dialect_names())
def test_fields_are_those_of_the_catalogue(name, definition):
    """Every tag stands for names that queries know; each file is called as its dialect."""
    vocabulary, dialect = Vocabulary(definition), load_dialect(name)
    named = {own for names in dialect.rules.tags.value.values() for own in names}
    assert [own for own in named if own not in vocabulary or vocabulary.canonical(own) != own] == []
    assert dialect.name == name
    if dialect.rules.headings:
        tags = dialect.rules.headings.value.tags
        assert set(tags) <= set(dialect.rules.tags.value)


def test_nearest_names_are_those_of_the_catalogue(definition):
    """Narrow and wide names exist, and no name leads back to itself."""
    vocabulary = Vocabulary(definition)
    for narrow, nearest in nearest_names().items():
        assert {narrow, nearest} <= set(vocabulary.names)
        seen, wide = {narrow}, nearest
        while wide in nearest_names():
            assert wide not in seen
            seen.add(wide)
            wide = nearest_names()[wide]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"precedence": {"value": [["and"]], "source": "a page of theirs"}}, "precedence"),
        ({"beside": {"value": "maybe", "source": "a page of theirs"}}, "beside.value"),
        ({"capitals": {"value": True, "source": ""}}, "capitals.source"),
        ({"wildcards": {"value": {"**": "any"}, "source": "a page of theirs"}}, "wildcards"),
        ({"colour": 3}, "colour"),
    ],
)
def test_a_wrong_file_is_refused_with_its_key(change, key, tmp_path):
    """The error names the file and the key, and its line where there is one."""
    data = yaml.safe_load((ROOM / "primo.yaml").read_text(encoding="utf-8"))
    data["rules"] |= change
    path = tmp_path / "mine.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    with pytest.raises(DataFileError) as raised:
        load(path, Dialect)
    assert raised.value.file == "mine.yaml"
    assert key in f"{raised.value.key} {raised.value.problem}"


def codes(call):
    """Codes of warnings, or of problems, in the source of the room."""
    source = "".join(file.read_text(encoding="utf-8") for file in ROOM.rglob("*.py"))
    found = re.findall(rf'{call}\(\s*"([a-z]+(?:-[a-z]+)+)"', source)
    return {*found, *re.findall(r'"(lost-[a-z-]+)"', source)} if call == "warn" else set(found)


def test_every_warning_has_its_row():
    """The table of the page is exactly what the room can say."""
    stated = set(re.findall(r"^\| `([a-z-]+)` \|", PAGE.partition("| warning |")[2], re.MULTILINE))
    assert codes("warn") == stated


def test_every_rule_of_a_file_is_on_the_page():
    """The page names each dialect with the date of its rules, and what is not verified."""
    for name in dialect_names():
        dialect = load_dialect(name)
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| `{name}` |"))
        assert dialect.title in row
        assert dialect.dated in row


LOSSES = {
    "lost-wildcard": ("hkall", "pubmed", "wom?n"),
    "lost-left-truncation": ("hkall", "pubmed", "*ology"),
    "lost-proximity": ("ovid", "primo", "a adj3 b"),
    "lost-order": ("ebsco", "ovid", "a W3 b"),
    "lost-explode": ("ovid", "primo", "exp Asthma/"),
    "lost-focus": ("ovid", "primo", "*Asthma/"),
    "lost-subheading": ("ovid", "pubmed", "Asthma/dt"),
    "lost-limit": ("ovid", "hkall", "limit 1 to humans"),
    "lost-date": ("pubmed", "hkall", "2010/05[dp]"),
    "lost-field": ("hkall", "primo", "series:tea"),
    "lost-exact": ("hkall", "primo", "=Müller"),
    "lost-anchor": ("hkall", "primo", 'title:"^The dream"'),
    "lost-weight": ("hkall", "primo", "tea^3"),
    "lost-modifier": ("cql", "primo", "title =/stem fish"),
    "lost-sort": ("cql", "primo", "fish sortBy title"),
    "field-as-word": ("ebsco", "hkall", 'XB "tea"'),
    "operator-as-word": ("pubmed", "hkall", "tea[ti] or cha[ti]"),
    "unverified-rule": ("ovid", "primo", "tea.ti."),
}


@pytest.mark.parametrize("code", sorted(codes("warn")))
def test_every_warning_is_given(code, definition):
    """A query that loses it says so, with a place in the query."""
    source, target, text = LOSSES[code]
    found = translate(text, source, target, definition)
    notes = [note for note in (*found.losses, *found.warnings) if note.code == code]
    assert notes
    assert 0 <= notes[0].start < notes[0].end <= len(found.text)


def test_a_translation_is_never_silent_about_a_context(definition):
    """The warnings of one translation do not leak into the next."""
    first = translate("*ology", "hkall", "pubmed", definition)
    second = translate("tea", "hkall", "pubmed", definition)
    assert (len(first.losses), second.losses) == (1, ())
    assert Context("", Vocabulary(definition)).notes.warnings == []
