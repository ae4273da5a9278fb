"""The sample as a whole: enough of everything, true identifiers, valid MARC, the same each time."""

import gzip
import io
import re
import unicodedata
import warnings
from collections import Counter, defaultdict
from pathlib import Path

import pymarc
import pytest
import zstandard

from demo.compose import compose
from demo.tables import tables
from demo.works import is_cjk, load_editions

INSTITUTIONS = ("HKU", "CUHK", "HKUST", "PolyU", "CityU", "HKBU", "LU", "EdUHK")
LANGUAGES = ("chi", "eng", "ger", "fre", "kor", "jpn")
HOLDINGS = "uvxy"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return compose(tmp_path_factory.mktemp("sample"))


@pytest.fixture(scope="module")
def sample(files):
    return {institution: parsed(path) for institution, path in files.items()}


@pytest.fixture(scope="module")
def titles(sample):
    """Every bibliographic record, with its institution."""
    return [
        (institution, record)
        for institution, records in sample.items()
        for record in records
        if record.leader[6] not in HOLDINGS
    ]


def unpacked(path):
    data = path.read_bytes()
    if path.suffix == ".gz":
        return gzip.decompress(data)
    return zstandard.ZstdDecompressor().decompress(data) if path.suffix == ".zst" else data


def parsed(path):
    """The records of a file, read by pymarc with every warning an error."""
    data = io.BytesIO(unpacked(path))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        if ".xml" in path.name:
            return pymarc.parse_xml_to_array(data, strict=True)
        reader = pymarc.MARCReader(data, force_utf8=False)
        records = list(reader)
    assert None not in records, f"{path.name}: {reader.current_exception}"
    return records


def isbn_is_valid(isbn):
    """The check digit by ISO 2108, of ten or thirteen digits."""
    digits = [10 if char == "X" else int(char) for char in isbn]
    if len(digits) == 10:
        return sum(digit * (10 - place) for place, digit in enumerate(digits)) % 11 == 0
    return sum(digit * (1, 3)[place % 2] for place, digit in enumerate(digits)) % 10 == 0


def issn_is_valid(issn):
    """The check digit by ISO 3297."""
    digits = [10 if char == "X" else int(char) for char in issn.replace("-", "")]
    return sum(digit * (8 - place) for place, digit in enumerate(digits)) % 11 == 0


def test_eight_institutions_in_all_formats(files):
    """Each library has one file, and ISO 2709 and MARCXML come plain, gzipped and by zstd."""
    assert tuple(files) == INSTITUTIONS
    kinds = {"".join(path.suffixes) for path in files.values()}
    assert kinds == {".mrc", ".mrc.gz", ".mrc.zst", ".xml", ".xml.gz", ".xml.zst"}


def test_enough_records_in_six_languages(titles):
    """There are at least 660 titles' records, all six languages well and every library among them."""
    languages = Counter(record["008"].data[35:38] for _, record in titles)
    assert len(titles) >= 660
    assert all(languages[language] >= 40 for language in LANGUAGES), languages
    assert min(Counter(institution for institution, _ in titles).values()) >= 40


def test_every_kind_of_material(titles):
    """Leaders and 006/007 show books, journals, articles, scores, maps, images, sound, film, e-books, archives."""
    leaders = Counter(record.leader[6:8] for _, record in titles)
    assert {"am", "as", "ab", "cm", "em", "km", "jm", "gm", "pc"} <= set(leaders), leaders
    online = [record for _, record in titles if record.get("006")]
    assert online
    assert all(
        any(field.data.startswith("cr") for field in record.get_fields("007")) for record in online
    )


def test_same_bytes_each_time(files, tmp_path):
    """Composing again gives the same bytes in every file."""
    again = compose(tmp_path)
    assert {name: path.read_bytes() for name, path in again.items()} == {
        name: path.read_bytes() for name, path in files.items()
    }


def test_iso_2709_round_trip(files):
    """A record that pymarc reads and writes again is the same bytes, lengths and directory included."""
    for path in files.values():
        if ".mrc" in path.name:
            data = unpacked(path)
            assert b"".join(record.as_marc() for record in parsed(path)) == data


