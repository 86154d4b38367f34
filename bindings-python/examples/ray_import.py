"""Adds the leads of a CSV file, many at once, with Ray Data.

QINCE_OPENID=… QINCE_APP_KEY=… QINCE_BASE_URL=… python ray_import.py leads.csv outcomes

The first row of the file names the fields as `AddLead` does: `code,cus_name,emp_name,mobile`. Each lead needs a `code`
of its own. Ray runs a batch again when the worker that had it died, and so may you with the file: a lead that was added
before is then found by its code, and counts as present.
"""

from __future__ import annotations

import csv
import os
import sys
from collections import Counter

import pyarrow as pa  # type: ignore[import-untyped, unused-ignore]
import ray.data
from pyarrow import csv as arrow_csv
from qince_leads import AddLead, Client, QinceError, RejectedError

OUTCOME = pa.schema([("code", pa.string()), ("outcome", pa.string()), ("id", pa.string()), ("detail", pa.string())])


class AddLeads:
    """Adds batches of leads. Each worker has one, which keeps its connections from batch to batch."""

    def __init__(self) -> None:
        # Taken from the worker's own environment: what is handed over passes through Ray's object store, and what is
        # in a `runtime_env` shows in its dashboard.
        self.client = Client(
            openid=os.environ["QINCE_OPENID"],
            app_key=os.environ["QINCE_APP_KEY"],
            base_url=os.environ["QINCE_BASE_URL"],
        )

    def __call__(self, batch: pa.Table) -> pa.Table:
        return pa.Table.from_pylist([self.add(row) for row in batch.to_pylist()], schema=OUTCOME)

    def add(self, row: dict[str, str]) -> dict[str, str | None]:
        """What became of a row: `added`, `present`, or the code of an error."""
        code = row.get("code")
        if not code:
            return outcome(code, "invalid_payload", detail="code (线索编码): required, so that no lead is added twice")
        try:
            lead = AddLead(**{name: value for name, value in row.items() if value})  # type: ignore[arg-type]
            return outcome(code, "added", self.client.add(lead).id)
        except RejectedError as error:
            return self.refused(code, error)
        except QinceError as error:
            return outcome(code, error.code, detail=str(error))

    def refused(self, code: str, error: RejectedError) -> dict[str, str | None]:
        """The service says in words only why it refuses, so it is asked whether the lead is there."""
        try:
            found = next(iter(self.client.query(code=code)), None)
        except QinceError:
            found = None
        if found is None:
            return outcome(code, error.code, detail=str(error))
        return outcome(code, "present", found.id)


def outcome(
    code: str | None, what: str, lead_id: str | None = None, *, detail: str | None = None
) -> dict[str, str | None]:
    return {"code": code, "outcome": what, "id": lead_id, "detail": detail}


def import_leads(path: str, workers: int = 4, batch_size: int = 50) -> ray.data.Dataset:
    """Adds the leads of a file, and returns what became of each."""
    with open(path, encoding="utf-8-sig", newline="") as file:
        columns = next(csv.reader(file))
    AddLead(**dict.fromkeys(columns))  # a name that does not exist is a TypeError, before anything is sent

    # As text: inferred as numbers, codes and telephone numbers would lose their leading zeros.
    as_text = arrow_csv.ConvertOptions(column_types=dict.fromkeys(columns, pa.string()))
    leads = ray.data.read_csv(path, convert_options=as_text)
    outcomes = leads.map_batches(
        AddLeads,
        batch_format="pyarrow",
        batch_size=batch_size,
        compute=ray.data.ActorPoolStrategy(size=workers),
        num_cpus=0.25,  # they mostly wait
    )
    # A dataset is lazy, and without this each use of it would add the leads once more.
    materialized: ray.data.Dataset = outcomes.materialize()
    return materialized


def main() -> None:
    path, folder = sys.argv[1:]
    outcomes = import_leads(path)
    outcomes.write_csv(folder)
    for what, count in Counter(row["outcome"] for row in outcomes.iter_rows()).items():
        print(what, count)


if __name__ == "__main__":
    main()
