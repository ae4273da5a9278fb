"""Records in a line notation, and the transformer of the real catalogue."""

import pytest

from base.settings import Source
from indexer.transform import Transformer
from mappings import load_catalogue
from records.parsed import Parsed

LEADER = "00000nam a2200000 i 4500"


def parse(text, leader=LEADER):
    """A record from lines such as ``245 10$aTitle /$cName.`` and ``008 990101s1998…``.

    A line ``LDR …`` replaces the leader.
    """
    fields = []
    for line in text.strip("\n").split("\n"):
        tag, rest = line[:3], line[4:]
        if tag == "LDR":
            leader = rest
        elif tag < "010":
            fields.append((tag, rest))
        else:
            fields.append((tag, "\x1f".join((rest[:2], *rest[2:].split("$")[1:]))))
    return Parsed(leader, fields)


@pytest.fixture(scope="session")
def marc():
    return parse


@pytest.fixture(scope="session")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="session")
def transformer(catalogue):
    return Transformer(catalogue, Source(institution="HKU", files=("x.mrc",)))


@pytest.fixture(scope="session")
def transform(transformer):
    """Text of a record (001 and 245 are added where it has none) to what it becomes."""

    def run(text="", *, source=None):
        tags = {line[:3] for line in text.split("\n")}
        if "001" not in tags:
            text = "001 b1\n" + text.lstrip("\n")
        if not tags & {"245", "LDR"}:
            text = text.rstrip("\n") + "\n245 00$aX"
        chosen = Transformer(load_catalogue(), source) if source else transformer
        return chosen.transform(parse(text))

    return run
