"""What circulation says of its items is in the record store and in the live index within seconds."""

from __future__ import annotations

import random
import uuid
from collections import Counter
from contextlib import suppress

import msgspec
import pymarc
import pytest
from msgspec.structs import replace

from circulation import stock
from circulation.asking import Wish, reasons_against
from circulation.desk import Refused
from circulation.feed import feed
from circulation.model import Item
from circulation.publish import Change, changes, publish, requestable_by
from circulation.store.database import MEMORY
from circulation.store.reading import things
from circulation.store.store import open_store as opened
from commands.circ_options import as_limits
from indexer.availability import Change as Told
from indexer.availability import apply_availability
from indexer.reading import Options
from indexer.reindex import reindex
from indexer.rollback import rollback
from indexer.sources import from_flags
from query import SearchRequest, search
from records import RecordId, open_store, store_path

CODES = ("HKU", "CUHK", "HKUST", "PolyU", "CityU", "HKBU", "LU", "EdUHK")
CATEGORIES = ("teacher", "undergraduate", "taught-postgraduate")


class Down(Exception):
    """The other side is down."""


def record(number, barcode, title="紅樓夢", isbn="001", leader="nam"):
    made = pymarc.Record()
    made.leader = pymarc.Leader(f"     {leader} a22     uu 4500")
    indicators = pymarc.Indicators("1", "0")
    made.add_field(pymarc.Field("001", data=number))
    made.add_field(pymarc.Field("008", data="000000s1999    hk            000 0 chi d"))
    for tag, subfields in (
        ("020", [("a", isbn_of(isbn))]),
        ("245", [("a", title)]),
        ("852", [("b", "Main"), ("p", barcode)]),
    ):
        pairs = [pymarc.Subfield(code, value) for code, value in subfields]
        made.add_field(pymarc.Field(tag, indicators=indicators, subfields=pairs))
    return made.as_marc()


def isbn_of(number):
    """A sound ISBN."""
    digits = f"978957000{number}"
    check = -sum(int(digit) * (1, 3)[at % 2] for at, digit in enumerate(digits)) % 10
    return f"{digits}{check}"


def test_what_was_taken_is_not_told_again(world):
    """The cursor moves only after the taker has everything: a failure is told again, a success not."""
    world.patron()
    world.items("CUHK:1", "LU:1")
    told = []

    def take(_found):
        raise Down

    with pytest.raises(Down):
        publish(world.service, take, world.now)
    assert publish(world.service, told.extend, world.now).records == 2
    assert publish(world.service, told.extend, world.now).records == 0
    assert told == [Change("CUHK:b1", available=True, requestable=True),
                    Change("LU:b1", available=True, requestable=True)]  # fmt: skip
    told.clear()
    request = world.ask()
    publish(world.service, told.extend, world.now)
    assert told == [Change(f"{request.lender}:b1", available=False, requestable=False)]
    assert publish(world.service, told.extend, world.now, everything=True).records == 2


def test_availability_is_of_all_copies_of_a_record(world):
    """A copy on the shelf makes a record available; one that lends, requestable."""
    world.item("CUHK:1", lending="reference")
    world.item("CUHK:2", status="on-loan")
    assert world.do(lambda desk: changes(desk, ["CUHK:b1"])) == [
        Change("CUHK:b1", available=True, requestable=False)
    ]
    world.item("CUHK:3")
    assert world.do(lambda desk: changes(desk, ["CUHK:b1"]))[0].requestable


def test_from_whom_a_patron_can_request(world):
    """All other members of the day; nobody where the account is blocked."""
    world.patron("LU:1")
    world.patron("LU:2", "alumnus")
    found = world.do(lambda desk: requestable_by(desk, "LU:1"))
    assert (len(found.lenders), "LU" in found.lenders, found.not_at, found.asked) == (
        7,
        False,
        ("LU",),
        (),
    )
    assert set(world.refused(lambda: world.do(lambda desk: requestable_by(desk, "LU:2")))) == {
        "eligible"
    }


