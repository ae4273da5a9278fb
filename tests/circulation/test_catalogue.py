"""What circulation says of its items is in the record store and in the live index within seconds."""

from __future__ import annotations

import uuid

import msgspec
import pymarc
import pytest

from circulation.feed import feed
from circulation.publish import Change, changes, publish, requestable_by
from indexer.availability import Change as Told
from indexer.availability import apply_availability
from indexer.reading import Options
from indexer.reindex import reindex
from indexer.rollback import rollback
from indexer.sources import from_flags
from records import RecordId, open_store, store_path


class Down(Exception):
    """The other side is down."""


def record(number, barcode, title="紅樓夢"):
    made = pymarc.Record()
    made.leader = pymarc.Leader("     nam a22     uu 4500")
    indicators = pymarc.Indicators("1", "0")
    made.add_field(pymarc.Field("001", data=number))
    made.add_field(pymarc.Field("008", data="000000s1999    hk            000 0 chi d"))
    for tag, subfields in (
        ("020", [("a", "9789570000016")]),
        ("245", [("a", title)]),
        ("852", [("b", "Main"), ("p", barcode)]),
    ):
        pairs = [pymarc.Subfield(code, value) for code, value in subfields]
        made.add_field(pymarc.Field(tag, indicators=indicators, subfields=pairs))
    return made.as_marc()


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
    names = [
        world.do(lambda desk, n=n: requestable_by(desk, desk.patron(n))) for n in ("LU:1", "LU:2")
    ]
    assert (len(names[0]), "LU" in names[0], names[1]) == (7, False, ())


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
