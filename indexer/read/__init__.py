"""Reading MARC files: each record comes out whole, or as a rejection that says where and why."""

from indexer.read.files import InputFile, ReadProblem, check_files, expand, shown
from indexer.read.reader import FileReader, RawRecord

__all__ = ["FileReader", "InputFile", "RawRecord", "ReadProblem", "check_files", "expand", "shown"]
