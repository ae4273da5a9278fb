"""The tour: the sample under its own prefix, every search finds what it claims to show."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import cli
from demo.tour import answers, build, demo_settings, sample_file, stops
from engine import open_connection
from mappings import institutions
from query import SearchRequest, search
from records import open_store, store_path

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def found(sample):
    return list(answers(sample))


def total(settings, text):
    with open_connection(settings, start=False) as connection:
        return search(connection, settings.titles_alias, SearchRequest(text)).total


@pytest.mark.es
def test_every_search_of_the_tour_finds_titles(found):
    """A search that finds nothing would show nothing."""
    assert len(found) == len(stops())
    for stop, answer in found:
        assert answer.total > 0, stop.words
        assert len(answer.hits) <= stop.hits


@pytest.mark.es
def test_every_command_of_the_tour_can_be_typed(sample, found):
    """The command that is printed gives the total that was shown."""
    for stop, answer in found:
        program, *words = shlex.split(stop.command)
        assert program == "hkall"
        env = {"HKALL_HOME": sample.home, "HKALL_CACHE": sample.cache}
        result = CliRunner(env=env).invoke(cli, [*words, "--json"])
        assert result.exit_code == 0, result.output
        assert f'"total":{answer.total},' in result.stdout


@pytest.mark.es
def test_the_transcript_of_the_readme_is_what_the_demo_prints(sample):
    """Its counts, readings and hits, in this order; what differs from run to run is left out."""
    env = {"HKALL_HOME": sample.home, "HKALL_CACHE": sample.cache}
    printed = CliRunner(env=env).invoke(cli, ["demo"]).stdout
    (block, *_) = re.findall(r"```console\n(.*?)```", README.read_text("utf-8"), re.DOTALL)
    told = [
        line for line in block.splitlines() if line and not line.startswith(("$ make", "engine:"))
    ]
    (live,) = [line for line in told if "titles live in" in line]
    assert f"stays live with {live.split()[0]} titles" in printed
    lines = iter([_lasting(line) for line in printed.splitlines()])
    for line in told:
        if line not in ("…", live):
            assert _lasting(line) in lines, (
                line
            )  # a search of an iterator goes on after what it found


def _lasting(line):
    return re.sub(r"  ·  \d+ ms$", "", line).rstrip()


@pytest.mark.es
@pytest.mark.parametrize(
    "forms",
    [
        ("紅樓夢", "红楼梦", "紅楼夢"),
        ("魯迅", "鲁迅"),
        ("Müller", "Muller", "MÜLLER", "Mu\u0308ller"),
        ("étranger", "etranger", "l'étranger", "L’Étranger"),
        ("源氏物語", "源氏物语"),
        ("聊齋志異", "聊齋 志異"),
    ],
)
def test_forms_of_one_word_find_the_same_number_of_titles(sample, forms):
    """Traditional, Simplified and Japanese; with and without accents; composed or not."""
    totals = {form: total(sample, form) for form in forms}
    assert len(set(totals.values())) == 1, totals
    assert min(totals.values()) > 0


@pytest.mark.es
def test_the_second_night_of_the_same_files_changes_nothing(sample):
    """Read again, every record is unchanged and the titles are the same."""
    with open_store(store_path(sample)) as store:
        before = sorted(title.id for title in store.iter_titles())
    report = build(sample)
    with open_store(store_path(sample)) as store:
        after = sorted(title.id for title in store.iter_titles())
    assert before == after
    for institution, counts in report.by_institution.items():
        assert (counts.new, counts.changed, counts.absent) == (0, 0, 0), institution


@pytest.mark.es
@pytest.mark.parametrize(("sort", "sign"), [("year", -1), ("year-asc", 1)])
def test_titles_stand_in_the_order_of_the_years_that_are_shown(sample, sort, sign):
    """Titles of several years too (1905-1907) stand where the year beside them says."""
    with open_connection(sample, start=False) as connection:
        request = SearchRequest("*", sort=sort, limit=5000)
        hits = search(connection, sample.titles_alias, request).hits
    keys = [(sign * hit.year, hit.id) for hit in hits if hit.year is not None]
    assert len(keys) > 1000
    assert keys == sorted(keys)


def test_the_demo_has_a_prefix_of_its_own(node_settings):
    """The live catalogue's indices and store are never named by the demo."""
    assert demo_settings(node_settings).prefix != node_settings.prefix
    assert store_path(demo_settings(node_settings)) != store_path(node_settings)


@pytest.mark.es
def test_the_files_that_the_tour_names_are_there(sample):
    """A newcomer can index the sample's files by hand."""
    for institution in institutions():
        assert sample_file(sample, institution).is_file()
