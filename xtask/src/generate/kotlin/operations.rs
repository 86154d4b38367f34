//! The operations as functions of the client.

use qince_leads::Endpoint;
use qince_leads::meta::camel_case;

use super::{LONGEST, columns, comment, shape_comment};
use crate::generate::words::{self, ByCode};

const HEAD: &str = "
import kotlinx.coroutines.flow.Flow
";

const INTERFACE: &str = "public interface LeadsClient {";

const REST: &str = "
    /**
     * Sends a request to any endpoint of the vendor, such as `customer/v1/queryCustomer`; its [payload] is an object or
     * a list. Whatever does harm where it is carried out twice is not to [repeat].
     *
     * @throws QinceException where it fails.
     */
    public suspend fun other(path: String, payload: Json, repeat: Boolean = true, options: CallOptions? = null): Receipt

    /**
     * All leads that a query finds, page by page as they are asked for, each lead once. Pages without anything new are
     * passed over, unless they have faults. Each collection begins anew.
     */
    public fun <L : Record> pages(query: Query<L>, options: CallOptions? = null): Flow<Page<L>>
}
";

const CLASS: &str = "
/** The operations, all of one kind. */
public sealed class Operations : LeadsClient {
    internal abstract suspend fun <R> run(request: Request<R>, options: CallOptions?, byCode: Boolean = false): R

    private suspend fun <R> ensured(lead: Request<R>, options: CallOptions?): R = run(lead, options, byCode = true)

    private suspend fun <L : Record> found(query: Query<L>, options: CallOptions?): L? =
        run(query, options, byCode = true).firstOrNull()

