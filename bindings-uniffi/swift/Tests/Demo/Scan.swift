import QinceLeads
import TestSupport

private let leads = 2500

/// A scan over more leads than a page holds.
func showScan(_ stage: Stage) async throws {
    let before = try await ids(stage)
    try await stage.sandbox.createLeads(leads, codePrefix: "P")
    let created = try await ids(stage).subtracting(before)

    let query = QueryLeads(createTimeStart: "2026-01-01", createTimeEnd: "2026-01-01", page: 1, pageSize: 1000)
    let read = try await all(stage.client.query(query)).map { $0.id ?? "" }
    let attempts = stage.attempts()
    try expect(!attempts.isEmpty, "nothing was sent")
    Screen.line("query", "sent", stage.path(attempts[0]))
    Screen.line("", "", try stage.body(of: query))
    Screen.line("", "came", "2,500 leads in \(attempts.count) requests; the last page was empty")

    try expect(read.count == leads, "\(read.count) leads were read")
    try expect(Set(read).count == leads, "a lead was handed out twice")
    try expect(Set(read) == created, "the leads read are not those that were created")
    Screen.ok("every lead once, and just those that the sandbox has")
}

private func ids(_ stage: Stage) async throws -> Set<String> {
    Set(try await stage.sandbox.leads().map(\.id))
}
