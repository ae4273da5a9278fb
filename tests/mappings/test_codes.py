"""Tables of codes, and tables as files."""

from __future__ import annotations

from importlib.resources import files

import pytest

from base.errors import ExitCode
from mappings import institutions, label_of
from mappings.codes import code_of, codes
from mappings.tables import TableError, parse_table

KINDS = ["languages", "relators", "formats", "institutions"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_name_stands_for_one_code(kind: str) -> None:
    """No name or alias of a row is also one of another row, so none is lost."""
    seen: dict[str, str] = {}
    for entry in codes(kind).values():
        for name in {entry.label.en, *entry.aliases}:
            assert code_of(kind, name) == entry.code
            assert seen.setdefault(name, entry.code) == entry.code


def test_all_languages_of_the_list_are_there() -> None:
    """The MARC list has 486 codes in use, of three letters each."""
    assert len(codes("languages")) == 486
    assert all(len(code) == 3 and code.islower() for code in codes("languages"))
    assert label_of("languages", "kor").zh == "韓文"
    assert label_of("languages", "qqq").en == "qqq"


def test_the_eight_institutions() -> None:
    """The members of the network, in the order of the list, with both names."""
    assert list(institutions()) == ["HKU", "CUHK", "HKUST", "PolyU", "CityU", "HKBU", "LU", "EdUHK"]
    assert institutions()["LU"].name.zh == "嶺南大學"
    assert all(place.url.startswith("https://") for place in institutions().values())


def test_every_data_file_is_text() -> None:
    """Every packaged table and YAML file opens as UTF-8 and is not empty."""
    data = [e for e in files("mappings").iterdir() if e.name.endswith((".tsv", ".yaml", ".txt"))]
    assert len(data) >= 12
    assert all(entry.read_text(encoding="utf-8").strip() for entry in data)


@pytest.mark.parametrize(
    ("text", "line"),
    [("# note\na\tb\n1\t2\n3\n", 4), ("a\n1\n", 1), ("", 1), ("a\tb\n1\t2\t3\n", 2)],
)
def test_a_wrong_row_is_named(text: str, line: int) -> None:
    """A row that does not fit its columns is an error of configuration with file and line."""
    with pytest.raises(TableError) as caught:
        parse_table(text, ("a", "b"), "t.tsv")
    assert caught.value.line == line
    assert caught.value.message.startswith(f"t.tsv:{line}: ")
    assert caught.value.exit_code is ExitCode.CONFIGURATION
