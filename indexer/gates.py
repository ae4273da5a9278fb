"""Gates: what a new index may not lose against the live one, before it takes its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import UsageFailure
from indexer.report import Gate, PublicationRefused
from indexer.sources import institution_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from elasticsearch import Elasticsearch

    from base.settings import Gates
    from records.reading import Counts
    from records.titles import ChangeCounts

    Measure = Callable[[Elasticsearch, str], Iterable[Gate]]
    """A gate of the caller's, such as a relevance suite: looks at an index that is not yet live."""

GATES = ("deletes", "drop", "facets", "rejected", "relevance")
OF_INSTITUTIONS = ("deletes", "drop", "rejected")
FACETS = ("language", "format")
_VALUES = 2000


class GateRefused(PublicationRefused):
    """A gate refused to publish: more is lost than the settings allow."""

    code = "gate"


class AcceptError(UsageFailure):
    """An acceptance is not ``GATE:SUBJECT``, or has no reason."""

    code = "accept"


class Acceptance(msgspec.Struct, frozen=True):
    """Passes one gate once: for an institution (or ``language=chi``), with the reason why."""

    gate: str
    subject: str
    reason: str


class Totals(msgspec.Struct, frozen=True):
    """Titles of an index: by institution, and by ``language=chi`` or ``format=book``."""

    institutions: dict[str, int]
    facets: dict[str, int]


def acceptances(given: Sequence[str], reason: str) -> list[Acceptance]:
    """Read ``GATE:SUBJECT`` arguments.

    Raises:
        AcceptError: an unknown gate, no subject, or no reason.
        SourceError: a gate of institutions, and an unknown one.
    """
    if given and not reason.strip():
        raise AcceptError(
            "--accept needs --reason", hint="Say why the loss is right: the run keeps your words."
        )
    return [_acceptance(text, reason.strip()) for text in given]


def _acceptance(text: str, reason: str) -> Acceptance:
    gate, _, subject = text.partition(":")
    if gate not in GATES or not subject:
        raise AcceptError(
            f"{text!r} is not GATE:SUBJECT", hint=f"Gates are {', '.join(GATES)}: deletes:HKU."
        )
    if gate in OF_INSTITUTIONS:
        subject = institution_code(subject)
    return Acceptance(gate, subject, reason)


def totals(client: Elasticsearch, index: str) -> Totals:
    """Count the titles of an index, which must have been refreshed."""
    terms = {name: {"terms": {"field": name, "size": _VALUES}} for name in ("held_by", *FACETS)}
    answer = client.search(index=index, size=0, aggs=terms).body["aggregations"]
    counts = {name: _buckets(found) for name, found in answer.items()}
    facets = {f"{name}={value}": count for name in FACETS for value, count in counts[name].items()}
    return Totals(counts["held_by"], facets)


def _buckets(found: Mapping[str, Any]) -> dict[str, int]:
    return {bucket["key"]: bucket["doc_count"] for bucket in found["buckets"]}


def lost_titles(before: Totals, after: Totals, limits: Gates) -> Iterator[Gate]:
    """The gates `drop` and `facets`: each institution, language and format, the new beside the old."""
    yield from _compared("drop", before.institutions, after.institutions, limits.drop, limits.few)
    yield from _compared("facets", before.facets, after.facets, limits.facets, limits.few)


def _compared(
    gate: str, before: Mapping[str, int], after: Mapping[str, int], limit: float, few: int
) -> Iterator[Gate]:
    for subject in sorted(before):
        old, new = before[subject], after.get(subject, 0)
        found = Gate(gate, subject, limit, f"{old:,} titles, now {new:,}")
        yield _judged(found, old - new, old, few)


def lost_records(
    changes: Mapping[str, ChangeCounts], held: Mapping[str, Counts], limits: Gates
) -> Iterator[Gate]:
    """The gate `deletes`.

    Args:
        changes: of the records of each institution since the live index was built.
        held: records of each institution that are there now.
        limits: the settings.
    """
    for institution, counts in sorted(changes.items()):
        now = held.get(institution)
        stayed = now.bibliographic + now.holdings - counts.added if now else 0
        had = stayed + counts.deleted
        detail = f"{counts.deleted:,} of {had:,} records deleted"
        found = Gate("deletes", institution, limits.deletes, detail)
        yield _judged(found, counts.deleted, had, limits.few)


def _judged(gate: Gate, lost: int, had: int, few: int) -> Gate:
    """Refuses when more than ``few`` and more than a share of the gate's limit is lost."""
    share = max(lost, 0) / had if had else 0.0
    refuses = lost > few and share > gate.limit
    return msgspec.structs.replace(gate, value=round(share, 4), refuses=refuses)


def settle(found: Iterable[Gate], accepted: Sequence[Acceptance]) -> list[Gate]:
    """Gates that refuse, those that were accepted with the reason; the others are left out."""
    reasons = {(each.gate, each.subject): each.reason for each in accepted}
    return [
        msgspec.structs.replace(gate, accepted=reasons.get((gate.gate, gate.subject), ""))
        for gate in found
        if gate.refuses
    ]


def refuse(gates: Sequence[Gate]) -> None:
    """Stop the run where a gate refuses and was not accepted.

    Raises:
        GateRefused: names every such gate; its hint, how to pass them and those accepted already.
    """
    closed = [gate for gate in gates if gate.refuses and not gate.accepted]
    if not closed:
        return
    said = "; ".join(f"{gate.gate}:{gate.subject}: {gate.detail}" for gate in closed)
    flags = " ".join(f"--accept {gate.gate}:{gate.subject}" for gate in gates if gate.refuses)
    raise GateRefused(
        f"refused to publish: {said}",
        hint="The live index is unchanged. Where the loss is right, give the same command again with"
        f" {flags} --reason '…'.",
    )
