//! The operations as methods, of the client that waits and of the one that does not.

use qince_leads::Endpoint;

use super::{lines, shape_doc};
use crate::generate::words::{self, ByCode};

const HEAD: &str = r#""""The service's operations as methods: each takes its payload, or the payload's fields by keyword."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

"#;

const TYPES: &str = r#"
if TYPE_CHECKING:
    from collections.abc import AsyncIterable, Iterable, Mapping

    from typing_extensions import Self, Unpack

    from qince_leads._core import Payload, Query, Receipt, Record
    from qince_leads._frames import DataFrame
    from qince_leads._generated import values
    from qince_leads.bulk import AddMany, AsyncAddMany
    from qince_leads.client import AsyncScan, RequestOptions, Scan

    _L = TypeVar("_L", bound=Record)

_R = TypeVar("_R")
_P = TypeVar("_P", bound="Payload[Any]")


def _given(kind: type[_P], payload: _P | None, fields: Any) -> _P:
    if payload is None:
        return kind(**fields)
    if fields:
        raise TypeError(f"give either a {kind.__name__}, or its fields")
    if not isinstance(payload, kind):
        raise TypeError(f"expected {kind.__name__}, got {type(payload).__name__}")
    return payload
"#;

/// How the methods of a client are written.
struct Style {
    class: &'static str,
    doc: &'static str,
    def: &'static str,
    awaiting: &'static str,
    scan: &'static str,
    many: &'static str,
    leads: &'static str,
}

const STYLES: [Style; 2] = [
    Style {
        class: "Operations",
        doc: "The operations, each waiting for its result. `options` are those of one call.",
        def: "def",
        awaiting: "",
        scan: "Scan",
        many: "AddMany",
        leads: "Iterable[{payload} | Mapping[str, Any]] | DataFrame",
    },
    Style {
        class: "AsyncOperations",
        doc: "The operations, each to be awaited. `options` are those of one call.",
        def: "async def",
        awaiting: "await ",
        scan: "AsyncScan",
        many: "AsyncAddMany",
        leads: "Iterable[{payload} | Mapping[str, Any]] | AsyncIterable[{payload} | Mapping[str, Any]] | DataFrame",
    },
];

pub(super) fn text() -> anyhow::Result<String> {
    let mut payloads: Vec<_> =
        Endpoint::ALL.iter().map(|endpoint| endpoint.shape.name.to_owned()).collect();
    payloads.sort();
    let import = lines("from qince_leads._generated.values import (", &payloads, ")");
    let classes: anyhow::Result<String> = STYLES.iter().map(class).collect();
    Ok([HEAD, &import, TYPES, &classes?].concat())
}

fn class(style: &Style) -> anyhow::Result<String> {
    let Style { class, doc, def, scan, many, .. } = style;
    let methods: anyhow::Result<String> =
        Endpoint::ALL.iter().map(|endpoint| method(style, endpoint)).collect();
    let by_code: String = words::by_code().map(|each| by_code(style, &each)).collect();
    Ok(format!(
        "\n\nclass {class}:\n    \"\"\"{doc}\"\"\"\n\n    \
             def _with(self, options: RequestOptions | None) -> Self:\n        raise NotImplementedError\n\n    \
             {def} _run(self, payload: Payload[_R], by_code: bool = False) -> _R:\n        raise NotImplementedError\n\n    \
             def _scan(self, query: Query[_L]) -> {scan}[_L]:\n        raise NotImplementedError\n\n    \
             def _many(\n        self, kind: type[Payload[Receipt]], leads: Any, at_once: int, per_second: float | None\n    \
             ) -> {many}:\n        raise NotImplementedError\n{}{by_code}",
        methods?
    ))
}

