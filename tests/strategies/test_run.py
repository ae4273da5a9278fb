"""Strategies on the sample catalogue: relations of sets, exports read back, runs compared."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sqlite3
from io import BytesIO
from pathlib import Path

import msgspec
import pymarc
import pytest
from click.testing import CliRunner
from pymarc.marcxml import parse_xml_to_array

from cli import cli
from demo.tour import sample_file
from query import SearchRequest, search
from records import store_path
from strategies import FORMATS, read_report
from strategies.files import WholeFiles

pytestmark = pytest.mark.es

HERE = Path(__file__).parent / "files"
PREFIX = "hkall-replay"
WANTED = "26"  # of forty.txt: titles of several institutions


@pytest.fixture(scope="module")
def hkall(sample):
    """Runs a command on the sample catalogue."""
    env = {"HKALL_HOME": sample.home, "HKALL_CACHE": sample.cache}

    def run(*args, code=0, **more):
        prefix = [] if args[0] == "--prefix" else ["--demo"]
        result = CliRunner(env=env | more).invoke(
            cli, [*prefix, *map(str, args)], catch_exceptions=False
        )
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture(scope="module")
def forty(hkall):
    """The report of the forty lines, each with all its ids."""
    return json.loads(hkall("strategy", "run", HERE / "forty.txt", "--json").stdout)


def evaluated(report):
    """The lines that combine sets only, with the ids that Python's own sets make of the others.

    Python's - binds tighter than &, and & than |, as NOT than AND and AND than OR.
    """
    sets = {line["number"]: set(line["ids"]) for line in report["lines"]}
    for line in report["lines"]:
        if re.fullmatch(r"(?:#\d+|AND|OR|NOT|[()\s])+", line["text"]):
            code = re.sub(r"#(\d+)", r"sets[\1]", line["text"])
            for word, sign in (("AND", "&"), ("OR", "|"), ("NOT", "-")):
                code = code.replace(word, sign)
            yield line["number"], set(line["ids"]), eval(code, {"sets": sets})


def test_sets_combine_as_sets(forty):
    """#1 AND #2, #4 NOT #8 and the rest are intersection, difference and union, title by title."""
    combined = list(evaluated(forty))
    assert len(combined) >= 15
    for number, found, expected in combined:
        assert found == expected, number


def test_lines_stand_in_the_relations_that_their_words_say(forty):
    """Limits narrow, translations of a word lie within their union, NOT and AND part a set."""
    ids = {line["number"]: set(line["ids"]) for line in forty["lines"]}
    for narrower, wider in [(31, 18), (34, 18), (36, 18), (37, 31), (40, 39), (9, 4), (5, 4)]:
        assert ids[narrower] <= ids[wider], (narrower, wider)
    assert ids[9] | ids[10] == ids[4]
    assert not ids[9] & ids[10]
    assert not ids[31] & ids[38]
    assert ids[31] | ids[38] == ids[18]


def test_counts_are_those_of_the_advanced_search(forty, connection, sample):
    """Each line, its sets written out in brackets, finds as many titles as a search by hand."""
    texts = {}
    for line in forty["lines"]:
        text = re.sub(r"#(\d+)", lambda one: f"({texts[int(one[1])]})", line["text"])
        texts[line["number"]] = text
        request = SearchRequest(text, limit=0, width="standard", operators=("localised",))
        found = search(connection, sample.titles_alias, request)
        assert (line["number"], found.total) == (line["number"], line["total"])
        assert line["total"] == len(line["ids"])


def test_a_strategy_in_chinese(hkall):
    """Full-width numbers, brackets and colons, fields by Chinese names, both sets of characters."""
    report = json.loads(hkall("strategy", "run", HERE / "chinese.txt", "--json").stdout)
    ids = {line["number"]: set(line["ids"]) for line in report["lines"]}
    assert list(ids) == list(range(1, 11))
    assert all(ids.values())
    for number, found, expected in evaluated(report):
        assert found == expected, number
    assert ids[8] <= ids[7]
    by_hand = hkall("search", "--advanced", "title:(紅樓夢 OR 石頭記) author:曹雪芹", "--json")
    assert json.loads(by_hand.stdout)["total"] == len(ids[3])


def test_a_report_names_the_index_and_its_fingerprints(forty, connection, sample):
    """Whoever repeats the search next month can see whether it is the same index."""
    (index,) = connection.request("GET", f"/{sample.titles_alias}/_mapping")
    meta = connection.request("GET", f"/{index}/_mapping")[index]["mappings"]["_meta"]
    told = forty["index"]
    assert told["name"] == index
    assert told["published"] == meta["published"]
    assert told["index_fingerprint"] == meta["index_fingerprint"]
    assert told["query_fingerprint"] == meta["query_fingerprint"]
    assert forty["width"] == "standard"
    assert all(line["date"] for line in forty["lines"])


