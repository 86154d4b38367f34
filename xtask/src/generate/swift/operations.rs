//! The operations as methods of the client.

use qince_leads::Endpoint;

use super::shape_doc;

const THROWS: &str = "    ///
    /// - Throws: A ``QinceError``, or `CancellationError`: see ``QinceLeads``.
";

pub(super) fn text() -> anyhow::Result<String> {
    let methods: anyhow::Result<Vec<_>> = Endpoint::ALL.iter().copied().map(method).collect();
    Ok(format!("extension QinceLeads {{\n{}}}\n", methods?.join("\n")))
}

fn method(endpoint: &Endpoint) -> anyhow::Result<String> {
    let (name, payload) = (endpoint.camel_name(), endpoint.shape.name);
    let doc = shape_doc("    ", endpoint.shape, Some(&format!("`{}`", endpoint.path)))?;
    Ok(if endpoint.paging.is_some() {
        format!(
            "{doc}    public func {name}(_ query: {payload}) -> Scan<{payload}> {{\n        scan(query)\n    }}\n"
        )
    } else {
        format!(
            "{doc}{THROWS}    @discardableResult\n    \
             public func {name}(_ lead: {payload}) async throws -> Receipt {{\n        \
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
