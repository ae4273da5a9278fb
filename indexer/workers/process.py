"""A worker: a process that reads the parts it is sent, one after another, and sends back batches.

It ends when its connection ends, so it does not outlive the run, however that ends.
"""

from __future__ import annotations

import traceback
from typing import TYPE_CHECKING

import msgspec

from indexer.workers.handover import Deleted, Known, Mapped, Skipped  # noqa: TC001 - decoded
from indexer.workers.mapper import Mapper
from indexer.workers.parts import Part, PartBatch, read_part
from records.model import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from multiprocessing.connection import Connection

    from base.settings import Source
    from indexer.contracts import Pipeline
    from indexer.workers.handover import Item


class Order(msgspec.Struct, frozen=True):
    """What a worker is told: to read a part of a source; ``ticket`` marks the answers."""

    ticket: int
    source: Source
    part: Part
    known: Container[bytes]


class _Rejected(msgspec.Struct, frozen=True, array_like=True, tag="rejected"):
    rejection: Rejection


class _Sent(msgspec.Struct, frozen=True, array_like=True):
    ticket: int
    items: list[Mapped | Deleted | Skipped | Known | _Rejected]
    position: int
    ended: bool
    complete: bool
    reached: int
    failure: str


class Answer(msgspec.Struct, frozen=True):
    """A batch for a ticket, or the traceback of an error that nobody expected."""

    ticket: int
    batch: PartBatch
    failure: str = ""


_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(_Sent)


def run(connection: Connection, factory: Callable[[], Pipeline]) -> None:
    """The worker's life.

    Args:
        connection: gives orders, takes answers.
        factory: makes the pipeline, in this process.
    """
    try:
        _serve(connection, factory())
    except (EOFError, OSError):
        return  # nobody is there any more


def _serve(connection: Connection, pipeline: Pipeline) -> None:
    source: Source | None = None
    while True:
        order: Order = connection.recv()
        try:
            if order.source != source:  # making a mapper compiles the catalogue
                source, mapper = order.source, Mapper(order.source, pipeline, order.known)
            for batch in read_part(order.source.institution, order.part, mapper):
                connection.send_bytes(packed(Answer(order.ticket, batch)))
        except OSError:
            raise
        except Exception:  # noqa: BLE001 - it is told, and raised where the run can end
            failed = Answer(order.ticket, PartBatch((), 0), traceback.format_exc())
            connection.send_bytes(packed(failed))


def packed(answer: Answer) -> bytes:
    """An answer as bytes."""
    batch = answer.batch
    items = [_Rejected(item) if isinstance(item, Rejection) else item for item in batch.items]
    return _ENCODER.encode(
        _Sent(
            answer.ticket,
            items,
            batch.position,
            batch.ended,
            batch.complete,
            batch.reached,
            answer.failure,
        )
    )


def unpacked(data: bytes) -> Answer:
    """The inverse of `packed`."""
    sent = _DECODER.decode(data)
    items: list[Item] = [i.rejection if isinstance(i, _Rejected) else i for i in sent.items]
    batch = PartBatch(tuple(items), sent.position, sent.ended, sent.complete, sent.reached)
    return Answer(sent.ticket, batch, sent.failure)