def test_the_table_has_a_count_a_line(hkall, forty):
    """People see number, count, date and reading of every line, and the index."""
    shown = hkall("strategy", "run", HERE / "forty.txt").stdout
    assert forty["index"]["name"] in shown
    for line in forty["lines"]:
        assert re.search(
            rf"^ *{line['number']} +{line['total']:,} +{line['date']} ", shown, re.MULTILINE
        )


def test_nothing_is_searched_where_a_line_is_wrong(hkall, tmp_path):
    """All problems are shown, nothing on stdout, exit code 2; the export's place stays as it was."""
    file, wanted = tmp_path / "wrong.txt", tmp_path / "out.ris"
    file.write_text("tea AND (\nautor:x\n#1 OR #7\n", encoding="utf-8")
    wanted.write_text("from before")
    result = hkall("strategy", "run", file, "--export", "ris", "--of", 1, "--to", wanted, code=2)
    assert result.stdout == ""
    for shown in ("unclosed-bracket", "unknown-field", "unknown-line", "row 3, column 7 (#3)"):
        assert shown in result.stderr
    assert wanted.read_text() == "from before"


def ids_of(form, data):
    """The ids of titles, or of records, that an exported file holds; read by other code."""
    match form:
        case "ris":
            text = data.decode()
            assert text.count("\r\nER  - \r\n") == text.count("TY  - ")
            return re.findall(r"^ID  - (.+)\r$", text, re.MULTILINE)
        case "csv":
            return [row["id"] for row in csv.DictReader(data.decode().splitlines())]
        case "jsonl":
            return [json.loads(line)["id"] for line in data.splitlines()]
        case "marc":
            return [record["001"].data for record in pymarc.MARCReader(data)]
        case "marcxml":
            return [record["001"].data for record in parse_xml_to_array(BytesIO(data))]


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_holds_what_the_line_found(hkall, forty, tmp_path, form):
    """Every title once, in the order of ids; of MARC every member record of every title."""
    file = tmp_path / "out"
    args = ("--export", form, "--of", WANTED, "--to", file, "--json")
    (export,) = json.loads(hkall("strategy", "run", HERE / "forty.txt", *args).stdout)["exports"]
    line = next(line for line in forty["lines"] if line["number"] == int(WANTED))
    found = ids_of(form, file.read_bytes())
    assert export["titles"] == export["expected"] == line["total"]
    if form in ("marc", "marcxml"):
        assert len(found) == export["records"] >= line["total"]
        assert {title.partition(":")[2] for title in line["ids"]} <= set(found)
    else:
        assert found == line["ids"]
    assert list(tmp_path.iterdir()) == [file]


def test_marc_is_the_bytes_that_came(hkall, sample, tmp_path):
    """Records of a library that sends ISO 2709 stand in the export as they stood in its file."""
    args = ("--export", "marc", "--of", WANTED, "--to", tmp_path, "--per-institution")
    hkall("strategy", "run", HERE / "forty.txt", *args)
    sent = sample_file(sample, "HKU").read_bytes()
    records = [
        record + b"\x1d" for record in (tmp_path / "HKU.mrc").read_bytes().split(b"\x1d")[:-1]
    ]
    assert records
    assert all(record in sent for record in records)


def test_a_file_an_institution_holds_its_titles(hkall, forty, tmp_path):
    """Each institution of the network has a file; together they hold what the line found."""
    args = ("--export", "jsonl", "--of", WANTED, "--to", tmp_path / "all", "--per-institution")
    report = json.loads(hkall("strategy", "run", HERE / "forty.txt", *args, "--json").stdout)
    together = set()
    for file in report["exports"][0]["files"]:
        titles = [json.loads(row) for row in Path(file["path"]).read_bytes().splitlines()]
        assert len(titles) == file["titles"] == file["expected"]
        assert all(file["institution"] in title["held_by"] for title in titles)
        together |= {title["id"] for title in titles}
    line = next(line for line in forty["lines"] if line["number"] == int(WANTED))
    assert together == set(line["ids"])
    assert len(report["exports"][0]["files"]) == 8


