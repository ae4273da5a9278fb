"""Whatever a record holds: a document that fits, or one of the known reasons."""

import msgspec
import pymarc
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.transform import RecordProblem
from records.marcxml import parsed_of

TAGS = [
    "020", "022", "035", "041", "050", "082", "100", "111", "130", "240", "245", "246", "260",
    "264", "300", "490", "505", "600", "650", "700", "711", "740", "773", "780", "830", "852",
    "856", "863", "866", "876", "880", "999",
]  # fmt: skip
WORDS = st.sampled_from(
    [
        "",
        " ",
        "A",
        "The tale",
        "紅樓夢",
        "こころ",
        "춘향전",
        "Müller",
        "[1999?]",
        "民國六十年",
        "/ :",
        "880-01",
        "245-01/$1",
        "100-02",
        "1.1",
        "eng",
        "engfre",
        "9571405353",
        "http://x/",
        ".",
    ]
)
LETTERS = st.characters(exclude_characters="\x1f")  # no reader leaves a delimiter in a value
TEXT = st.one_of(WORDS, st.text(LETTERS, max_size=12))
CODE = st.one_of(
    st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789"), st.text(LETTERS, max_size=2)
)
INDICATOR = st.one_of(st.sampled_from(" 0123456789"), LETTERS)
FIELD = st.builds(
    lambda tag, first, second, parts: pymarc.Field(
        tag, pymarc.Indicators(first, second), [pymarc.Subfield(*part) for part in parts]
    ),
    st.sampled_from(TAGS),
    INDICATOR,
    INDICATOR,
    st.lists(st.tuples(CODE, TEXT), max_size=6),
)
CONTROL = st.builds(
    lambda tag, data: pymarc.Field(tag, data=data),
    st.sampled_from(["001", "004", "006", "007", "008"]),
    st.text(max_size=40),
)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    leader=st.text(alphabet="0 anmsxydcgz", max_size=24),
    control=st.lists(CONTROL, max_size=4),
    data=st.lists(FIELD, max_size=12),
)
def test_nothing_unexpected(transformer, leader, control, data):
    """Any fields at all give a document that is written as JSON, or a known problem."""
    record = pymarc.Record(leader="0" * 24)
    record.leader = leader
    record.add_field(pymarc.Field("001", data="b1"), *control, *data)
    reason = ""
    try:
        made = transformer.transform(parsed_of(record, ()))
    except RecordProblem as problem:
        reason = problem.reason
    else:
        msgspec.json.encode(made)
        assert all(made.document.values())
    assert reason in {"", "no-title"}
