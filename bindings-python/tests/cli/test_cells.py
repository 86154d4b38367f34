"""Cells of a workbook become the text that their user sees."""

from __future__ import annotations

import datetime

import pytest
from qince_leads.cli.cells import UnreadableCellError, cell_text, plain_number


@pytest.mark.parametrize(
    ("value", "number_format", "shown"),
    [
        (1, "General", "1"),
        (1.0, "General", "1"),
        (13800138000, "General", "13800138000"),
        (13800138000.0, "General", "13800138000"),
        (13800138000.0, "0.00E+00", "13800138000"),
        (4600000002323432401, "General", "4600000002323432401"),
        (999999999999999.0, "0", "999999999999999"),
        (0.1 + 0.2, "General", "0.3"),
        (1.5, "General", "1.5"),
        (-3.0, "General", "-3"),
        (1e-7, "General", "0.0000001"),
        (1.5, "0.00", "1.50"),
        (2.675, "0.00", "2.68"),
        (0.125, "0.0%", "12.5%"),
        (7, "00000", "00007"),
        (1234567, "#,##0", "1,234,567"),
        (13800138000, "000-0000-0000", "138-0013-8000"),
        (1234.5, '"¥"#,##0.00', "1234.5"),
        (True, "General", "TRUE"),
        ("0012", "@", "0012"),
        (None, "General", ""),
        (datetime.datetime(2026, 1, 5), "yyyy/m/d", "2026-01-05"),
        (datetime.datetime(2026, 1, 5), "yyyy/m/d h:mm", "2026-01-05 00:00:00"),
        (datetime.datetime(2026, 1, 5, 9, 30), "yyyy/m/d", "2026-01-05 09:30:00"),
        (datetime.date(2026, 1, 5), "yyyy/m/d", "2026-01-05"),
        (datetime.time(9, 30), "h:mm", "09:30:00"),
    ],
)
def test_a_cell_is_the_text_that_its_user_sees(value: object, number_format: str, shown: str) -> None:
    assert cell_text(value, number_format) == shown


def test_a_number_whose_last_digits_excel_has_lost_is_refused() -> None:
    with pytest.raises(UnreadableCellError, match="15 digits"):
        cell_text(4.60000000232343e18, "0")


@pytest.mark.parametrize("number", [10.0**n for n in range(-9, 15)])
def test_a_number_never_has_an_exponent(number: float) -> None:
    text = plain_number(number)
    assert "e" not in text.lower()
    assert float(text) == number
