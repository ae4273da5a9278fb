"""Copies and locations of the holdings fields that sources name."""

import pytest

from base.settings import Source


def source(*tags):
    return Source(institution="HKU", files=("x",), holdings=tags)


@pytest.fixture
def copies(transform):
    def run(text, *tags):
        return [
            {k: v for k in c.__struct_fields__ if (v := getattr(c, k))}
            for c in transform(text, source=source(*tags or ("852",))).copies
        ]

    return run


def test_location_with_everything(copies):
    """Each subfield of 852 goes where the table says; the prefix comes before the class."""
    line = "852 0 $bMain$cStacks$hQA76$iB4 2009$kRef$p123$t2$zFragile$3v.2$xsecret"
    assert copies(line) == [
        {
            "location": "Main",
            "sublocation": "Stacks",
            "call_number": "Ref QA76 B4 2009",
            "barcode": "123",
            "copy": "2",
            "volume": "v.2",
            "note": "Fragile",
        }
    ]


def test_blank_and_missing(copies):
    """A field that says nothing and a record without one hold no copy."""
    assert copies("852   $b $c ") == []
    assert copies("500   $aNote") == []
    assert copies("852   $bMain", "952") == []


def test_statements_by_link_number(copies):
    """Textual holdings go to the location that has the same number, in any order."""
    text = "852   $81$bA\n852   $82$bB\n866   $82.1$av.2\n866   $81.1$av.1\n867   $82.2$aSuppl."
    assert copies(text) == [
        {"location": "A", "statements": ("v.1",)},
        {"location": "B", "statements": ("v.2", "Suppl.")},
    ]


def test_statements_in_order(copies):
    """Without numbers: one to one where the counts agree, else to the location before."""
    assert copies("852   $bA\n852   $bB\n866   $av.1\n866   $av.2") == [
        {"location": "A", "statements": ("v.1",)},
        {"location": "B", "statements": ("v.2",)},
    ]
    assert copies("852   $bA\n866   $av.1\n867   $aS\n852   $bB") == [
        {"location": "A", "statements": ("v.1", "S")},
        {"location": "B"},
    ]


def test_coded_holdings(copies):
    """Captions and numbers become a statement where no textual one is given."""
    coded = "852   $bA\n853   $81$av.$bno.$i(year)\n863   $81.1$a1-10$i1990-1999"
    assert copies(coded) == [{"location": "A", "statements": ("v.1-10 (1990-1999)",)}]
    assert copies(coded + "\n866   $81$av.1-")[0]["statements"] == ("v.1-",)


def test_items_of_a_location(copies):
    """Each item of 876 is a copy of its location."""
    text = "852   $81$bA$hQA1\n876   $81.1$p111$t1\n876   $81.2$p222$t2"
    assert [(c["barcode"], c["copy"], c["call_number"]) for c in copies(text)] == [
        ("111", "1", "QA1"),
        ("222", "2", "QA1"),
    ]


@pytest.mark.parametrize(
    ("tag", "line", "expected"),
    [
        (
            "AVA",
            "AVA   $bMAIN$cstk$dQA1$qMain Library$vv.1-3$eavailable",
            {
                "location": "Main Library",
                "sublocation": "stk",
                "call_number": "QA1",
                "statements": ("v.1-3",),
            },
        ),
        (
            "AVE",
            "AVE   $mJSTOR$uhttps://example.org/1$sFrom 1990",
            {"location": "JSTOR", "statements": ("From 1990",), "url": "https://example.org/1"},
        ),
        (
            "949",
            "949   $aQA1$i333$lSTACKS$mMAIN$c1",
            {
                "location": "MAIN",
                "sublocation": "STACKS",
                "call_number": "QA1",
                "barcode": "333",
                "copy": "1",
            },
        ),
        (
            "952",
            "952   $bCPL$cGEN$oQA1$p444$t1$hv.1",
            {
                "location": "CPL",
                "sublocation": "GEN",
                "call_number": "QA1",
                "barcode": "444",
                "copy": "1",
                "volume": "v.1",
            },
        ),
    ],
)
def test_item_fields_of_systems(copies, tag, line, expected):
    """The item fields of library systems, where a source names them."""
    assert copies(line, tag) == [expected]


def test_call_numbers_of_copies_are_found(transform):
    """The call number of a copy is one of the record's."""
    document = transform("050  4$aQA1$bA2\n852   $bMain$hQA76$iB4").document
    assert document["call_number"] == ["QA1A2", "QA76B4"]
    assert document["display"]["call_numbers"] == ["QA1 A2", "QA76 B4"]
