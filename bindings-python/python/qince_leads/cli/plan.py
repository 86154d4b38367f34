"""What an import is about to add: every row of a file as a lead, and everything that is wrong with them."""

from __future__ import annotations

import hashlib
import json
import shlex
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from qince_leads import AddApaasLead, AddLead, ApaasLead, Field, InvalidPayloadError, fields
from qince_leads import Lead as LeadRecord
from qince_leads.cli.cells import spoilt
from qince_leads.cli.console import UserError
from qince_leads.cli.faults import Fault
from qince_leads.cli.fields import Names, choices, folded, title
from qince_leads.cli.readers.json_lines import Number, to_json
from qince_leads.cli.readers.workbook import is_letter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from qince_leads import Violation
    from qince_leads.cli.tables import Row, Table

GENERATED = "import-"
MEASURES = ("detail", "latlon", "latitude", "longitude")
"""Attributes that may be numbers with a point."""


class Lead:
    """A row that can be sent. It keeps its payload as text, which takes a tenth of the memory."""

    __slots__ = ("_body", "_kind", "code", "row")

    def __init__(self, row: int, code: str | None, payload: AddLead | AddApaasLead) -> None:
        self.row = row
        self.code = code
        self._kind = type(payload)
        self._body = payload.to_json().encode()

    @property
    def told(self) -> str:
        """Tells rows apart by what they say."""
        return hashlib.sha256(self._body).hexdigest()[:16]

    @property
    def body(self) -> dict[str, Any]:
        """What is sent, as plain values in wire names."""
        return cast("dict[str, Any]", json.loads(self._body))

    @property
    def payload(self) -> AddLead | AddApaasLead:
        """What is sent."""
        return self._kind.from_json(self._body.decode())


class Target(NamedTuple):
    """What a column becomes: a member of the payload, or of one of its parts."""

    member: str
    inner: str | None = None


class Meaning(NamedTuple):
    """What a column means."""

    target: Target
    field: Field | None = None
    choices: Mapping[str, str] = {}
    """The values that labels stand for."""


@dataclass(frozen=True)
class Columns:
    """What the columns of a file mean, as the user says it."""

    renamed: Mapping[str, str] = field(default_factory=dict[str, str])
    suggested: Mapping[str, str] = field(default_factory=dict[str, str])
    """As a file of names says it that serves several files: it may name columns that are not there."""
    ignored: Sequence[str] = ()
    extra: Sequence[str] = ()
    trusted: Sequence[str] = ()
    code_from: Sequence[str] = ()
    generate_codes: bool = False

    def named(self) -> Iterator[tuple[str, str]]:
        """The options that have to name a column that is there, and what they name."""
        for option, names in (
            ("--map", self.renamed),
            ("--ignore", self.ignored),
            ("--extra", self.extra),
            ("--trust", self.trusted),
            ("--code-from", self.code_from),
        ):
            yield from ((option, name) for name in names)

    def called(self, name_of: Callable[[str], str]) -> Columns:
        """The same with other names for the columns."""
        return replace(
            self,
            renamed={name_of(column): name for column, name in self.renamed.items()},
            suggested={name_of(column): name for column, name in self.suggested.items()},
            ignored=[*map(name_of, self.ignored)],
            extra=[*map(name_of, self.extra)],
            trusted=[*map(name_of, self.trusted)],
            code_from=[*map(name_of, self.code_from)],
        )