def test_a_title_whose_record_is_not_stored_is_named(hkall, sample, connection, tmp_path):
    """The rest is written, the numbers are said, and the exit code is 1."""
    stores = tmp_path / "stores"
    shutil.copytree(store_path(sample).parent, stores)
    store = sqlite3.connect(stores / store_path(sample).name)
    gone = hkall("search", "--advanced", "author:曹雪芹 紅樓夢", "--format", "jsonl", "--limit", 1)
    member = json.loads(gone.stdout)["members"][0]
    with store:
        sql = "UPDATE record SET deleted = 1 WHERE institution = ? AND control_number = ?"
        store.execute(sql, (member["institution"], member["control_number"]))
    store.close()
    node = connection.endpoint
    env = {"HKALL_HOME": str(tmp_path), "HKALL_ES_URL": node.url}
    env |= {"HKALL_ES_API_KEY": node.api_key}
    args = ("--export", "marc", "--of", WANTED, "--to", tmp_path / "out.mrc", "--json")
    result = hkall("strategy", "run", HERE / "forty.txt", *args, code=1, **env)
    (export,) = json.loads(result.stdout)["exports"]
    name = f"{member['institution']}:{member['control_number']}"
    assert [lack for lack in export["missing"] if name in lack] == export["missing"] != []
    assert len(ids_of("marc", (tmp_path / "out.mrc").read_bytes())) == export["records"]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--export", "ris"], "--to"),
        (["--of", "1"], "belong to --export"),
        (["--export", "ris", "--of", "99", "--to", "{}/x"], "no line #99"),
        (["--export", "ris", "--to", "{}"], "is a folder"),
        (["--export", "ris", "--to", "{}/no/x"], "no folder"),
        (["--since", "{}/none.json"], "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_refused_first(hkall, tmp_path, args, message):
    """Each with one clear line and exit code 2."""
    filled = [arg.format(tmp_path) for arg in args]
    assert message in hkall("strategy", "run", HERE / "forty.txt", *filled, code=2).stderr


def test_golden_files(hkall, tmp_path):
    """RIS and CSV of a title of every format and script are, byte by byte, those of before.

    WRITE_GOLDEN=1 writes them anew; look at the difference.
    """
    for form in ("ris", "csv"):
        file, golden = tmp_path / form, HERE / f"golden.{form}"
        hkall("strategy", "run", HERE / "golden.txt", "--export", form, "--to", file)
        if os.environ.get("WRITE_GOLDEN"):
            golden.write_bytes(file.read_bytes())
        assert file.read_bytes() == golden.read_bytes()


def test_a_failed_export_leaves_what_was_there(tmp_path):
    """Files get their names when all are complete; nothing else is left beside them."""
    old = tmp_path / "HKU.ris"
    old.write_text("from before")
    with WholeFiles() as files:
        files.open(old).write(b"half")
        files.open(tmp_path / "CUHK.ris").write(b"half")
    assert old.read_text() == "from before"
    assert list(tmp_path.iterdir()) == [old]


def record_of(number, title):
    record = pymarc.Record(leader="00000nam a2200000 i 4500")
    record.add_field(pymarc.Field("001", data=number))
    record.add_field(pymarc.Field("008", data="000000s1999    hk            000 0 eng d"))
    subfields = [pymarc.Subfield("a", title)]
    record.add_field(pymarc.Field("245", pymarc.Indicators("1", "0"), subfields))
    return record.as_marc()


def test_a_replay_names_what_came_and_went(hkall, tmp_path):
    """After a reindex that adds a title and loses another, each line says which, and what stayed."""
    source, file, then = tmp_path / "hku.mrc", tmp_path / "tea.txt", tmp_path / "then.json"
    file.write_text("tea\nchina\n#1 NOT #2\n", encoding="utf-8")
    library = {"1": "Tea in China", "2": "Tea in Ceylon", "3": "Porcelain of China"}

    def run(*args):
        return hkall("--prefix", PREFIX, *args).stdout

    def index(titles):
        source.write_bytes(b"".join(record_of(*title) for title in titles.items()))
        run("reindex", "--source", f"HKU={source}")

    index(library)
    then.write_text(run("strategy", "run", file, "--json"), encoding="utf-8")
    same = run("strategy", "run", file, "--since", then)
    assert same.count("the same titles") == 3
    del library["2"]
    index(library | {"4": "Tea and porcelain"})
    now = tmp_path / "now.json"
    now.write_text(run("strategy", "run", file, "--since", then, "--json"))
    changes = read_report(now).changes
    assert changes.index_changed
    assert not changes.query_fingerprint_changed
    assert [(line.then, line.now, line.added, line.gone) for line in changes.lines] == [
        (2, 2, ("HKU:4",), ("HKU:2",)),
        (2, 2, (), ()),
        (1, 1, ("HKU:4",), ("HKU:2",)),
    ]
    shown = run("strategy", "run", file, "--since", then)
    assert "#1: 2 then, 2 now, 1 added, 1 gone" in shown
    assert "another index is live" in shown
    text = run("strategy", "record", now)
    assert "#1: 2 then, 2 now (1 added, 1 gone)" in text


def test_beyond_the_kept_ids_a_report_has_digests(hkall, tmp_path):
    """A smaller limit makes a smaller report; whether titles are the same is still known."""
    then = tmp_path / "then.json"
    args = ("strategy", "run", HERE / "chinese.txt", "--keep-ids", 5, "--json")
    then.write_text(hkall(*args).stdout, encoding="utf-8")
    report = read_report(then)
    assert {line.ids is None for line in report.lines if line.total > 5} == {True}
    changes = json.loads(hkall(*args, "--since", then).stdout)["changes"]
    assert all(line["same"] for line in changes["lines"])
    assert msgspec.json.decode(then.read_bytes(), type=type(report)) == report
