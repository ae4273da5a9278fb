"""The facts of the sample: forms of names and titles that records rely on, and what loading refuses."""

import re
from pathlib import Path

import msgspec
import pytest
import yaml

import demo.works
from base.datafile import DataFileError
from demo import bibliographic, headings
from demo.compose import compose
from demo.drafts import plain
from demo.headings import UnknownWord
from demo.tables import tables
from demo.works import Agent, Edition, Text, is_cjk, load_editions, load_names

FREE_TEXT = ("500", "505", "520", "650")
README = Path(demo.works.__file__).parent / "works" / "README.md"
NAMES = Path(demo.works.__file__).parent / "names.yaml"


def drafts_of(edition, institution="HKU"):
    practice = tables().institutions[institution]
    at = bibliographic.desk(edition, institution, practice, load_names())
    return at, list(bibliographic.drafts(at))


def test_every_cjk_field_has_its_romanisation():
    """Names, titles, places, publishers and series in CJK all have a romanised form."""
    missing = [
        (edition.id, draft.tag)
        for edition in load_editions()
        for draft in drafts_of(edition)[1]
        if draft.is_cjk and draft.tag not in FREE_TEXT and not draft.has("rom")
    ]
    assert missing == []


def test_japanese_titles_have_readings():
    """Every Japanese title and every Japanese author's name has its reading in kana."""
    for edition in load_editions():
        if edition.lang == "jpn":
            title = plain(edition.title)
            assert title.kana or not is_cjk(title.text), edition.id
            assert not re.search("[一-鿿ぁ-ん]", title.kana), edition.id


def test_wade_giles_records_are_wade_giles_throughout():
    """Where an old record would be in Wade-Giles, so are its names, imprint and series."""
    mixed = [
        (edition.id, draft.tag)
        for edition in load_editions()
        if plain(edition.title).wg and int(edition.year[:4]) < 1985
        for draft in drafts_of(edition, "HKBU")[1]
        if draft.is_cjk and draft.tag in ("100", "245", "260", "490", "700", "710")
        if not draft.has("wg")
    ]
    assert mixed == []


def test_romanisation_is_latin():
    """No romanised form of a shared name has CJK characters left in it."""
    names = load_names()
    for section in (names.people, names.publishers, names.places):
        for text, name in section.items():
            assert not is_cjk(name.rom + name.wg), text
            if is_cjk(text):
                assert name.rom, text


def test_no_edition_is_translated_from_its_own_language():
    """The language of the original is another one than that of the text."""
    assert [edition.id for edition in load_editions() if edition.original == edition.lang] == []


def test_every_agents_role_is_known():
    """No edition names a role that the table of roles lacks."""
    for edition in load_editions():
        headings.agents(edition, load_names())


def test_an_edition_takes_over_the_work_but_not_the_edition(works_folder):
    """``like`` fills in the facts of the work; year, ISBN and holders stay its own."""
    works_folder(
        "works:\n"
        "  - {id: first, title: One, lcc: QA1, isbn: ['0262510871'], year: '1996', held: [HKU]}\n"
        "  - {id: second, like: first, year: '1997', held: [LU]}\n"
    )
    first, second = load_editions()
    assert (second.title, second.lcc, second.lang) == ("One", "QA1", "eng")
    assert (first.isbn, second.isbn, second.held) == (("0262510871",), (), ("LU",))


@pytest.mark.parametrize(
    ("entries", "problem"),
    [
        ("  - {id: a, year: '1996', held: [HKU]}\n", "no title"),
        ("  - {id: a, title: T, like: b, year: '1996', held: [HKU]}\n", "no earlier edition"),
        ("  - {id: a, title: T, year: '96', held: [HKU]}\n", "year"),
        ("  - {id: a, title: T, year: '1996', held: [Oxford]}\n", "held"),
        ("  - {id: a, title: T, year: '1996', held: []}\n", "held"),
        ("  - {id: a, title: T, isbn: [9780262033848], year: '1996', held: [HKU]}\n", "isbn"),
        ("  - {id: a, tittle: T, year: '1996', held: [HKU]}\n", "tittle"),
        ("  - {id: a, title: T, year: '1996', held: [HKU]}\n" * 2, "twice"),
    ],
)
def test_wrong_facts_are_refused(works_folder, entries, problem):
    """A mistake in a works file is an error that names the file and what is wrong."""
    works_folder(f"works:\n{entries}")
    with pytest.raises(DataFileError, match=problem) as caught:
        load_editions()
    assert "made.yaml" in str(caught.value)


