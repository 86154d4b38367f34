import Foundation
import QinceLeads
import TestSupport

/// A client for the sandbox, and what it sent.
struct Host: Sendable {
    var client: QinceLeads
    let attempts = Attempts()

    /// A client that waits only shortly between attempts.
    init(_ environment: Environment, policy: Policy = .swift, timeout: Duration = .seconds(5)) throws {
        client = QinceLeads(
            account: try environment.account(),
            options: .init(timeout: timeout, policy: policy) { [attempts] in attempts.note($0) })
    }

    func find(_ query: QueryLeads) async throws -> [Lead] {
        try await all(client.query(query))
    }

    func find(_ query: QueryApaasLeads) async throws -> [ApaasLead] {
        try await all(client.queryApaas(query))
    }

    /// The attempts since this was asked last, each as in `add unknown`.
    func trace() -> [String] {
        attempts.trace()
    }
}

extension Policy {
    static let swift = Policy(maxAttempts: 8, baseDelayMs: 2, maxDelayMs: 20)
}

/// Runs a test with an empty sandbox and a client for it.
func withHost(
    policy: Policy = .swift, timeout: Duration = .seconds(5),
    _ test: @escaping @Sendable (Host, Sandbox) async throws -> Void
) async throws {
    try await withSandbox { sandbox, environment in
        try await test(Host(environment, policy: policy, timeout: timeout), sandbox)
    }
}