    internal abstract fun <L : Record> scan(query: Query<L>, options: CallOptions?): Flow<L>
";

const FAILURES: &str = "@throws QinceException where it fails.";

const FAILURES_OF_QUERIES: &str = "Pages are asked for as they are used, and each collection begins anew. It throws a [QinceException] where it fails.";

pub(super) fn text() -> anyhow::Result<String> {
    let names: String = Endpoint::ALL
        .iter()
        .map(|endpoint| format!("        {},\n", endpoint.shape.name))
        .collect();
    let about = comment(
        "",
        &[
            "The service's operations, each as one function, with [CallOptions] where one call is to differ.".to_owned(),
            "[QinceLeads] carries them out. Whoever tests a program of their own gives it another one.".to_owned(),
        ],
    );
    let declarations: anyhow::Result<String> =
        Endpoint::ALL.iter().map(|endpoint| declaration(endpoint)).collect();
    let functions: String = Endpoint::ALL.iter().map(|endpoint| function(endpoint)).collect();
    let (declared, carried_out): (Vec<_>, Vec<_>) =
        words::by_code().map(|each| by_code(&each)).unzip();
    Ok(format!(
        "{HEAD}\ninternal val OPERATIONS: List<Operation<*, *>> =\n    listOf(\n{names}    )\n\n{about}{INTERFACE}{}{}{REST}{CLASS}{functions}{}}}\n",
        declarations?,
        declared.concat(),
        carried_out.concat()
    ))
}

fn declaration(endpoint: &Endpoint) -> anyhow::Result<String> {
    let (name, payload) = (endpoint.camel_name(), endpoint.shape.name);
    let (failures, declaration) = match endpoint.paging {
        Some(paging) => {
            let record = paging.record.name;
            let declaration = format!(
                "fun {name}(query: {payload}, options: CallOptions? = null): Flow<{record}>"
            );
            (FAILURES_OF_QUERIES, declaration)
        }
        None => {
            let declaration = format!(
                "suspend fun {name}(lead: {payload}, options: CallOptions? = null): Receipt"
            );
            (FAILURES, declaration)
        }
    };
    let origin = format!("`{}`", endpoint.path);
    let comment = shape_comment("    ", endpoint.shape, Some(&origin), failures)?;
    Ok(format!("\n{comment}    public {declaration}\n"))
}

fn function(endpoint: &Endpoint) -> String {
    let (name, payload) = (endpoint.camel_name(), endpoint.shape.name);
    let function = match endpoint.paging {
        Some(paging) => {
            let record = paging.record.name;
            format!(
                "fun {name}(query: {payload}, options: CallOptions?): Flow<{record}> = scan(query, options)"
            )
        }
        None => format!(
            "suspend fun {name}(lead: {payload}, options: CallOptions?): Receipt = run(lead, options)"
        ),
    };
    format!("\n    override {function}\n")
}

/// How a lead is found by its code, and added unless it is there, and how many are added: declared, and carried out.
fn by_code(by_code: &ByCode) -> (String, String) {
    let ByCode { suffix, lead, payload, query, record } = by_code;
    let named = |verb: &str| camel_case(&format!("{verb}{suffix}"));
    let (add, find, ensure, many) =
        (named("add"), named("find"), named("ensure"), named("add_many"));
    let about = |lines: &[&str]| {
        let lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
        comment("    ", &lines)
    };
    let about_find = about(&[
        &format!("Finds {lead} by its [code] (线索编码); null where none has it."),
        "Codes are the same regardless of ASCII case and the white space around them. Exactly this one goes first.",
        FAILURES,
    ]);
    let about_ensure = about(&[
        &format!("Adds {lead} unless there is one with its `code` (线索编码), which is required."),
        "It is looked for before it is added, and once more where that is refused. The receipt says whether there was one.",
        FAILURES,
    ]);
    let about_many = about(&[
        &format!(
            "Adds many leads, each {lead}, and gives an outcome for each, as they end: what is wrong with one throws nothing."
        ),
        "No more [leads] are read than are under way, at most [atOnce], of which no more than [perSecond] begin in a second. A list is a flow by `asFlow()`.",
        "Each collection adds all of them. It throws what [leads] throw, once what was begun has ended and was handed out.",
    ]);
    let declared = format!(
        "\n{about_find}    public suspend fun {find}(code: String, options: CallOptions? = null): {record}?\n\
         \n{about_ensure}    public suspend fun {ensure}(lead: {payload}, options: CallOptions? = null): Receipt\n\
         \n{about_many}    public fun {many}(\n        leads: Flow<{payload}>,\n        atOnce: Int = 8,\n        \
         perSecond: Double? = null,\n        options: CallOptions? = null,\n    ): Flow<LeadOutcome<{payload}>>\n"
    );
    let parameters =
        format!("leads: Flow<{payload}>, atOnce: Int, perSecond: Double?, options: CallOptions?");
    let mut add_many = format!("    override fun {many}({parameters}): AddMany<{payload}> =");
    if columns(&add_many) <= LONGEST {
        add_many.push_str("\n       ");
    } else {
        let parameters = parameters.replace(", ", ",\n        ");
        add_many =
            format!("    override fun {many}(\n        {parameters},\n    ): AddMany<{payload}> =");
    }
    let carried_out = format!(
        "\n    override suspend fun {find}(code: String, options: CallOptions?): {record}? = found({query}(code = code), options)\n\
         \n    override suspend fun {ensure}(lead: {payload}, options: CallOptions?): Receipt = ensured(lead, options)\n\
         \n{add_many} AddMany(leads, atOnce, perSecond) {{ {add}(it, options) }}\n"
    );
    (declared, carried_out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_is_a_function_and_in_the_list() {
        let text = text().unwrap();
        for endpoint in Endpoint::ALL {
            let function = format!(" fun {}(", endpoint.camel_name());
            // In the interface, and in the class that carries it out.
            assert_eq!(text.matches(&function).count(), 2, "{}", endpoint.name);
            assert!(text.contains(&format!("\n        {},\n", endpoint.shape.name)));
        }
    }

    #[test]
    fn what_is_added_is_found_and_ensured() {
        let text = text().unwrap();
        for name in ["find", "findApaas", "ensure", "ensureApaas", "addMany", "addManyApaas"] {
            assert_eq!(text.matches(&format!(" fun {name}(")).count(), 2, "{name}");
        }
    }

    #[test]
    fn what_changes_something_suspends_and_a_query_is_a_flow() {
        let text = text().unwrap();
        assert!(text.contains(
            "suspend fun add(lead: AddLead, options: CallOptions?): Receipt = run(lead, options)\n"
        ));
        assert!(text.contains("    override fun query(query: QueryLeads, options: CallOptions?): Flow<Lead> = scan(query, options)\n"));
    }
}