@pytest.mark.es
def test_a_request_is_seen_in_the_live_index(node, node_settings, world, tmp_path):
    """A held copy is no longer available in the index, a returned one is again; also after swap and rollback, and after the index was down."""
    settings = msgspec.structs.replace(node_settings, prefix=f"hkall-circ-{uuid.uuid4().hex[:8]}")
    flags = []
    for code, number in (("CUHK", "b1"), ("LU", "b2")):
        (tmp_path / f"{code}.mrc").write_bytes(record(number, f"3{number}"))
        flags.append(f"{code}={tmp_path / code}.mrc")
    reindex(settings, from_flags(flags, extent="full"), options=Options())
    alias = settings.titles_alias

    def shown():
        node.indices.refresh(index=alias)
        (hit,) = node.search(index=alias).body["hits"]["hits"]
        return [sorted(hit["_source"].get(f, [])) for f in ("available_at", "requestable_at")]

    with open_store(store_path(settings)) as store:

        def take(found):
            told = [Told(RecordId.parse(c.record), c.available, c.requestable) for c in found]
            apply_availability(settings, node, store, told)

        assert feed(world.service, store, world.now).read == 2
        publish(world.service, take, world.now)
        assert shown() == [["CUHK", "LU"]] * 2
        world.patron()
        request = world.ask(records=("CUHK:b1", "LU:b2"))
        (other,) = {"CUHK", "LU"} - {request.lender}
        with pytest.raises(Down):
            publish(world.service, _down, world.now)
        publish(world.service, take, world.now)
        assert shown() == [[other]] * 2
        reindex(settings, from_flags(flags, extent="full"), options=Options(full=True))
        assert shown() == [[other]] * 2
        world.cancel(request)
        publish(world.service, take, world.now)
        rollback(settings, "")
        assert shown() == [["CUHK", "LU"]] * 2


def _down(_found):
    raise Down


FORMATS = {"b": "nam", "s": "nas", "v": "ngm"}  # leaders of a book, a serial, a film


@pytest.fixture(scope="module")
def shelves(node, node_settings, tmp_path_factory):
    """A catalogue of forty titles in one to four libraries each, and circulation beside it."""
    folder = tmp_path_factory.mktemp("shelves")
    settings = msgspec.structs.replace(node_settings, prefix=f"hkall-by-{uuid.uuid4().hex[:8]}")
    chance = random.Random(20051001)
    files = {code: bytearray() for code in CODES}
    for number in range(40):
        leader = chance.choice("bbbsv")
        for code in chance.sample(CODES, chance.randint(1, 4)):
            name = f"{leader}{number}"
            files[code] += record(
                name, f"3{name}", f"Title {number}", f"{number:03}", FORMATS[leader]
            )
    flags = []
    for code, data in files.items():
        (folder / f"{code}.mrc").write_bytes(data)
        flags.append(f"{code}={folder / code}.mrc")
    reindex(settings, from_flags(flags, extent="full"), options=Options())
    with opened(MEMORY) as circulation, open_store(store_path(settings)) as store:
        yield settings, circulation, store, chance
    for name in node.indices.get(index=f"{settings.prefix}-*"):
        node.indices.delete(index=name)


@pytest.mark.es
def test_a_search_shows_what_a_patron_may_request(shelves, node, connection, world_of):
    """`--requestable-by`: the hits, their number and the facets are those titles for which the rules of a request say yes, whoever asks, whatever is on the shelves."""
    settings, circulation, store, chance = shelves
    world = world_of(circulation)
    feed(world.service, store, world.now)
    titles = {
        title.id: tuple(map(str, (m.id for m in title.members))) for title in store.iter_titles()
    }
    with circulation.reading() as rows:
        items = [thing.id for thing in things(rows) if isinstance(thing, Item)]
    patrons = [world.patron(f"{code}:1", chance.choice(CATEGORIES)) for code in CODES]

    def take(found):
        told = [Told(RecordId.parse(c.record), c.available, c.requestable) for c in found]
        apply_availability(settings, node, store, told)

    seen = set()
    for _ in range(3):
        for key in chance.sample(items, len(items) // 3):
            changed = {"status": chance.choice(["available", "on-loan", "missing"]),
                       "lending": chance.choice(["normal", "normal", "reference"])}  # fmt: skip
            world.do(
                lambda desk, k=key, c=changed: stock.list_item(desk, replace(desk.item(k), **c))
            )
        for patron in patrons:
            records = titles[chance.choice(sorted(titles))]
            with suppress(Refused):
                world.ask(patron, records=records)
        publish(world.service, take, world.now)
        node.indices.refresh(index=settings.titles_alias)
        for patron in patrons:
            may = {title for title, records in titles.items() if says_yes(world, patron, records)}
            limits, without = as_limits(
                world.service.look(world.now, lambda desk, p=patron: requestable_by(desk, p))
            )
            request = SearchRequest(
                "*", limit=100, limits=limits, without=without, facets=("held_by", "format")
            )
            found = search(connection, settings.titles_alias, request)
            assert {hit.id for hit in found.hits} == may
            assert found.total == len(may)
            formats = Counter(hit.formats[0] for hit in found.hits)
            assert {each.value: each.count for each in found.facets["format"]} == formats
            assert f"NOT availableat:{patron.partition(':')[0]}" in found.reading
            seen.add(len(may))
    assert len(seen) > 5


def says_yes(world, patron, records):
    """What `hkall circ check` says."""
    wish = Wish(records=records)
    return not world.do(lambda desk: reasons_against(desk, desk.patron(patron), wish))[0]