@pytest.mark.parametrize(
    "edition",
    [
        Edition(id="a", title="T", type="book", lang="eng", year="1996", held=("HKU",), place="Nowhere"),
        Edition(
            id="a", title="T", type="book", lang="eng", year="1996", held=("HKU",),
            people=(Agent("Somebody", role="wizard"),),
        ),
    ],
)  # fmt: skip
def test_unknown_places_and_roles_are_refused(edition, monkeypatch, tmp_path):
    """A place without a country and a role without a code stop the composition with a hint."""
    monkeypatch.setattr("demo.compose.load_editions", lambda: (edition,))
    with pytest.raises(UnknownWord) as caught:
        compose(tmp_path)
    assert caught.value.hint


def test_examples_of_the_readme_are_valid():
    """Both examples in the description of the format load as they stand."""
    blocks = re.findall(r"```yaml\n(lang.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    examples = [block for block in blocks if "id: ..." not in block]
    assert len(examples) == 2
    for block in examples:
        for work in yaml.safe_load(block)["works"]:
            assert msgspec.convert(work, Edition).held


def test_every_key_of_an_edition_is_described():
    """The description of the format names each key that a works file may use."""
    text = README.read_text(encoding="utf-8")
    assert [
        name for name in Edition.__struct_fields__ if f"`{name}`" not in text and name != "like"
    ] == []


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Sociology", "=650  \\0$aSociology."),
        ("place: Hong Kong (China)--History--19th century", "=651  \\0$aHong Kong (China)$xHistory$y19th century."),
        ("person: Zhu, Xi, 1130-1200", "=600  10$aZhu, Xi,$d1130-1200."),
        ("person: Confucius", "=600  00$aConfucius."),
        (
            "person: Cao, Xueqin, approximately 1717-1763 / Hong lou meng",
            "=600  10$aCao, Xueqin,$dapproximately 1717-1763.$tHong lou meng.",
        ),
        ("body: Who (Musical group)", "=610  20$aWho (Musical group)"),
        (
            "body: Germany (East). Ministerium für Staatssicherheit--Drama",
            "=610  10$aGermany (East).$bMinisterium für Staatssicherheit$vDrama.",
        ),
        ("Chinese language--Dictionaries", "=650  \\0$aChinese language$vDictionaries."),
        ("China--History--Song dynasty, 960-1279--Fiction", "=650  \\0$aChina$xHistory$ySong dynasty, 960-1279$vFiction."),
    ],
)  # fmt: skip
def test_subject_headings(written, expected):
    """A heading in the works' notation becomes the 6XX field with its subdivisions coded."""
    from demo.scripts import fields_of

    (field,) = fields_of(headings.subject(written), "paired", 1)
    assert str(field) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("China", "=110  1\\$aChina,$eauthor."),
        ("Great Britain. Colonial Office", "=110  1\\$aGreat Britain.$bColonial Office,$eauthor."),
        ("Royal Society. Library", "=110  2\\$aRoyal Society.$bLibrary,$eauthor."),
        ("Kraftwerk (Musical group)", "=110  2\\$aKraftwerk (Musical group),$eauthor."),
    ],
)
def test_bodies_are_entered_under_the_bodies_above_them(name, expected):
    """A government is the first indicator 1, and each body below another is in $b."""
    assert one_field(made(people=(Agent(name, kind="corporate"),)), "110") == expected


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        ("Volume 1", "=245  00$aT.$nVolume 1."),
        ("Volume 1, Seeds, roots", "=245  00$aT.$nVolume 1,$pSeeds, roots."),
    ],
)
def test_the_number_of_a_part_is_apart_from_its_name(part, expected):
    """What stands before the first comma of a part is its number (245 $n), the rest its name ($p)."""
    assert one_field(made(part=part), "245") == expected


