import Foundation
import QinceLeads
import TestSupport

/// A transport of this package.
enum Driven: String, CaseIterable {
    #if os(Linux)
        case curl = "swift-curl"
    #endif
    case urlSession = "swift-urlsession"
}

/// The server that says what is to be tried, and judges what came of it.
struct Control {
    private let server: Server

    init() throws {
        let url = ProcessInfo.processInfo.environment["QINCE_FAULTS"] ?? ""
        guard let port = URLComponents(string: url)?.port.flatMap(UInt16.init(exactly:)) else {
            throw Wrong("QINCE_FAULTS is to name the control server; `cargo xtask certify --lang swift` does so")
        }
        server = Server(port: port)
    }

    /// Each fault once, for an add with a code and for one without; what differs from what is expected.
    func runCases(_ driven: Driven) async throws -> [String] {
        let run = try await begin(driven, [])
        let outcomes = try await forEach(Case.all(of: run)) { try await $0.outcomeAlone(by: driven) }
        return try await end(run, ["cases": .list(outcomes)])
    }

    /// What takes memory, and how much of it.
    func runBounds(_ driven: Driven) async throws -> [String] {
        let run = try await begin(driven, [JSON.Member("kind", "bounds")])
        var outcomes: [JSON] = []
        for one in try Case.all(of: run) { outcomes.append(try await one.outcome(by: driven)) }
        return try await end(run, ["cases": .list(outcomes), "peak_mib": .number(String(try peakMib()))])
    }

    /// Many adds at once by one client, of which each may meet a fault.
    func runChaos(_ driven: Driven, adds: Int64) async throws -> [String] {
        #if os(Linux)
            if driven == .urlSession {
                print("left out: Foundation's URLSession on Linux ends the process where a head breaks off")
                return []
            }
        #endif
        let run = try await begin(
            driven, [JSON.Member("kind", "chaos"), JSON.Member("adds", .number(String(adds)))])
        let account = try Account(
            openid: run.said("openid"), appKey: run.said("app_key"), baseUrl: run.said("base_url"))
        var options = QinceLeads.Options(policy: Policy(maxAttempts: 4, baseDelayMs: 20, maxDelayMs: 200))
        options.timeout = try run.duration("timeout_ms")
        options.connectTimeout = try run.duration("connect_timeout_ms")
        let client = QinceLeads(
            account: account, transport: driven.transport(proxy: nil, caFile: nil), options: options)
        let leads = (run["leads"]?.elements ?? []).map(AddLead.init(told:))
        let ends = try await forEach(leads, atOnce: leads.count) { lead -> JSON in
            let error = await refusal { try await client.add(lead) }
            return [.text(error?.code ?? "ok"), failure(of: error)]
        }
        return try await end(run, ["ends": .list(ends)])
    }

    private func begin(_ driven: Driven, _ members: [JSON.Member]) async throws -> JSON {
        try await server.ask("POST", "/runs", .object([JSON.Member("transport", .text(driven.rawValue))] + members))
    }

    private func end(_ run: JSON, _ outcome: JSON) async throws -> [String] {
        let verdict = try await server.ask("POST", "/runs/\(run["run"]?.integer ?? 0)", outcome)
        return (verdict["failed"]?.elements ?? []).compactMap { $0.string }
    }
}

/// What a transport said of the request that an error is about.
func failure(of error: QinceError?) -> JSON {
    guard case .transport(let failed)? = error else { return .null }
    return failed.failure == .notSent ? "not_sent" : "unknown"
}

/// The most memory that this process ever held.
private func peakMib() throws -> Int {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    guard let kib = line?.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else {
        throw Wrong("the system does not say how much memory was used")
    }
    return kib / 1024
}
