"""What a run did, for monitoring: a file in Prometheus' text format, written at once or not at all.

The node exporter's textfile collector reads such a file; its name must end in ``.prom`` there.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from indexer.report import Report

_HELP = {
    "hkall_run_exit_code": "Exit code of the last run.",
    "hkall_run_end_timestamp_seconds": "When the last run ended.",
    "hkall_run_duration_seconds": "How long the last run took.",
    "hkall_run_success_timestamp_seconds": "When a run last ended with the live index up to date.",
    "hkall_titles": "Titles in the record store.",
    "hkall_changed_titles": "Titles that differed from the live index.",
    "hkall_records_read": "Records that the last run read.",
    "hkall_records_rejected": "Records that the last run rejected.",
    "hkall_records_kept": "Records kept although the sources did not confirm them.",
    "hkall_attention": "Things that need a person.",
    "hkall_gates_refused": "Gates that refused, accepted ones too.",
}
_SUCCESS = "hkall_run_success_timestamp_seconds"


def write_metrics(path: Path, prefix: str, report: Report) -> None:
    """Write the file of a run that has ended, however it did.

    A run without success keeps the time of the last success that the file tells.

    Raises:
        OSError: the folder cannot be written to.
    """
    now = time.time()
    success = now if report.exit_code in (0, 1) else _earlier(path, prefix)
    text = "\n".join(_lines(prefix, report, now, success)) + "\n"
    temporary = path.with_name(f".{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def _earlier(path: Path, prefix: str) -> float:
    start = f'{_SUCCESS}{{prefix="{prefix}"}} '
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(start):
                return float(line.removeprefix(start))
    return 0.0


def _lines(prefix: str, report: Report, now: float, success: float) -> Iterator[str]:
    values = {
        "hkall_run_exit_code": report.exit_code,
        "hkall_run_end_timestamp_seconds": now,
        "hkall_run_duration_seconds": report.seconds,
        _SUCCESS: success,
        "hkall_titles": report.titles,
        "hkall_changed_titles": report.changed_titles,
        "hkall_attention": len(report.attention),
        "hkall_gates_refused": len(report.gates),
    }
    for name, value in values.items():
        yield from _metric(name, {f'prefix="{prefix}"': value})
    for kind in ("read", "rejected", "kept"):
        counts = {
            f'prefix="{prefix}",institution="{institution}"': getattr(counted, kind)
            for institution, counted in report.by_institution.items()
        }
        yield from _metric(f"hkall_records_{kind}", counts)


def _metric(name: str, values: Mapping[str, float]) -> Iterator[str]:
    yield f"# HELP {name} {_HELP[name]}"
    yield f"# TYPE {name} gauge"
    for labels, value in values.items():
        yield f"{name}{{{labels}}} {value}"