fn method(style: &Style, endpoint: &Endpoint) -> anyhow::Result<String> {
    let Style { def, awaiting, scan, .. } = style;
    let (name, shape) = (endpoint.name, endpoint.shape);
    let payload = shape.name;
    let (def, what, returned, body) = match endpoint.paging {
        Some(paging) => {
            let returned = format!("{scan}[values.{}]", paging.record.name);
            (
                "def",
                "query",
                returned,
                format!("self._with(options)._scan(_given({payload}, query, fields))"),
            )
        }
        None => {
            let body =
                format!("{awaiting}self._with(options)._run(_given({payload}, lead, fields))");
            (*def, "lead", "Receipt".to_owned(), body)
        }
    };
    let doc = shape_doc("        ", shape, &format!("`{}`", endpoint.path))?;
    Ok(format!(
        "\n    {def} {name}(\n        self,\n        {what}: {payload} | None = None,\n        /,\n        *,\n        \
         options: RequestOptions | None = None,\n        **fields: Unpack[values._{payload}Fields],\n    \
         ) -> {returned}:\n{doc}        return {body}\n"
    ))
}

/// How a lead is found by its code, and added unless it is there.
fn by_code(style: &Style, by_code: &ByCode) -> String {
    let Style { def, awaiting, many, leads, .. } = style;
    let ByCode { suffix, lead, payload, query, record } = by_code;
    let leads = leads.replace("{payload}", payload);
    let run = format!("{awaiting}self._with(options)._run");
    format!(
        r#"
    {def} find{suffix}(self, code: str, /, *, options: RequestOptions | None = None) -> values.{record} | None:
        """Finds {lead} by its `code` (线索编码); None where none has it.

        Codes are the same regardless of ASCII case and the white space around them. Exactly this one goes first.
        """
        page = {run}({query}(code=code), by_code=True)
        return page[0] if page else None

    {def} ensure{suffix}(
        self,
        lead: {payload} | None = None,
        /,
        *,
        options: RequestOptions | None = None,
        **fields: Unpack[values._{payload}Fields],
    ) -> Receipt:
        """Adds {lead} unless there is one with its `code` (线索编码), which is required.

        It is looked for before it is added, and once more where that is refused. The receipt says whether there was
        one: `existed`.
        """
        return {run}(_given({payload}, lead, fields), by_code=True)

    def add_many{suffix}(
        self,
        leads: {leads},
        /,
        *,
        at_once: int = 8,
        per_second: float | None = None,
        options: RequestOptions | None = None,
    ) -> {many}:
        """Adds many leads, each {lead} or its fields by name, and gives an outcome for each, as they end.

        `leads` is read as it is needed, and may go on without end; a frame of pandas or polars is read by its columns.
        At most `at_once` are under way, and no more than `per_second` begin in a second. What is wrong with one lead is
        its outcome's error, and raises nothing.
        """
        return self._with(options)._many({payload}, leads, at_once, per_second)
"#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_method_of_both_clients() {
        let text = text().unwrap();
        for endpoint in Endpoint::ALL {
            let method = format!("def {}(\n", endpoint.name);
            assert_eq!(text.matches(&method).count(), 2, "{}", endpoint.name);
        }
    }

    #[test]
    fn what_is_added_is_found_and_ensured_by_both_clients() {
        let text = text().unwrap();
        for name in
            ["find(", "find_apaas(", "ensure(", "ensure_apaas(", "add_many(", "add_many_apaas("]
        {
            assert_eq!(text.matches(&format!("def {name}")).count(), 2, "{name}");
        }
        assert!(text.contains(
            "        page = await self._with(options)._run(QueryLeads(code=code), by_code=True)\n"
        ));
    }

    #[test]
    fn what_is_awaited_is_a_coroutine_and_a_scan_is_not() {
        let text = text().unwrap();
        assert!(text.contains("    async def add(\n"));
        assert!(text.contains(
            "        return await self._with(options)._run(_given(AddLead, lead, fields))\n"
        ));
        assert!(!text.contains("async def query"));
        assert!(text.contains(") -> AsyncScan[values.ApaasLead]:\n"));
    }
}