def made(**facts):
    return Edition(id="a", title="T", type="book", lang="eng", year="1996", held=("HKU",), **facts)


def one_field(edition, tag):
    from demo.scripts import fields_of

    (draft,) = [draft for draft in drafts_of(edition)[1] if draft.tag == tag]
    (field,) = fields_of(draft, "paired", 1)
    return str(field)


@pytest.mark.parametrize(
    ("word", "digits", "expected"),
    [
        ("Sarpy", 1, "S2"),
        ("Idaho", 1, "I3"),
        ("Boyer", 1, "B6"),
        ("Fox", 1, "F6"),
        ("Irving", 1, "I7"),
    ],
)
def test_cutter_follows_the_table(word, digits, expected):
    """First digits of Cutter numbers are those of the published table (G 63)."""
    assert bibliographic.cutter(word, digits) == expected


def test_statement_of_responsibility_speaks_the_editions_language():
    """The words for what each agent did are in the language and the script of the edition."""
    base = {"id": "a", "title": "T", "year": "1996", "held": ("HKU",)}
    cases = {
        ("eng", None): "Franz Kafka ; translated by Edwin Muir",
        ("ger", None): "Franz Kafka ; übersetzt von Edwin Muir",
        ("fre", None): "Franz Kafka ; traduit par Edwin Muir",
    }
    for (lang, script), expected in cases.items():
        people = ("Kafka, Franz, 1883-1924", "Muir, Edwin, 1887-1959; translator")
        edition = Edition(**base, lang=lang, script=script, people=people)
        made = headings.responsibility(edition, headings.agents(edition, load_names()))
        assert made == Text(expected)
    edition = Edition(**base, lang="chi", script="hans", people=("曹雪芹", "马振骋; translator"))
    made = headings.responsibility(edition, headings.agents(edition, load_names()))
    assert (made.text, made.rom) == ("曹雪芹著 ; 马振骋译", "Cao Xueqin zhu ; Ma Zhencheng yi")


@pytest.fixture
def works_folder(monkeypatch, tmp_path):
    """Write a works file that stands for the packaged ones."""
    folder = tmp_path / "works"
    folder.mkdir()

    def write(text):
        (folder / "made.yaml").write_text(text, encoding="utf-8")
        monkeypatch.setattr("demo.works.files", lambda _package: tmp_path)
        monkeypatch.setattr("demo.works.load_editions", load_editions.__wrapped__)
        monkeypatch.setitem(globals(), "load_editions", load_editions.__wrapped__)

    return write


def test_no_name_or_role_is_idle():
    """Every person, publisher and role in the tables is one that some edition names."""
    editions, raw = load_editions(), yaml.safe_load(NAMES.read_text(encoding="utf-8"))
    written = [agent_of(agent) for edition in editions for agent in edition.people]
    used = {
        "people": {name for name, _ in written},
        "publishers": {
            words for edition in editions for words in (edition.publisher, *edition.series)
        },
    }
    for section, names in used.items():
        taken = {
            name["same"] for text, name in raw[section].items() if text in names and "same" in name
        }
        assert set(raw[section]) - names - taken == set(), section
    assert set(tables().roles) - {role for _, role in written} == set()


def agent_of(written):
    if isinstance(written, Agent):
        return written.name, written.role or "author"
    name, _, role = written.partition("; ")
    return name, role or "author"


def test_places_are_headings_of_place():
    """No topical heading begins with the name of a place: those need the prefix ``place:``."""
    places = set(tables().subdivisions["z"])
    written = {subject for edition in load_editions() for subject in edition.subjects}
    assert [subject for subject in written if subject.split("--")[0] in places] == []