def test_leader_and_directory_are_consistent(files):
    """Record length, base address and each directory entry agree with the bytes that follow."""
    for path in files.values():
        if ".mrc" not in path.name:
            continue
        data = unpacked(path)
        while data:
            length, base = int(data[:5]), int(data[12:17])
            assert data[5:12].isascii()
            assert data[9:10] == b"a"
            assert data[length - 1 : length] == b"\x1d"
            directory = data[24 : base - 1]
            assert data[base - 1 : base] == b"\x1e"
            end = 0
            for at in range(0, len(directory), 12):
                size, start = int(directory[at + 3 : at + 7]), int(directory[at + 7 : at + 12])
                assert start == end
                end = start + size
                assert data[base + end - 1 : base + end] == b"\x1e"
            assert base + end == length - 1
            data = data[length:]


def test_marcxml_round_trip(files):
    """The MARCXML files lose nothing: read, written to ISO 2709 and read again, the fields are equal."""
    for path in files.values():
        if ".xml" in path.name:
            for record in parsed(path):
                again = pymarc.Record(data=record.as_marc())
                assert [str(field) for field in again] == [str(field) for field in record]


def test_coded_fields_have_their_lengths(sample):
    """008 is 40 characters (32 in holdings), 006 is 18, 005 is 16, and language and country are codes."""
    for records in sample.values():
        for record in records:
            holdings = record.leader[6] in HOLDINGS
            value = record["008"].data
            assert len(value) == (32 if holdings else 40), record
            assert len(str(record.leader)) == 24
            if not holdings:
                assert re.fullmatch(r"[a-z]{2}[a-z ]", value[15:18])
                assert re.fullmatch(r"[a-z]{3}", value[35:38])
                assert re.fullmatch(r"\d{14}\.0", record["005"].data)
                assert all(len(field.data) == 18 for field in record.get_fields("006"))


def test_control_numbers_are_unique(sample):
    """No library uses a control number twice."""
    for institution, records in sample.items():
        numbers = Counter(record["001"].data for record in records)
        assert max(numbers.values()) == 1, (institution, numbers.most_common(3))


def test_holdings_records_follow_their_titles(sample):
    """CUHK's holdings records name a title in 004, one for each, journals as serials; only CUHK has any."""
    records = sample["CUHK"]
    titles = {record["001"].data: record for record in records if record.leader[6] not in HOLDINGS}
    holdings = [record for record in records if record.leader[6] in HOLDINGS]
    assert {record["004"].data for record in holdings} == set(titles)
    assert len(holdings) == len(titles)
    for record in holdings:
        serial = titles[record["004"].data].leader[7] == "s"
        assert record.leader[6] == ("y" if serial else "x")
        assert record.get_fields("852")
    for institution in set(sample) - {"CUHK"}:
        assert all(record.leader[6] not in HOLDINGS for record in sample[institution])


def test_every_title_is_held(titles):
    """Outside CUHK each record carries an 852 with a location, and journals' runs are in 866."""
    for institution, record in titles:
        if institution != "CUHK":
            assert all(field["b"] for field in record.get_fields("852"))
            assert record.get_fields("852")
    assert any(record.get_fields("866") for _, record in titles)


def test_880_links_resolve_both_ways(titles):
    """A field that says 880-01 has an 880 for its tag and number, and each 880 has its field."""
    for _, record in titles:
        asked, given = set(), set()
        for field in record:
            for value in field.get_subfields("6") if not field.is_control_field() else []:
                tag, number = value[:3], value[4:6]
                if field.tag == "880":
                    assert re.fullmatch(r"\d{3}-\d{2}/(\$1|\(B)", value), value
                    given.add((tag, number))
                else:
                    assert re.fullmatch(r"880-\d{2}", value), value
                    asked.add((field.tag, number))
        assert asked == given, record


def test_pairs_have_one_script_on_each_side(titles):
    """Of two linked fields one is in CJK and one romanised, or the second is a kana reading."""
    for _, record in titles:
        by_link = defaultdict(list)
        for field in record.get_fields("880"):
            by_link[field["6"][:6]].append(field)
        for field in record:
            if field.tag == "880" or field.is_control_field() or "6" not in field:
                continue
            linked = by_link[f"{field.tag}-{field['6'][4:6]}"]
            main = cjk_in(field)
            for other in linked:
                kana = bool(re.search("[ァ-ヿ]", words_of(other))) and not re.search(
                    "[一-鿿]", words_of(other)
                )
                assert cjk_in(other) != main or kana, (str(field), str(other))


