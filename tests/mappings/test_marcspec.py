"""MARC specs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import MarcSpec, SpecError, load_catalogue, parse_spec

ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
DATA = st.builds(
    MarcSpec,
    tag=st.integers(10, 999).map("{:03}".format),
    codes=st.lists(st.sampled_from(ALPHABET), unique=True, max_size=8).map("".join),
    indicators=st.text("*0123456789 ", min_size=2, max_size=2),
)
CONTROL = st.builds(
    lambda tag, start, length: MarcSpec(tag, slice=(start, start + length)),
    st.sampled_from(["LDR", "001", "006", "007", "008"]),
    st.integers(0, 99),
    st.integers(1, 40),
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("245abk", (MarcSpec("245", "abk"),)),
        ("245", (MarcSpec("245"),)),
        ("264|*1|b", (MarcSpec("264", "b", "*1"),)),
        ("245|1#|a", (MarcSpec("245", "a", "1 "),)),
        ("245|1 |a", (MarcSpec("245", "a", "1 "),)),
        ("008[35-37]", (MarcSpec("008", slice=(35, 38)),)),
        ("LDR[6]", (MarcSpec("LDR", slice=(6, 7)),)),
        ("001", (MarcSpec("001"),)),
        ("100a:700a", (MarcSpec("100", "a"), MarcSpec("700", "a"))),
        ("AVAbc", (MarcSpec("AVA", "bc"),)),
    ],
)
def test_specs(text: str, expected: tuple[MarcSpec, ...]) -> None:
    """Each form of a spec says what it means."""
    assert parse_spec(text) == expected


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "'' is not a MARC spec"),
        ("24", "'24' is not a MARC spec"),
        ("245A", "'245A' is not a MARC spec"),
        ("245|1|a", "'245|1|a' is not a MARC spec"),
        ("100a:", "'' is not a MARC spec"),
        ("245[3-5]", "245 is not a control field"),
        ("008a", "008 has no indicators and no subfields"),
        ("LDR|11|", "LDR has no indicators and no subfields"),
        ("008[7-3]", "the slice ends before it starts"),
        ("245aba", "names a subfield twice"),
    ],
)
def test_wrong_specs_say_what_is_wrong(text: str, problem: str) -> None:
    """A wrong spec is refused with its text and the reason."""
    with pytest.raises(SpecError) as caught:
        parse_spec(text)
    assert problem in caught.value.message
    assert caught.value.hint


@given(st.lists(DATA | CONTROL, min_size=1, max_size=4))
def test_a_printed_spec_parses_to_itself(specs: list[MarcSpec]) -> None:
    """The text of specs is of the grammar and means the same."""
    assert parse_spec(":".join(map(str, specs))) == tuple(specs)


def test_indicators_match() -> None:
    """A star stands for any indicator, a blank only for a blank."""
    assert MarcSpec("264", "b", "*1").matches(" ", "1")
    assert not MarcSpec("264", "b", "*1").matches(" ", "0")
    assert MarcSpec("264", "b", " *").matches(" ", "7")
    assert not MarcSpec("264", "b", " *").matches("0", "7")


def test_every_spec_of_the_catalogue_keeps_its_text() -> None:
    """The catalogue is written in the form in which specs print."""
    for field in load_catalogue().fields.values():
        for text in field.marc:
            assert ":".join(map(str, parse_spec(text))) == text
