"""The lines of a workbook of the old format `.xls`."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from qince_leads.cli.cells import UnreadableCellError, cell_text
from qince_leads.cli.console import UserError
from qince_leads.cli.dates import BUILT_IN, date_text, shows_date
from qince_leads.cli.readers.lines import Cell, Line, Lines, Notes
from qince_leads.cli.readers.workbook import Merges, Sheet, choose, damaged

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def read(path: Path, sheet: str | None, notes: Notes, *, include_hidden: bool) -> Lines:
    """Reads the sheet of that name or number, or else the first that can be seen."""
    try:
        import xlrd
    except ImportError:
        raise UserError("reading .xls needs xlrd; install it with: pip install 'qince-leads[cli]'") from None
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UserError(f"{path} is locked by a password: open it in Excel, and save it without one")
    try:
        book: Any = xlrd.open_workbook(file_contents=content, formatting_info=True, logfile=io.StringIO())
    except Exception as error:
        # On a damaged file xlrd raises whatever it stumbles on.
        raise damaged(path, f"{error}" or type(error).__name__) from None
    sheets = [Sheet(each.name, "", each.visibility != 0) for each in book.sheets()]
    chosen, form = choose(path, sheets, sheet)
    return Lines(form, _lines(book, book.sheet_by_index(sheets.index(chosen)), notes, include_hidden=include_hidden))


def _lines(book: Any, sheet: Any, notes: Notes, *, include_hidden: bool) -> Iterator[Line]:
    merges = Merges()
    for first, after, left, right in sheet.merged_cells:
        merges.add(first + 1, after, left, right - 1)
    for row in range(sheet.nrows):
        number = row + 1
        if row in sheet.rowinfo_map and sheet.rowinfo_map[row].hidden and not include_hidden:
            notes.hidden_row(number)
        else:
            cells = [_cell(book, cell) for cell in sheet.row(row)]
            yield Line(number, merges.filled(number, cells, notes))


def _cell(book: Any, cell: Any) -> Cell:
    from xlrd import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER, XL_CELL_TEXT
    from xlrd.biffh import error_text_from_code

    if cell.ctype == XL_CELL_TEXT:
        return str(cell.value)
    if cell.ctype in (XL_CELL_NUMBER, XL_CELL_DATE):
        return _number(book, cell)
    if cell.ctype == XL_CELL_BOOLEAN:
        return str(bool(cell.value)).upper()
    if cell.ctype == XL_CELL_ERROR:
        return UnreadableCellError(f"the cell holds the error {error_text_from_code.get(cell.value, cell.value)}")
    return ""


def _number(book: Any, cell: Any) -> Cell:
    key = book.xf_list[cell.xf_index].format_key
    code = BUILT_IN.get(key) or book.format_map[key].format_str
    try:
        if shows_date(code):
            return date_text(cell.value, code, from_1904=book.datemode == 1)
        return cell_text(cell.value, code)
    except UnreadableCellError as error:
        return error
