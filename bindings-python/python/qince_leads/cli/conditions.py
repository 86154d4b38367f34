"""The conditions of a query as options of the command line, from the query's own attributes."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from qince_leads import InvalidPayloadError, QueryApaasLeads, QueryLeads, fields
from qince_leads.cli.console import UserError
from qince_leads.cli.fields import Names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from qince_leads import Field
    from qince_leads.cli.fields import Kind

STRUCTURED = ("sorts", "query_group")
OF_THE_PAGER = ("page", "page_size")
PANEL = "Conditions"

CONDITIONS = [field for field in fields(QueryLeads) if field.name not in (*STRUCTURED, *OF_THE_PAGER)]


def with_conditions(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command one option for each condition; it gets them as further keyword arguments."""
    own = [p for p in inspect.signature(command, eval_str=True).parameters.values() if p.kind is not p.VAR_KEYWORD]
    options = [
        inspect.Parameter(
            field.name,
            inspect.Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[
                str | None,
                typer.Option(
                    f"--{field.name.replace('_', '-')}",
                    metavar="DAY" if "_time_" in field.name else "TEXT",
                    help=_help(field),
                    rich_help_panel=PANEL,
                ),
            ],
        )
        for field in CONDITIONS
    ]
    command.__signature__ = inspect.Signature([*own, *options])  # type: ignore[attr-defined]
    command.__annotations__ = {parameter.name: parameter.annotation for parameter in (*own, *options)}
    return command


def _help(field: Field) -> str:
    values = ", ".join(f"{value} {label}".strip() for value, label in field.allowed)
    return f"{field.label}. {field.doc}{f' One of {values}.' if values else ''}".replace("`", "")


def query_of(
    kind: type[QueryLeads] | type[QueryApaasLeads],
    conditions: Mapping[str, str | None],
    where: Sequence[str],
    page_size: int | None,
) -> QueryLeads | QueryApaasLeads:
    """The query that the options mean, checked."""
    given: dict[str, Any] = {name: value for name, value in conditions.items() if value is not None}
    extra: dict[str, Any] = {}
    for condition in where:
        name, sign, value = condition.partition("=")
        if not sign:
            raise UserError(f"--where {condition}: write NAME=VALUE")
        if name.startswith("extra."):
            extra[name.removeprefix("extra.")] = value
        else:
            given[_name(kind, name)] = value
    given = {name: _structured(name, value) if name in STRUCTURED else value for name, value in given.items()}
    wire = {field.name: field.wire_name for field in fields(kind)}
    members = {wire[name]: value for name, value in given.items()}
    if page_size is not None:
        members[wire["page_size"]] = page_size
    query = kind.from_json(json.dumps({**members, "extra": extra} if extra else members))
    if violations := query.violations():
        raise InvalidPayloadError("", violations=violations)
    return query


def _name(kind: Kind, name: str) -> str:
    names = Names(kind)
    meant = names.find(name)
    if len(meant) != 1:
        raise UserError(f"--where {name}: {names.hint(name)}")
    if meant[0].name in OF_THE_PAGER:
        raise UserError(f"--where {name}: this is no condition; there is --page-size")
    return meant[0].name


def _structured(name: str, value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError as error:
        raise UserError(f"--where {name}: not JSON: {error}") from None
