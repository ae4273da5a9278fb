"""Which files belong to whom."""

from __future__ import annotations

import pytest

from base.settings import Source
from indexer.sources import SourceError, SourceTableError, from_flags, from_settings


def named(sources):
    return {source.institution: source.files for source in sources}


def test_several_sources_of_an_institution_add_up():
    """Flags of one institution are one source, institutions keep their order."""
    found = from_flags(["HKU=a.mrc", "CUHK=b.xml", "hku=c=d.mrc"])
    assert named(found) == {"HKU": ("a.mrc", "c=d.mrc"), "CUHK": ("b.xml",)}


def test_what_a_shell_expanded_is_understood():
    """Further arguments are institution and path, or paths of the only institution named."""
    assert named(from_flags(["HKU=a"], ["HKU=b", "CUHK=c"])) == {"HKU": ("a", "b"), "CUHK": ("c",)}
    assert named(from_flags(["HKU=a"], ["b", "c"])) == {"HKU": ("a", "b", "c")}
    with pytest.raises(SourceError, match="whose file"):
        from_flags(["HKU=a", "CUHK=b"], ["c"])


@pytest.mark.parametrize("flag", ["HKU", "HKU=", "=a.mrc", ""])
def test_a_flag_has_two_sides(flag):
    """What is not INSTITUTION=PATH is refused."""
    with pytest.raises(SourceError, match="INSTITUTION=PATH"):
        from_flags([flag])


def test_standard_input_is_no_source():
    """It is said why, and what to do."""
    with pytest.raises(SourceError, match=r"HKU=-: .*standard input") as caught:
        from_flags(["HKU=-"])
    assert "to a file first" in caught.value.hint


def test_an_unknown_institution_is_refused_with_the_list():
    """The hint lists the codes."""
    with pytest.raises(SourceError, match="MIT: unknown institution") as caught:
        from_flags(["MIT=a.mrc"])
    assert "HKU, CUHK" in caught.value.hint


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (Source("MIT", ("a",)), r"\[\[source\]\] 2 .*: MIT: unknown institution"),
        (Source("HKU", ("a",), control_number=("0x1",)), r"\[\[source\]\] 2 .*: .*'0x1'"),
    ],
)
def test_a_wrong_table_is_named_by_its_place(table, words):
    """A configuration error, whether the tables are read themselves or for what flags leave open."""
    tables = [Source("LU", ("b",)), table]
    with pytest.raises(SourceTableError, match=words) as caught:
        from_settings(tables)
    assert caught.value.exit_code == 3
    with pytest.raises(SourceTableError, match=words):
        from_flags(["LU=c"], configured=tables)


def test_settings_say_how_flags_are_read():
    """Where a table names the institution, its rules hold for files given as flags."""
    table = Source("HKU", ("old.mrc",), control_number=("907a",), holdings=("945",))
    (found,) = from_flags(["HKU=new.mrc"], extent="delta", configured=[table])
    assert (found.files, found.control_number, found.extent) == (("new.mrc",), ("907a",), "delta")


def test_nothing_to_read_is_said():
    """Neither flags nor tables: a usage error."""
    with pytest.raises(SourceError, match="no source"):
        from_settings([])
