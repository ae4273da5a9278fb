"""What a record is, and which records are rejected."""

import pytest

from base.errors import ConfigurationFailure
from base.settings import Source
from indexer.transform import RecordProblem, Transformer
from mappings.model import Catalogue

TEXT = "001 b1\n245 00$aX"


def leader(status="n", kind="a"):
    return f"LDR 00000{status}{kind}m a2200000 i 4500"


@pytest.mark.parametrize(
    ("status", "kind", "expected"),
    [
        ("n", "a", "bibliographic"),
        ("c", "j", "bibliographic"),
        ("n", " ", "bibliographic"),
        ("n", "Y", "bibliographic"),
        ("n", "x", "holdings"),
        ("n", "y", "holdings"),
        ("n", "u", "holdings"),
        ("n", "v", "holdings"),
        ("n", "z", "other"),
        ("n", "w", "other"),
        ("d", "z", "other"),
        ("d", "a", "deleted"),
        ("d", "x", "deleted"),
    ],
)
def test_kind(transform, status, kind, expected):
    """Leader/05 and 06 say what a record is; an invalid type with a title is bibliographic."""
    assert transform(f"{leader(status, kind)}\n{TEXT}").kind == expected


def test_only_bibliographic_records_have_documents(transform):
    """Holdings, deleted and other records add nothing to a title's document."""
    for status, kind in (("n", "x"), ("d", "a"), ("n", "z")):
        assert transform(f"{leader(status, kind)}\n{TEXT}").document == {}


def test_holdings_record(transform):
    """A holdings record names its bibliographic record and holds its copies."""
    found = transform(f"{leader('n', 'x')}\n004  b99 \n852   $bMain$hQA76\n866  0$av.1-3")
    assert found.parent == "b99"
    assert [(copy.location, copy.statements) for copy in found.copies] == [("Main", ("v.1-3",))]


def test_no_control_number(transformer, marc):
    """Without a number a record cannot be told from others: rejected."""
    for text in ("245 00$aX", "001    \n245 00$aX"):
        with pytest.raises(RecordProblem) as problem:
            transformer.transform(marc(text))
        assert problem.value.reason == "no-control-number"


def test_control_number_elsewhere(transform):
    """A source may name other places for the number; the first that a record has is taken."""
    source = Source(institution="LU", files=("x",), control_number=("907a", "001"))
    assert transform("245 00$aX\n907   $a.b123", source=source).control_number == ".b123"
    assert transform("001 b5\n245 00$aX", source=source).control_number == "b5"


@pytest.mark.parametrize("tag", ["130", "240", "246", "740", "773"])
def test_title_elsewhere(transform, tag):
    """A record without 245 is kept if any other field has a title, which is then shown."""
    code = "t" if tag == "773" else "a"
    found = transform(f"LDR 00000nam a2200000 i 4500\n001 b1\n{tag} 0 ${code}Some title.")
    assert found.document["display"]["title"] == "Some title"


@pytest.mark.parametrize("text", ["500   $aNote", "245 00$a ", "245 00$cBy One"])
def test_no_title(transform, text):
    """A record without any title is rejected, with its number."""
    with pytest.raises(RecordProblem) as problem:
        transform(f"LDR 00000nam a2200000 i 4500\n001 b1\n{text}")
    assert (problem.value.reason, problem.value.control_number) == ("no-title", "b1")


@pytest.mark.parametrize("key", ["build", "steps", "normaliser"])
def test_what_the_catalogue_names_must_exist(catalogue, key):
    """An unknown builder, step or normaliser is a wrong configuration, named by file and key."""
    field = catalogue.fields["isbn"]
    changes = {"build": "nothing", "steps": ("nothing",), "normaliser": "nothing"}
    wrong = {k: getattr(field, k) for k in field.__struct_fields__} | {key: changes[key]}
    broken = Catalogue(
        fields={**catalogue.fields, "isbn": type(field)(**wrong)},
        types=catalogue.types,
        tiers=catalogue.tiers,
        any_tiers=catalogue.any_tiers,
        analysis=catalogue.analysis,
    )
    with pytest.raises(
        ConfigurationFailure, match=rf"catalogue.yaml at fields.isbn.{key}: .*nothing"
    ):
        Transformer(broken, Source(institution="HKU", files=("x",)))


def test_unknown_holdings_field(catalogue):
    """A holdings field that no table explains is a wrong configuration."""
    with pytest.raises(ConfigurationFailure, match="997"):
        Transformer(catalogue, Source(institution="HKU", files=("x",), holdings=("997",)))


def test_match_keys_for_each_script(transform):
    """A record with both scripts meets one that has the romanised title alone."""
    fixed = "008 990101s1998    ch            000 0 chi d\n020   $a9571405353\n"
    both = transform(fixed + "245 10$6880-01$aHong lou meng\n880 10$6245-01/$1$a紅樓夢")
    romanised = transform(fixed + "245 10$aHong lou meng /")
    assert set(romanised.match_keys) < set(both.match_keys)


def test_no_match_keys_from_numbers_of_other_editions(transform):
    """020 $z and 022 $y are searched but join nothing."""
    found = transform("008 990101s1998    ch\n245 00$aX\n020   $z9571405353\n022   $y0028-0836")
    assert found.match_keys == ()
    assert found.document["isbn"]


@pytest.mark.parametrize("number", ["x" * 400, "香" * 133])
def test_a_number_that_is_too_long_for_an_id_is_none(transform, number):
    """Elasticsearch would refuse its title every night."""
    assert transform(f"001 {number}").control_number == number
    with pytest.raises(RecordProblem) as problem:
        transform(f"001 {number}xx")
    assert problem.value.reason == "no-control-number"
    assert problem.value.detail.startswith(number[:20])
