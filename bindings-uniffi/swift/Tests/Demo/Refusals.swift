import QinceLeads
import TestSupport

/// Refused by the core, before anything is sent.
func showInvalid(_ stage: Stage) async throws {
    let name = String(repeating: "客", count: 101)
    let lead = try AddLead(
        json: #"{"cus_name": "\#(name)", "mobile_repeat": "2", "exts": [{"salesleads_ext_value": "没有key"}]}"#)
    Screen.line("add", "given", lead.toJson())
    let before = try await stage.sandbox.requests()
    var violations: [QinceError.Violation] = []
    do {
        _ = try await stage.client.add(lead)
    } catch QinceError.invalidPayload(let invalid) {
        violations = invalid.violations
    }
    for (index, violation) in violations.enumerated() { Screen.line("", String(index + 1), violation.message) }
    try expect(violations.count == 4, "\(violations.count) violations were reported")
    do {
        try lead.validate()
        throw Wrong("the payload itself finds no fault")
    } catch QinceError.invalidPayload(let own) {
        try expect(own.violations == violations, "the payload itself says something else")
    }
    try expect(stage.attempts().isEmpty, "the observer saw an attempt")
    try expect(try await stage.sandbox.requests() == before, "a request was sent")
    Screen.ok("all four at once, and no request came to the sandbox")
}

/// Refused by the service.
func showRejected(_ stage: Stage) async throws {
    let lead = AddLead(empName: "负责人", code: "P1", cusName: "示例公司")
    do {
        _ = try await stage.show(lead, { try await stage.client.add(lead) }, { _ in "accepted" })
        throw Wrong("the service did not refuse")
    } catch QinceError.rejected(let rejected) {
        try expect(rejected.returnCode == "1", "the service's code is \(rejected.returnCode)")
    }
    try expect(try await stage.sandbox.leads(code: "P1").count == 1, "the code was given twice")
    Screen.ok("not sent again, and still one lead has the code")
}
