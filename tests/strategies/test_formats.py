"""The forms of an export, read back by other means than those that wrote them."""

import csv
import io
import json

import pytest

from base.datafile import DataFileError, load
from query import Found
from strategies.formats import FORMATS, csv_row, formats, json_line, ris
from strategies.values import Tables, tables

RED = Found(
    "HKU:b1",
    {
        "display": {
            "title": "紅樓夢",
            "title_romanised": "Hong lou meng",
            "authors": ["曹雪芹"],
            "authors_romanised": ["Cao, Xueqin"],
            "contributors": [
                {"name": "高鶚", "role": "edt"},
                {"name": "Hawkes, David", "role": "trl"},
            ],
            "place": "北京",
            "publisher": "人民文學出版社",
            "year": 1982,
            "languages": ["chi"],
            "formats": ["book"],
            "isbn": ["9787020002207"],
            "call_numbers": ["PL2727.S2 A1"],
            "subjects": ["Chinese fiction\nQing dynasty"],
            "urls": [{"url": "https://example.org/1"}],
        },
        "held_by": ["HKU", "CUHK"],
        "members": [
            {"institution": "HKU", "control_number": "b1"},
            {"institution": "CUHK", "control_number": "c,2"},
        ],
    },
)


def pairs(data):
    """The tags and values of RIS, by its own rule: two signs, two spaces, a hyphen, a space."""
    lines = data.decode().split("\r\n")
    assert all(line[2:6] == "  - " for line in lines if line)
    return [(line[:2], line[6:]) for line in lines if line]


def test_ris_is_the_title_tag_by_tag():
    """Type first, end last, a line a value, CR LF, an empty line behind."""
    assert pairs(ris(RED)) == [
        ("TY", "BOOK"),
        ("ID", "HKU:b1"),
        ("TI", "紅樓夢"),
        ("AU", "曹雪芹"),
        ("ED", "高鶚"),
        ("A4", "Hawkes, David"),
        ("CY", "北京"),
        ("PB", "人民文學出版社"),
        ("PY", "1982"),
        ("SN", "9787020002207"),
        ("LA", "Chinese"),
        ("KW", "Chinese fiction Qing dynasty"),
        ("CN", "PL2727.S2 A1"),
        ("UR", "https://example.org/1"),
        ("N1", "Title in Latin letters: Hong lou meng"),
        ("N1", "Author in Latin letters: Cao, Xueqin"),
        ("AV", "HKU"),
        ("AV", "CUHK"),
        ("AN", "HKU:b1"),
        ("AN", "CUHK:c,2"),
        ("DP", "HKALL"),
        ("ER", ""),
    ]
    assert ris(RED).endswith(b"ER  - \r\n\r\n")
    assert b"\n" not in ris(RED).replace(b"\r\n", b"")


@pytest.mark.parametrize(
    ("kinds", "expected"),
    [
        (["book", "electronic"], "BOOK"),
        (["electronic", "journal"], "JFULL"),
        (["score", "book"], "MUSIC"),
        (["audio"], "SOUND"),
        ([], "GEN"),
        (["hologram"], "GEN"),
    ],
)
def test_the_first_format_of_the_table_gives_the_type(kinds, expected):
    """Whatever the order in the title; what the table does not know is general."""
    found = Found("x", {"display": {"title": "t", "formats": kinds}})
    assert pairs(ris(found))[0] == ("TY", expected)


def test_every_format_of_the_catalogue_has_a_type():
    """A format that is added to the catalogue needs its row here."""
    from mappings.codes import codes

    assert set(tables().ris.types) == set(codes("formats"))


def test_csv_is_read_back_cell_by_cell():
    """Columns are those of the table; values of one cell are parted by a bar."""
    text = (formats()["csv"].start + csv_row(RED)).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert list(row) == list(tables().csv)
    assert row["title"] == "紅樓夢"
    assert row["members"] == "HKU:b1 | CUHK:c,2"
    assert row["contributors"] == "高鶚 | Hawkes, David"


def test_a_line_of_json_is_the_whole_document():
    """What `hkall show --json` prints of it, on one line."""
    line = json_line(RED)
    assert json.loads(line) == {"id": "HKU:b1", **RED.source}
    assert line.count(b"\n") == 1


def test_a_form_writes_titles_or_records():
    """Every form that the command offers is there, and does one of the two."""
    assert tuple(formats()) == FORMATS
    assert all(bool(form.title) != bool(form.record) for form in formats().values())


def test_a_table_that_names_an_unknown_value_is_refused_with_its_line(tmp_path):
    """A site's mistake is named where it stands."""
    file = tmp_path / "tables.yaml"
    file.write_text(
        "csv: [id]\nris:\n  types: {}\n  other: GEN\n  fields:\n  - {tag: TI, value: titel}\n"
    )
    with pytest.raises(DataFileError, match=r"tables\.yaml:6"):
        load(file, Tables)
