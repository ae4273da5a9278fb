"""Search strategies of many lines: read, counted, compared with an earlier run, exported, recorded.

Stands above the query room and the record store; knows nothing of how either does its work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from strategies.comparison import compare
    from strategies.errors import ReportUnreadable, StrategyError
    from strategies.exporting import export_line
    from strategies.formats import FORMATS
    from strategies.lines import Strategy, StrategyLine, read_strategy
    from strategies.model import Comparison, ExportReport, LineReport, Report, read_report
    from strategies.reading import ReadStrategy, understand
    from strategies.record import search_record
    from strategies.running import run

__all__ = [
    "FORMATS",
    "Comparison",
    "ExportReport",
    "LineReport",
    "ReadStrategy",
    "Report",
    "ReportUnreadable",
    "Strategy",
    "StrategyError",
    "StrategyLine",
    "compare",
    "export_line",
    "read_report",
    "read_strategy",
    "run",
    "search_record",
    "understand",
]

__getattr__ = exports(
    __name__,
    {
        "comparison": "compare",
        "errors": "ReportUnreadable StrategyError",
        "exporting": "export_line",
        "formats": "FORMATS",
        "lines": "Strategy StrategyLine read_strategy",
        "model": "Comparison ExportReport LineReport Report read_report",
        "reading": "ReadStrategy understand",
        "record": "search_record",
        "running": "run",
    },
)
