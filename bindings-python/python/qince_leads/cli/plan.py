"""What an import is about to add: every row of a file as a lead, and everything that is wrong with them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from qince_leads import AddApaasLead, AddLead, Field, InvalidPayloadError, fields
from qince_leads.cli.console import UserError
from qince_leads.cli.faults import Fault
from qince_leads.cli.fields import Names

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from qince_leads.cli.tables import Row, Table

GENERATED = "import-"


class Lead(NamedTuple):
    """A row that can be sent."""

    row: int
    code: str | None
    payload: AddLead | AddApaasLead


class Target(NamedTuple):
    """What a column becomes: a member of the payload, or of one of its parts."""

    member: str
    inner: str | None = None


@dataclass(frozen=True)
class Columns:
    """What the columns of a file mean, as the user says it."""

    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    ignored: Sequence[str] = ()
    code_from: Sequence[str] = ()
    generate_codes: bool = False


class Plan:
    """Reads a table into leads and faults."""

    def __init__(self, kind: type[AddLead] | type[AddApaasLead], columns: Columns) -> None:
        self.leads: list[Lead] = []
        self.faults: list[Fault] = []
        self.codes: dict[int, str | None] = {}
        """The code of every row, right or wrong."""
        self._kind = kind
        self._names = Names(kind)
        self._columns = columns
        self._targets: dict[str, Target | None] = {}
        self._columns_of: dict[Target, str] = {}
        self._rows_of: dict[str, int] = {}
        self._digest = hashlib.sha256()

    def read(self, table: Table) -> None:
        """Reads all rows."""
        for column in table.columns:
            self._target(column)
        if table.columns:
            missing = {*self._columns.renamed, *self._columns.code_from} - set(table.columns)
            if missing:
                raise UserError(f"the file has no column {', '.join(f'`{name}`' for name in sorted(missing))}")
        for row in table.rows:
            self._read(row)
        self.faults.sort(key=lambda fault: fault.row)

    @property
    def digest(self) -> str:
        """The same for the same rows read in the same way."""
        return self._digest.hexdigest()

    @property
    def without_code(self) -> int:
        """How many leads could not be settled."""
        return sum(lead.code is None for lead in self.leads)

    @property
    def has_wrong_columns(self) -> bool:
        """Whether it is not clear what a column means, so that no row is right."""
        return any(fault.row == 0 for fault in self.faults)

    def _read(self, row: Row) -> None:
        members, columns = self._members(row)
        code = members.get("code") or self._code_for(row, members)
        if code is not None:
            members["code"] = code
        code = code if isinstance(code, str) else None
        self.codes[row.number] = code
        self._digest.update(json.dumps([row.number, members], ensure_ascii=True).encode())

        faults = [Fault(row.number, column, "unreadable", why) for column, why in row.unreadable]
        payload = None
        try:
            payload = self._kind.from_json(json.dumps(members))
            violations = payload.violations()
        except InvalidPayloadError as error:
            violations = error.violations
        faults += [Fault(row.number, _column_at(columns, v.path), v.rule, v.message) for v in violations]
        if code is not None and (first := self._rows_of.setdefault(code, row.number)) != row.number:
            message = f"the same code as in row {first}"
            faults.append(Fault(row.number, columns.get("code", "code"), "duplicate", message))
        self.faults += faults
        if payload is not None and not faults:
            self.leads.append(Lead(row.number, code, payload))

    def _members(self, row: Row) -> tuple[dict[str, Any], dict[str, str]]:
        """The members of the payload in wire names, and the column that each comes from."""
        members: dict[str, Any] = {}
        columns: dict[str, str] = {}
        for column, value in row.cells.items():
            target = self._target(column)
            if target is not None:
                place = _put(members, target, value, listed=self._kind is AddLead)
                columns[place] = column
        return members, columns

    def _target(self, column: str) -> Target | None:
        if column not in self._targets:
            target = self._targets[column] = self._found(column)
            if target is not None and (other := self._columns_of.setdefault(target, column)) != column:
                self._blame(column, f"means the same as the column `{other}`")
        return self._targets[column]

    def _found(self, column: str) -> Target | None:
        if column in self._columns.ignored:
            return None
        name = self._columns.renamed.get(column, column)
        for prefix, member in (("ext:", "exts"), ("extra.", "extra")):
            if name.startswith(prefix) and len(name) > len(prefix):
                return Target(member, name[len(prefix) :].strip())
        if name in ("extra", "exts"):
            return Target(name)
        outer, _, inner = name.partition(".")
        meant = self._names.find(outer)
        if len(meant) == 1 and (target := self._target_of(meant[0], inner)):
            return target
        if column not in self._columns.code_from:
            self._blame(column, f"{self._names.hint(outer)}; or leave it out by --ignore")
        return None

    def _target_of(self, field: Field, inner: str) -> Target | None:
        if field.kind != "part" or field.part is None:
            return None if inner else Target(field.wire_name)
        if not inner:
            # The part's first attribute is what a single value means.
            return Target(field.wire_name, fields(field.part)[0].wire_name)
        meant = Names(field.part).find(inner)
        return Target(field.wire_name, meant[0].wire_name) if meant else None

    def _blame(self, column: str, message: str) -> None:
        self.faults.append(Fault(0, column, "column", message))

    def _code_for(self, row: Row, members: Mapping[str, Any]) -> str | None:
        parts = [str(row.cells.get(column, "")) for column in self._columns.code_from]
        if parts and all(parts):
            return "-".join(parts)
        if not self._columns.generate_codes or row.unreadable:
            return None
        # The same row gets the same code, wherever it stands; equal rows are told apart by their order.
        told = hashlib.sha256(json.dumps(members, sort_keys=True).encode()).hexdigest()[:24]
        code, number = f"{GENERATED}{told}", 1
        while code in self._rows_of:
            number += 1
            code = f"{GENERATED}{told}-{number}"
        return code


def _put(members: dict[str, Any], target: Target, value: Any, *, listed: bool) -> str:
    """Puts a value where it belongs, and says where that is, as a violation would."""
    member, inner = target
    if inner is None:
        present = members.get(member)
        if isinstance(present, dict) and isinstance(value, dict):
            members[member] = {**present, **value}
        elif isinstance(present, list) and isinstance(value, list):
            members[member] = [*present, *value]
        else:
            members[member] = value
        return member
    if member == "exts" and listed:
        fields = members.setdefault("exts", [])
        fields.append({"salesleads_ext_key": inner, "salesleads_ext_value": value})
        return f"exts[{len(fields) - 1}]"
    if isinstance(value, dict) and member not in ("exts", "extra"):
        members[member] = value
        return member
    members.setdefault(member, {})[inner] = value
    return f"{member}.{inner}"


def _column_at(columns: Mapping[str, str], path: str) -> str:
    """The column that a violation's path leads to; a missing member is named by its own name."""
    while path and path not in columns:
        shorter = path[: max(path.rfind("."), path.rfind("["), 0)]
        if not shorter:
            return path
        path = shorter
    return columns.get(path, "")
