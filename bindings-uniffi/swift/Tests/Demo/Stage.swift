import Foundation
import QinceLeads
import TestSupport

/// What every step of the demo needs: the sandbox, an account, and what was sent.
struct Stage: Sendable {
    let baseUrl: String
    let pushSecret: String
    let account: Account
    let sandbox: Sandbox
    let client: QinceLeads
    private let seen = Attempts()

    init() throws {
        let environment = try Environment()
        baseUrl = environment.baseUrl
        pushSecret = environment.pushSecret
        account = try environment.account()
        sandbox = try Sandbox(environment)
        client = QinceLeads(account: account, options: .init(timeout: .seconds(10)) { [seen] in seen.note($0) })
    }

    /// The attempts that the observer saw since this was asked last.
    func attempts() -> [Attempt] {
        seen.take()
    }

    /// The body in which a payload is sent.
    func body(of payload: some Payload) throws -> String {
        try account.sign(payload, Stamp()).body
    }

    /// Calls, and prints what was sent and what came back: a result, or an error of the package.
    func show<Result>(
        _ payload: some Payload, _ call: () async throws -> Result, _ describe: (Result) -> String
    ) async throws -> Result {
        do {
            let result = try await call()
            try tell(payload, describe(result))
            return result
        } catch let error as QinceError {
            try tell(payload, "\(error)")
            throw error
        }
    }

    private func tell(_ payload: some Payload, _ came: String) throws {
        let attempts = attempts()
        guard let first = attempts.first, let last = attempts.last else { throw Wrong("nothing was sent: \(came)") }
        Screen.line(first.operation, "sent", path(first))
        Screen.line("", "", try body(of: payload))
        let status = last.status.map { "HTTP \($0)" } ?? "nothing"
        Screen.line("", "came", "\(status) in \(last.durationMs) ms: \(came)")
    }

    /// Where an attempt went, without the base URL that the title names.
    func path(_ attempt: Attempt) -> String {
        attempt.url.hasPrefix(baseUrl) ? String(attempt.url.dropFirst(baseUrl.count)) : attempt.url
    }

    var summary: String {
        "All as it should be: six steps, \(seen.count) requests, no lead lost, none doubled."
    }
}

/// Makes sure that something is as it should be.
func expect(_ condition: Bool, _ otherwise: @autoclosure () -> String) throws {
    if !condition { throw Wrong(otherwise()) }
}