def words_of(field):
    return "".join(value for code, value in field if code not in "64e")


def cjk_in(field):
    return is_cjk(words_of(field))


def test_romanisation_marks_are_true(titles):
    """Latin text is composed (NFC), Hepburn has macrons and McCune-Reischauer breves."""
    letters = defaultdict(set)
    for _, record in titles:
        text = "".join(words_of(field) for field in record if not field.is_control_field())
        assert unicodedata.is_normalized("NFC", text)
        letters[record["008"].data[35:38]] |= set(text)
    assert set("ōūŌ") <= letters["jpn"]
    assert set("ŏŭŎ") <= letters["kor"]
    assert set("äöüß") <= letters["ger"]
    assert set("éèêçœ") <= letters["fre"]


def test_isbn_and_issn_are_valid(titles):
    """Every ISBN of 020 and ISSN of 022 and 7XX has its right check digit."""
    for _, record in titles:
        for field in record.get_fields("020"):
            for isbn in field.get_subfields("a", "z"):
                assert isbn_is_valid(isbn), record
        for field in record:
            if field.tag == "022":
                assert issn_is_valid(field["a"]), record
            if field.tag in ("773", "780", "785") and "x" in field:
                assert issn_is_valid(field["x"]), record


def test_an_isbn_belongs_to_one_edition():
    """No two editions claim the same ISBN, and no two journals the same ISSN."""
    isbns = Counter(isbn for edition in load_editions() for isbn in edition.isbn)
    issns = Counter(edition.issn for edition in load_editions() if edition.issn)
    assert [number for number, times in (isbns + issns).items() if times > 1] == []


def test_libraries_agree_on_what_identifies_an_edition(titles):
    """Records of one ISBN have the same year and one set of titles, in either script."""
    seen = defaultdict(set)
    for _, record in titles:
        for field in record.get_fields("020"):
            if "a" in field:
                seen[field["a"]].add(record["008"].data[7:11])
    assert len(seen) >= 40
    assert {isbn: years for isbn, years in seen.items() if len(years) > 1} == {}


def test_both_forms_of_the_script():
    """One work is there in Traditional, Simplified and Japanese characters, and in Korean."""
    titles = set()
    for edition in load_editions():
        titles.add(edition.title if isinstance(edition.title, str) else edition.title.text)
    assert {"紅樓夢", "红楼梦", "紅楼夢", "홍루몽"} <= titles


def test_conventions_are_all_met(titles):
    """The files have paired, vernacular-first, romanised-only, Wade-Giles and kana records."""
    met = set()
    for institution, record in titles:
        title = record["245"]
        if record["008"].data[35:38] not in ("chi", "jpn", "kor"):
            continue
        linked = [field for field in record.get_fields("880") if field["6"].startswith("245")]
        if not linked:
            met.add("romanised" if not cjk_in(title) else "unlinked")
        elif cjk_in(title):
            met.add("readings" if len(linked) == 2 else "vernacular")
        else:
            met.add("paired")
        if institution == "HKBU" and "Hung lou meng" in title["a"]:
            met.add("wade-giles")
    assert {"romanised", "vernacular", "readings", "paired", "wade-giles"} <= met


def test_non_filing_characters_end_at_a_word(titles):
    """What 245 ind2 skips is an article: it ends at a space, an apostrophe or a hyphen."""
    skipped = set()
    for _, record in titles:
        field = record["245"]
        count = int(field.indicators.second)
        if count:
            article = field["a"][:count]
            assert article[-1] in " '’-\"", str(field)
            skipped.add(article.strip().lower())
    assert {"the", "der", "die", "les", "l'"} <= skipped


def test_practices_name_the_eight_libraries():
    """The table of practices has the eight institutions in their order, each with its own file."""
    practices = tables().institutions
    assert tuple(practices) == INSTITUTIONS
    assert len({Path(practice.file).name for practice in practices.values()}) == len(INSTITUTIONS)
