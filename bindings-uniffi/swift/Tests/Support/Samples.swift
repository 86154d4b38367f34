import QinceLeads

/// The shortest payload of each operation that breaks no rule, by the operation's name.
public let valid: [(operation: String, payload: any Payload)] = [
    ("add", AddLead(empName: "e")),
    ("add_apaas", AddApaasLead(companyName: "c")),
    ("modify", ModifyLead(id: "7", cusName: "c")),
    ("modify_apaas", ModifyApaasLead(id: "7", companyName: "c")),
    ("remove", RemoveLead(id: "7")),
    ("query", QueryLeads(code: "c")),
    ("query_apaas", QueryApaasLeads(code: "c")),
]

/// What a payload breaks.
public func violations(_ payload: some Payload) -> [QinceError.Violation] {
    do throws(QinceError) {
        try payload.validate()
        return []
    } catch {
        if case .invalidPayload(let invalid) = error { return invalid.violations }
        return []
    }
}