class Plan:
    """Reads a table into leads and faults."""

    def __init__(self, kind: type[AddLead] | type[AddApaasLead], columns: Columns) -> None:
        self.leads: list[Lead] = []
        self.faults: list[Fault] = []
        self.codes: dict[int, str | None] = {}
        """The code of every row, right or wrong."""
        self.recognised: dict[str, str] = {}
        """What columns mean that have none of the names that the SDK and the vendor give."""
        self.left_out: list[str] = []
        """The columns of an export that an add does not take."""
        self._kind = kind
        self._names = Names(kind)
        self._of_record = Names(LeadRecord if kind is AddLead else ApaasLead)
        self._columns = columns
        self._is_export = False
        self._in_common: Mapping[str, str] = {}
        self._meanings: dict[str, Meaning | None] = {}
        self._columns_of: dict[Target, str] = {}
        self._rows_of: dict[str, int] = {}
        self._digest = hashlib.sha256()

    def knows(self, name: str) -> bool:
        """Whether a name is that of a column that can be sent, or of which the user has said something."""
        own = self._columns
        if name in own.suggested or any(name == named for _, named in own.named()):
            return True
        return name.startswith(("ext:", "extra.")) or bool(self._names.find(name.partition(".")[0]))

    def read(self, table: Table) -> None:
        """Reads all rows."""
        named = list(self._columns.named())
        self._columns = self._columns.called(lambda name: table.column(name) or name)
        self._in_common = table.twice
        self._refuse_twice(table)
        self._is_export = any(self._is_id(column) for column in table.columns)
        for column in table.columns:
            self._meaning(column)
        if table.columns:
            unnamed = [(option, name) for option, name in named if table.column(name) is None]
            self._refuse_unknown((option, name) for option, name in unnamed if not is_letter(name))
        for row in table.rows:
            if not table.columns:
                self._is_export = self._is_export or any(self._is_id(name) for name in row.cells)
            self._read(row)
        there = {*self._meanings, *table.columns}
        self._refuse_unknown((option, name) for option, name in named if (table.column(name) or name) not in there)
        if self.has_wrong_columns:
            # What a row lacks may be in a column that is not understood.
            self.faults = [fault for fault in self.faults if fault.rule not in ("required", "required_one_of")]
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

    def _refuse_unknown(self, named: Iterable[tuple[str, str]]) -> None:
        """What names no column is a mistake, and not passed over."""
        for option, name in named:
            raise UserError(f"{option}: the file has no column `{name}`")

    def _refuse_twice(self, table: Table) -> None:
        used = [column for column in table.twice if column not in self._columns.ignored]
        for name in dict.fromkeys(table.twice.values()):
            letters = [
                table.columns[column]
                for column in used
                if table.twice[column] == name and column not in self._columns.renamed
            ]
            if len(letters) > 1:
                raise UserError(
                    f"{table.path}: these columns are there twice: {name} ({' and '.join(letters)}); leave one out by "
                    f"--ignore {letters[-1]}, or say what it is by --map {letters[-1]}=NAME"
                )

    def _is_id(self, column: str) -> bool:
        return [found.name for found in self._of_record.find(column)] == ["id"]

    def _read(self, row: Row) -> None:
        members, columns, unreadable, has_json = self._members(row)
        code = members.get("code") or self._code_for(row, members)
        if code is not None:
            members["code"] = code
        code = code if isinstance(code, str) else None
        self.codes[row.number] = code
        body = to_json(members) if has_json else json.dumps(members)
        self._digest.update(f"{row.number} {body}\n".encode())

        payload = None
        try:
            payload = self._kind.from_json(body)
            violations = payload.violations()
        except InvalidPayloadError as error:
            violations = error.violations
        if violations or unreadable:
            self.faults += [Fault(row.number, column, "unreadable", why) for column, why in unreadable]
            spoilt_columns = {column for column, _ in unreadable}
            self.faults += [
                Fault(row.number, column, violation.rule, violation.message)
                for violation in _worth_telling(violations)
                if (column := _column_at(columns, violation.path)) not in spoilt_columns
            ]
        first = row.number if code is None else self._rows_of.setdefault(code, row.number)
        is_twice = first != row.number
        if is_twice:
            message = f"the same code as in row {first}"
            self.faults.append(Fault(row.number, columns.get("code", "code"), "duplicate", message))
        if payload is not None and not (violations or unreadable or is_twice):
            self.leads.append(Lead(row.number, code, payload))

    def _members(self, row: Row) -> tuple[dict[str, Any], dict[str, str], list[tuple[str, str]], bool]:
        """The members of the payload in wire names, the column that each comes from, what cannot be read, and whether
        a value was JSON."""
        members: dict[str, Any] = {}
        columns: dict[str, str] = {}
        unreadable: list[tuple[str, str]] = []
        has_json = False
        for column, given in chain(row.cells.items(), self._readable(row, unreadable)):
            meaning = self._meaning(column)
            if meaning is None:
                continue
            value = given
            if isinstance(given, str):
                text = given
                if meaning.choices:
                    text = meaning.choices.get(folded(given), given)
                elif given[0] in _MAY_BE_SPOILT and (why := spoilt(given, may_be_a_measure=_is_measure(meaning))):
                    unreadable.append((column, why))
                    continue
                if meaning.target.inner is None and text[0] not in "[{":
                    members[meaning.target.member] = text
                    columns[meaning.target.member] = column
                    continue
                value = self._nested(text, meaning)
            if self._is_export:
                value = self._as_added(value, meaning)
            has_json = has_json or not isinstance(value, str)
            columns[_put(members, meaning.target, value, listed=self._kind is AddLead)] = column
        return members, columns, unreadable, has_json

    def _readable(self, row: Row, unreadable: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """What can be read after all, because the user says so; the rest is noted."""
        own = self._columns
        for column, error in row.unreadable:
            if error.text is not None and (column in own.trusted or column in own.renamed):
                yield column, error.text
            elif column in own.ignored:
                self._meanings.setdefault(column, None)
            elif not error.is_of_column and column and self._meaning(column) is None:
                continue
            else:
                unreadable.append(("" if error.is_of_column else column, str(error)))

    def _meaning(self, column: str) -> Meaning | None:
        if column not in self._meanings:
            meaning = self._meanings[column] = self._found(column)
            if meaning is not None and (other := self._columns_of.setdefault(meaning.target, column)) != column:
                self._blame(
                    column, f"means the same as the column `{other}`: leave one out by --ignore {_quoted(column)}"
                )
        return self._meanings[column]

    def _found(self, column: str) -> Meaning | None:
        own = self._columns
        name = own.renamed.get(column) or own.suggested.get(column, self._in_common.get(column, column))
        if column in own.ignored or not name:
            return None
        if column in own.extra:
            return Meaning(Target("extra", name))
        for prefix, member in (("ext:", "exts"), ("extra.", "extra")):
            if name.startswith(prefix) and len(name) > len(prefix):
                return Meaning(Target(member, name[len(prefix) :].strip()))
        return self._named(column, name)

    def _named(self, column: str, name: str) -> Meaning | None:
        outer, _, inner = name.partition(".")
        meant = self._names.find(outer)
        is_known_to_exports = name == "extra" or bool(not meant and self._of_record.find(outer))
        if self._is_export and is_known_to_exports and column not in self._columns.renamed:
            self.left_out.append(column)
        elif name in ("extra", "exts"):
            return Meaning(Target(name))
        elif len(meant) == 1 and (target := _target_of(meant[0], inner)):
            is_plain = self._names.is_proper(outer) or (self._is_export and self._of_record.is_proper(outer))
            if not is_plain or column in self._columns.suggested:
                self.recognised[column] = title(meant[0])
            return Meaning(target, meant[0], choices(meant[0]))
        elif column not in self._columns.code_from:
            quoted = _quoted(column)
            self._blame(
                column,
                f"{self._names.hint(outer)}; say what it is by --map {quoted}=NAME (ext:KEY for a custom field), send "
                f"it as a new parameter by --extra {quoted}, or leave it out by --ignore {quoted}",
            )
        return None

    def _nested(self, text: str, meaning: Meaning) -> Any:
        """What stands in one cell as JSON; any other text as it is."""
        if text[0] not in "[{" or not (self._is_export or meaning.target in (Target("exts"), Target("extra"))):
            return text
        try:
            return json.loads(text, parse_float=Number)
        except ValueError:
            return text

    def _as_added(self, value: Any, meaning: Meaning) -> Any:
        """What an export has of a lead, as an add takes it."""
        if meaning.target == Target("exts") and isinstance(value, list):
            return [*map(_ext_as_added, cast("Sequence[Any]", value))]
        if isinstance(value, dict) and meaning.field is not None and meaning.field.kind == "text":
            choice = cast("dict[str, Any]", value)
            by_id = meaning.field.name.endswith("_id") or meaning.field.name == "responsible_person"
            named = next(
                (choice[each] for each in (("id",) if by_id else ("name", "label")) if choice.get(each)), choice
            )
            return meaning.choices.get(folded(named), named) if isinstance(named, str) else named
        return cast("Any", value)

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


_MAY_BE_SPOILT = frozenset("-#0123456789")


def _ext_as_added(ext: Any) -> Any:
    """A custom field of a lead, as an add takes it."""
    if not isinstance(ext, dict) or "ext_key" not in ext:
        return cast("Any", ext)
    given = cast("dict[str, Any]", ext)
    return {"salesleads_ext_key": given["ext_key"], "salesleads_ext_value": given.get("ext_value")}


def _is_measure(meaning: Meaning) -> bool:
    return meaning.field is None or meaning.field.name in MEASURES


def _quoted(column: str) -> str:
    return column if column.isalnum() else shlex.quote(column)


def _target_of(field: Field, inner: str) -> Target | None:
    if field.kind != "part" or field.part is None:
        return None if inner else Target(field.wire_name)
    if not inner:
        # The part's first attribute is what a single value means.
        return Target(field.wire_name, fields(field.part)[0].wire_name)
    meant = Names(field.part).find(inner)
    return Target(field.wire_name, meant[0].wire_name) if meant else None


def _worth_telling(violations: Sequence[Violation]) -> Iterator[Violation]:
    """Of a value that is none of those allowed, its length is no matter."""
    choices = {violation.path for violation in violations if violation.rule == "allowed_values"}
    return (each for each in violations if each.rule != "max_length" or each.path not in choices)


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
