//! The operations as methods of the client, and of what may stand in for it.

use qince_leads::Endpoint;

use super::shape_doc;

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
    Ok(format!(
        "{PROTOCOL}{}{OTHER}}}\n\nextension QinceLeads {{\n{}}}\n",
        required.concat(),
        methods?.join("\n")
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
