//! The operations as methods of the client, and of what may stand in for it.

use qince_leads::Endpoint;
use qince_leads::meta::camel_case;

use super::shape_doc;
use crate::generate::words::{self, ByCode};

const THROWS: &str = "    ///
    /// - Throws: A ``QinceError``, or `CancellationError`: see ``QinceLeads``.
";

const PROTOCOL: &str =
    "/// What a client can do: ``QinceLeads`` does it, and so may a fake in a test.
public protocol LeadsClient: Sendable {
";

const OTHER: &str = "    /// Asks any endpoint of the vendor: see ``Other``.
    ///
    /// - Parameters:
    ///   - path: The path between `/api/` and the openid.
    ///   - payload: The body: an object or a list.
    ///   - repeat: Whether it may be sent again where it may have been carried out, as a query may.
    @discardableResult
    func other(_ path: String, _ payload: Json, repeat: Bool) async throws -> Receipt
";

pub(super) fn text() -> anyhow::Result<String> {
    let methods: anyhow::Result<Vec<_>> = Endpoint::ALL.iter().copied().map(method).collect();
    let required: Vec<_> = Endpoint::ALL.iter().copied().map(requirement).collect();
    let (required_by_code, by_code): (Vec<_>, Vec<_>) =
        words::by_code().map(|each| by_code(&each)).unzip();
    let many: Vec<_> = words::by_code().map(|each| many(&each)).collect();
    Ok(format!(
        "{PROTOCOL}{}{}{OTHER}}}\n\nextension QinceLeads {{\n{}\n{}}}\n\nextension LeadsClient {{\n{}}}\n",
        required.concat(),
        required_by_code.concat(),
        methods?.join("\n"),
        by_code.join("\n"),
        many.join("\n")
    ))
}

/// The declaration of a method, as far as a protocol and a type have it in common.
fn signature(endpoint: &Endpoint) -> String {
    let (name, payload) = (endpoint.camel_name(), endpoint.shape.name);
    if endpoint.paging.is_some() {
        format!("func {name}(_ query: {payload}) -> Scan<{payload}>")
    } else {
        format!("func {name}(_ lead: {payload}) async throws -> Receipt")
    }
}

fn requirement(endpoint: &Endpoint) -> String {
    let discardable = if endpoint.paging.is_some() { "" } else { "    @discardableResult\n" };
    format!(
        "    /// See ``QinceLeads/{}(_:)``.\n{discardable}    {}\n\n",
        endpoint.camel_name(),
        signature(endpoint)
    )
}

fn method(endpoint: &Endpoint) -> anyhow::Result<String> {
    let signature = signature(endpoint);
    let doc = shape_doc("    ", endpoint.shape, Some(&format!("`{}`", endpoint.path)))?;
    Ok(if endpoint.paging.is_some() {
        format!("{doc}    public {signature} {{\n        scan(query)\n    }}\n")
    } else {
        format!(
            "{doc}{THROWS}    @discardableResult\n    public {signature} {{\n        \
             try await run(lead)\n    }}\n"
        )
    })
}

/// How a lead is found by its code, and added unless it is there: required, and done.
fn by_code(by_code: &ByCode) -> (String, String) {
    let ByCode { suffix, lead, payload, query, record } = by_code;
    let (find, ensure) =
        (camel_case(&format!("find{suffix}")), camel_case(&format!("ensure{suffix}")));
    let finding = format!("func {find}(code: String) async throws -> {record}?");
    let ensuring = format!("func {ensure}(_ lead: {payload}) async throws -> Receipt");
    let required = format!(
        "    /// See ``QinceLeads/{find}(code:)``.\n    {finding}\n\n    \
         /// See ``QinceLeads/{ensure}(_:)``.\n    @discardableResult\n    {ensuring}\n\n"
    );
    let done = format!(
        "    /// Finds {lead} by its `code` (线索编码); `nil` where none has it.\n    ///\n    \
         /// Codes are the same regardless of ASCII case and the white space around them. Exactly this one goes first.\n\
         {THROWS}    public {finding} {{\n        try await run({query}(code: code), byCode: true).first\n    }}\n\n    \
         /// Adds {lead} unless there is one with its `code` (线索编码), which is required. The receipt says so:\n    \
         /// ``Receipt/existed``. It is looked for before it is added, and once more where that is refused.\n\
         {THROWS}    @discardableResult\n    public {ensuring} {{\n        try await run(lead, byCode: true)\n    }}\n"
    );
    (required, done)
}

/// How many are added, from whatever brings them: by the client's own add, so that a fake needs no more.
fn many(by_code: &ByCode) -> String {
    let ByCode { suffix, lead, payload, .. } = by_code;
    let (add, add_many) =
        (camel_case(&format!("add{suffix}")), camel_case(&format!("add_many{suffix}")));
    let options = "atOnce: Int = 8, perSecond: Double? = nil";
    let body = format!(
        "        AddMany(leads, atOnce: atOnce, perSecond: perSecond) {{ try await self.{add}($0) }}\n    }}\n"
    );
    format!(
        "    /// Adds many leads, each {lead}, and gives an outcome for each, as they end: see ``AddMany``.\n    ///\n    \
         /// - Parameters:\n    \
         ///   - leads: Read as they are needed, by one task at a time, so that they may go on without end.\n    \
         ///   - atOnce: How many are under way at once, 1 at least. The client's `maxConcurrent` holds beside it.\n    \
         ///   - perSecond: How many begin in a second at most; as many as there are, if left out.\n    \
         public func {add_many}(\n        _ leads: sending some Sequence<{payload}>, {options}\n    \
         ) -> AddMany<{payload}> {{\n{body}\n    \
         /// Adds many leads, each {lead}, that come one after another: as from any other sequence.\n    \
         public func {add_many}<Leads: AsyncSequence>(\n        _ leads: sending Leads, {options}\n    \
         ) -> AddMany<{payload}> where Leads.Element == {payload} {{\n{body}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_method() {
        let text = text().unwrap();
        for endpoint in Endpoint::ALL {
            let method = format!("    public func {}(_ ", endpoint.camel_name());
            assert_eq!(text.matches(&method).count(), 1, "{}", endpoint.name);
            let required = format!("    func {}(_ ", endpoint.camel_name());
            assert_eq!(text.matches(&required).count(), 1, "{}", endpoint.name);
        }
    }

    #[test]
    fn what_is_added_is_found_and_ensured() {
        let text = text().unwrap();
        for name in ["find(code", "findApaas(code", "ensure(_", "ensureApaas(_"] {
            assert_eq!(text.matches(&format!("func {name}")).count(), 2, "{name}");
        }
        // From a sequence, and from an asynchronous one.
        for name in ["addMany", "addManyApaas"] {
            let method = |rest| format!("    public func {name}{rest}");
            assert_eq!(text.matches(&method("(\n")).count(), 1, "{name}");
            assert_eq!(text.matches(&method("<Leads: AsyncSequence>(\n")).count(), 1, "{name}");
        }
    }

    #[test]
    fn what_is_awaited_says_what_it_throws_and_a_scan_is_not_awaited() {
        let text = text().unwrap();
        let add = format!(
            "{THROWS}    @discardableResult\n    public func add(_ lead: AddLead) async throws -> Receipt {{\n"
        );
        assert!(text.contains(&add));
        assert!(
            text.contains("    public func query(_ query: QueryLeads) -> Scan<QueryLeads> {\n")
        );
    }
}
