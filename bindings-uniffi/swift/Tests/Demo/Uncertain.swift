import QinceLeads
import TestSupport

private let code = "D1"

/// An add is carried out, but its reply never comes.
func showUncertain(_ stage: Stage) async throws {
    try await stage.sandbox.planNext("drop_after")
    let receipt = try await stage.client.add(AddLead(empName: "负责人", code: code, cusName: "示例公司"))
    try await stage.sandbox.planFaults()

    let attempts = stage.attempts()
    for attempt in attempts {
        Screen.line(attempt.operation, "sent", stage.path(attempt))
        let came = attempt.status.map { "HTTP \($0)" } ?? "the connection was closed without a reply"
        Screen.line("", "came", "\(came) in \(attempt.durationMs) ms: \(attempt.outcome)")
    }
    let seen = attempts.map { "\($0.operation) \($0.outcome)" }
    try expect(seen == ["add unknown", "query ok"], "the attempts were \(seen)")

    let stored = try await stage.sandbox.leads(code: code)
    try expect(stored.count == 1, "\(stored.count) leads have the code \(code)")
    try expect(receipt.id == stored[0].id, "the query found another lead")
    Screen.ok("found by its code \(code): id \(stored[0].id), the only lead that has it")
}
