"""Steps that shape values."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import STEPS

isbd = STEPS["isbd"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The old man and the sea /", "The old man and the sea"),
        ("Paris :", "Paris"),
        ("Gallimard,", "Gallimard"),
        ("紅樓夢 /", "紅樓夢"),
        ("中國。", "中國。"),
        ("The end.", "The end"),
        ("Tolkien, J. R. R.", "Tolkien, J. R. R."),
        ("Tolkien, J. R. R.,", "Tolkien, J. R. R."),
        ("Ph.D.", "Ph.D."),
        ("Oxford University Press, Inc.", "Oxford University Press, Inc."),
        ("2nd ed.", "2nd ed."),
        ("And then ...", "And then ..."),
        ("[S.l. :", "S.l."),
        ("1999]", "1999"),
        ("[1999]", "[1999]"),
        ("(pbk.) :", "(pbk.)"),
        ("1 CD +", "1 CD"),
        ("C++", "C++"),
        ("Title =", "Title"),
        ("Who?", "Who?"),
        ("  spaced  ", "spaced"),
        (" / ", ""),
        ("", ""),
    ],
)
def test_isbd_punctuation(text: str, expected: str) -> None:
    """What ISBD prescribes at the end goes; what belongs to the words stays."""
    assert isbd(text) == expected


@given(st.text(st.sampled_from("ab中. ,;:/=[]()+J")) | st.text())
def test_isbd_again_changes_nothing(text: str) -> None:
    """A trimmed value is trimmed, and is part of the value."""
    trimmed = isbd(text)
    assert isbd(trimmed) == trimmed
    assert trimmed in text
