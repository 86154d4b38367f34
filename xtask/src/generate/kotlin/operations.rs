//! The operations as functions of the client.

use qince_leads::Endpoint;

use super::{comment, shape_comment};

const HEAD: &str = "
import kotlinx.coroutines.flow.Flow
";

const CLASS: &str = "public sealed class Operations {
    internal abstract suspend fun <R> run(request: Request<R>): R

    internal abstract fun <L : Record> scan(query: Query<L>): Flow<L>
";

const FAILURES: &str = "@throws QinceException where it fails.";

const FAILURES_OF_QUERIES: &str = "Pages are asked for as they are used, and each collection begins anew. It throws a [QinceException] where it fails.";

pub(super) fn text() -> anyhow::Result<String> {
    let names: String = Endpoint::ALL
        .iter()
        .map(|endpoint| format!("        {},\n", endpoint.shape.name))
        .collect();
    let about = comment("", &["The service's operations, each as one function.".to_owned()]);
    let functions: anyhow::Result<String> =
        Endpoint::ALL.iter().map(|endpoint| function(endpoint)).collect();
    Ok(format!(
        "{HEAD}\ninternal val OPERATIONS: List<Operation<*, *>> =\n    listOf(\n{names}    )\n\n{about}{CLASS}{}}}\n",
        functions?
    ))
}

fn function(endpoint: &Endpoint) -> anyhow::Result<String> {
    let (name, payload) = (endpoint.camel_name(), endpoint.shape.name);
    let (failures, declaration) = match endpoint.paging {
        Some(paging) => {
            let record = paging.record.name;
            (
                FAILURES_OF_QUERIES,
                format!("fun {name}(query: {payload}): Flow<{record}> = scan(query)"),
            )
        }
        None => (FAILURES, format!("suspend fun {name}(lead: {payload}): Receipt = run(lead)")),
    };
    let origin = format!("`{}`", endpoint.path);
    let comment = shape_comment("    ", endpoint.shape, Some(&origin), failures)?;
    Ok(format!("\n{comment}    public {declaration}\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_function_and_in_the_list() {
        let text = text().unwrap();
        for endpoint in Endpoint::ALL {
            let function = format!(" fun {}(", endpoint.camel_name());
            assert_eq!(text.matches(&function).count(), 1, "{}", endpoint.name);
            assert!(text.contains(&format!("\n        {},\n", endpoint.shape.name)));
        }
    }

    #[test]
    fn what_changes_something_suspends_and_a_query_is_a_flow() {
        let text = text().unwrap();
        assert!(text.contains("    public suspend fun add(lead: AddLead): Receipt = run(lead)\n"));
        assert!(
            text.contains("    public fun query(query: QueryLeads): Flow<Lead> = scan(query)\n")
        );
    }
}
