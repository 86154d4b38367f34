"""Scans as tables: every value that the records have, in the columns of Arrow."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from typing import Any

import polars
import pyarrow
import pytest
from qince_leads import ApaasLead, AsyncClient, Client, Lead, Reply, SignedRequest, fields

from .support import account

ROWS: list[Any] = [
    {"id": "1", "cus_name": "示例公司", "detail": 'a"\\\n\x00\u2028', "linkman": ""},
    {"id": "2", "labels": [{"name": "甲"}, {"name": "乙"}], "exts": [], "cus_name": None},
    {"id": "3", "mobile": 13800138000, "new": {"a": [1.10, "x"]}, 'quo"te': "n"},
    *({"id": str(number), "code": f"L{number}"} for number in range(4, 20)),
    {"cus_name": "no id"},
]
NAMES = [*(field.name for field in fields(Lead)), "extra"]


class Pages:
    """Answers queries with pages of so many rows, of which the first comes again on the next page."""

    def __init__(self, rows: list[Any], size: int = 7) -> None:
        self.pages = [rows[start : start + size] for start in range(0, len(rows), size)]
        self.pages[1:] = [[rows[0], *page] for page in self.pages[1:]]

    def __call__(self, request: SignedRequest, _timeout: float) -> Reply:
        page = json.loads(request.body)["page"]
        rows = self.pages[page - 1] if page <= len(self.pages) else []
        return Reply(200, json.dumps({"return_code": "0", "response_data": rows}).encode())


class AsyncPages(Pages):
    async def __call__(self, request: SignedRequest, timeout: float) -> Reply:  # type: ignore[override]
        return super().__call__(request, timeout)


def client(rows: list[Any] | None = None) -> Client:
    return Client(account(), transport=Pages(ROWS if rows is None else rows))


def plain(lead: Lead | ApaasLead) -> dict[str, Any]:
    """What a lead says, nested as it is, and without what is empty."""
    return {
        name: value for name, value in json.loads(json.dumps(lead.to_dict())).items() if value not in (None, [], {})
    }


def parsed(row: dict[str, Any], kind: type[Lead | ApaasLead]) -> dict[str, Any]:
    nested = {"extra", *(field.name for field in fields(kind) if field.part)}
    given = {name: value for name, value in row.items() if value is not None}
    return {name: json.loads(value) if name in nested else value for name, value in given.items()}


def test_a_table_has_every_value_that_the_records_have() -> None:
    table = client().query(code="L").to_arrow()
    assert table.schema == pyarrow.schema([(name, pyarrow.string()) for name in NAMES])
    table.validate(full=True)
    leads = list(client().query(code="L"))
    assert len(leads) == len(ROWS)
    assert [parsed(row, Lead) for row in table.to_pylist()] == [plain(lead) for lead in leads]
    assert table["linkman"][0].as_py() == ""
    assert table["cus_name"].null_count == len(ROWS) - 2


def test_a_table_of_apaas_leads_has_their_parts_as_json() -> None:
    rows: list[Any] = [{"id": "1", "mobile": {"phone": "138", "code": "86"}}, {"id": "2", "company_name": "甲"}]
    table = client(rows).query_apaas(code="L").to_arrow()
    assert [parsed(row, ApaasLead) for row in table.to_pylist()] == [
        plain(lead) for lead in client(rows).query_apaas(code="L")
    ]


def test_batches_come_page_by_page_without_what_came_before() -> None:
    batches = list(client().query(code="L").record_batches())
    assert [batch.num_rows for batch in batches] == [7, 7, 6]
    assert client([]).query(code="L").to_arrow().num_rows == 0
    assert client([]).query(code="L").to_arrow().column_names == NAMES


def test_frames_have_the_same_columns() -> None:
    table = client().query(code="L").to_arrow()
    frame = client().query(code="L").to_pandas()
    assert list(frame.columns) == NAMES
    # Still Arrow's: no text became an object.
    assert {str(kind) for kind in frame.dtypes} <= {"string[pyarrow]", "string"}
    assert frame["id"].isna().sum() == 1
    assert frame["cus_name"][0] == "示例公司"
    assert client().query(code="L").to_polars().equals(polars.from_arrow(table))


async def test_an_async_scan_makes_the_same_tables() -> None:
    table = client().query(code="L").to_arrow()
    async with AsyncClient(account(), transport=AsyncPages(ROWS)) as other:
        assert (await other.query(code="L").to_arrow()).equals(table)
        assert len(await other.query(code="L").to_pandas()) == len(ROWS)
        assert len(await other.query(code="L").to_polars()) == len(ROWS)
        assert [batch.num_rows async for batch in other.query(code="L").record_batches()] == [7, 7, 6]


def test_what_is_not_as_documented_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "qince_leads"):
        assert client([{"id": "1"}, "no record", {"id": "2", "labels": 5}]).query(code="L").to_arrow().num_rows == 2
    assert "a page of which not all is as it is documented: 2 faults" in caplog.text


def test_without_pyarrow_it_is_said_what_to_install() -> None:
    program = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from qince_leads import Client\n"
        "try: Client(openid='o', app_key='k').query(code='L').to_arrow()\n"
        "except ImportError as error: print(error)\n"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said == "tables need pyarrow: pip install pyarrow\n"
