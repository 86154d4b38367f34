import Foundation

/// The sandbox's admin surface: tells the sandbox what to do, and asks it what came of that.
public struct Sandbox: Sendable {
    private static let listedAtOnce = 1000
    private static let patience = Duration.seconds(20)

    private let port: UInt16

    public init(_ environment: Environment) throws {
        port = try environment.port
    }

    /// Forgets leads, pushes, faults, quirks and counts.
    public func forget() async throws {
        try await ask("DELETE", "state")
    }

    /// Sets the form of replies; what is left out is the default.
    public func quirks(_ quirks: JSON) async throws {
        try await ask("PUT", "quirks", quirks)
    }

    /// Plans faults; without any, there are none. Returns the counts so far.
    @discardableResult
    public func planFaults(_ plan: JSON = [:]) async throws -> JSON {
        try await ask("PUT", "faults", plan)
    }

    /// Plans what the next requests meet.
    public func planNext(_ faults: String..., slowMs: Int64 = 30) async throws {
        try await planFaults(["next": .list(faults.map(JSON.text)), "slow_ms": .number(String(slowMs))])
    }

    /// How many requests came.
    public func requests() async throws -> Int64 {
        try await ask("GET", "faults")["requests"]?.integer ?? 0
    }

    /// Creates leads with the codes `L1`, `L2` and so on.
    public func createLeads(_ count: Int, family: String = "classic", codePrefix: String = "L") async throws {
        try await ask(
            "POST", "leads",
            [
                "count": .number(String(count)), "family": .text(family), "code_prefix": .text(codePrefix),
                "create_date": "2026-01-01",
            ])
    }

    /// All leads of both families, removed ones too, in the order of their creation.
    public func leads() async throws -> [Stored] {
        var leads: [Stored] = []
        while true {
            let listing = try await ask("GET", "leads?limit=\(Self.listedAtOnce)&offset=\(leads.count)")
            let more = (listing["leads"]?.elements ?? []).map(Stored.init)
            leads += more
            if leads.count >= listing["total"]?.integer ?? 0 { return leads }
            guard !more.isEmpty else { throw Wrong("the sandbox lists fewer leads than it has") }
        }
    }

    /// The leads that have a code.
    public func leads(code: String) async throws -> [Stored] {
        let escaped = code.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? code
        return (try await ask("GET", "leads?code=\(escaped)")["leads"]?.elements ?? []).map(Stored.init)
    }

    /// The lead of an id.
    public func lead(_ id: String?) async throws -> Stored {
        guard let lead = try await leads().first(where: { $0.id == id }) else {
            throw Wrong("the sandbox has no lead \(id ?? "without an id")")
        }
        return lead
    }

    /// Pushes follow-up records, and waits for what becomes of them.
    public func push(to url: String, _ order: JSON = [:]) async throws -> [Delivery] {
        let members = [JSON.Member("url", .text(url))] + (order.members ?? [])
        return (try await ask("POST", "follow-ups", .object(members))["pushes"]?.elements ?? []).map(Delivery.init)
    }

    /// Pushes those again that were not acknowledged.
    public func redeliver() async throws -> [Delivery] {
        (try await ask("POST", "redeliver", [:])["pushes"]?.elements ?? []).map(Delivery.init)
    }

    /// What became of every genuine push.
    public func journal() async throws -> [JSON] {
        try await ask("GET", "pushes")["pushes"]?.elements ?? []
    }

    /// Waits until so many requests have come since the state was forgotten.
    public func awaitRequests(_ count: Int64) async throws {
        try await wait { try await requests() >= count }
    }

    /// Waits until every request that was held back is carried out, so that what is stored is what it stays.
    public func awaitLateRequests() async throws {
        try await wait { try await ask("GET", "faults")["held_back"]?.integer == 0 }
    }

    /// Waits until so many leads are stored: what was asked for is carried out, though whoever asked has gone.
    public func awaitLeads(_ count: Int) async throws {
        try await wait { try await leads().count >= count }
    }

    private func wait(_ isSo: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + Self.patience
        while try await !isSo() {
            guard ContinuousClock.now < deadline else { throw Wrong("the sandbox was waited for in vain") }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    @discardableResult
    private func ask(_ method: String, _ path: String, _ order: JSON? = nil) async throws -> JSON {
        try await Server(port: port).ask(method, "/_sandbox/\(path)", order)
    }
}

/// A lead as the sandbox keeps it.
public struct Stored: Sendable {
    public let json: JSON

    public var id: String { json["id"]?.string ?? "" }
    public var family: String { json["family"]?.string ?? "" }
    public var code: String? { json["code"]?.string }
    public var isRemoved: Bool { json["removed"]?.flag ?? false }
    public var revision: Int64 { json["revision"]?.integer ?? 0 }
    public var payload: JSON { json["payload"] ?? .null }
    /// Every request that wrote it: its message id, and its body word for word.
    public var writes: [(msgId: String?, body: String?)] {
        (json["writes"]?.elements ?? []).map { ($0["msg_id"]?.string, $0["body"]?.string) }
    }
}

/// A push that was delivered, and what was said to it.
public struct Delivery: Sendable {
    public let json: JSON

    public var msgId: String? { json["msg_id"]?.string }
    public var isForged: Bool { json["forged"]?.flag ?? false }
    public var isAcknowledged: Bool { json["acknowledged"]?.flag ?? false }
    public var status: Int64? { json["http_status"]?.integer }
    public var answer: String? { json["answer"]?.string }
}

/// Waits for something in a thread of its own: the threads of tasks are too few to wait in.
public func inThread<Result: Sendable>(_ run: @escaping @Sendable () throws -> Result) async throws -> Result {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread {
            continuation.resume(with: Swift.Result { try run() })
        }
    }
}
