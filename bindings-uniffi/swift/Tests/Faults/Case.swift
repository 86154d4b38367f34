import Foundation
import QinceLeads
import TestSupport

/// One fault, and an add that meets it.
struct Case: Sendable {
    /// What the control server says of it, and of its run.
    private let json: JSON

    init(_ json: JSON) {
        self.json = json
    }

    /// The cases of a run.
    static func all(of run: JSON) throws -> [Case] {
        let common = (run.members ?? []).filter { $0.name != "cases" && $0.name != "ca_pem" }
        return (run["cases"]?.elements ?? []).map { Case(.object(($0.members ?? []) + common)) }
    }

    /// What the add came to, by a client of its own.
    func outcome(by driven: Driven) async throws -> JSON {
        let attempts = Attempts()
        let isTrusting = json["trust"]?.flag == true
        let transport = try driven.transport(
            proxy: json["proxy"]?.string, caFile: isTrusting ? json.said("ca_file") : nil)
        let account = try Account(
            openid: json.said("openid"), appKey: json.said("app_key"), baseUrl: json.said("base_url"))
        let client = QinceLeads(
            account: account, transport: transport,
            options: .init(
                timeout: try json.duration("timeout_ms"),
                connectTimeout: try json.duration("connect_timeout_ms"),
                policy: Policy(maxAttempts: 3, baseDelayMs: 20, maxDelayMs: 50)
            ) { attempts.note($0) })
        if json["warm_up"]?.flag == true {
            for try await _ in client.query(QueryLeads(code: "warm-up")) {}
            try await Task.sleep(for: json.duration("pause_ms"))
        }
        let lead = AddLead(told: json["lead"] ?? .null)
        let error = await refusal { try await client.add(lead) }
        let adds = attempts.take().filter { $0.operation == "add" }.map { JSON.text($0.outcome) }
        return [
            "id": .text(try json.said("id")), "adds": .list(adds), "end": .text(error?.code ?? "ok"),
            "failure": failure(of: error), "message": error.map { .text($0.message) } ?? .null,
        ]
    }

    /// The same in a process of its own where the transport may end it, as Foundation's on Linux does.
    func outcomeAlone(by driven: Driven) async throws -> JSON {
        #if os(Linux)
            guard driven == .urlSession else { return try await outcome(by: driven) }
            return try await inThread {
                let process = Process()
                process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
                process.arguments = ["--case", json.written]
                let output = Pipe()
                process.standardOutput = output
                try process.run()
                let said = try output.fileHandleForReading.readToEnd() ?? Data()
                process.waitUntilExit()
                if process.terminationStatus == 0 { return try JSON(Array(said)) }
                return [
                    "id": .text(try json.said("id")), "adds": [], "end": "the process ended", "failure": .null,
                    "message": .null,
                ]
            }
        #else
            return try await outcome(by: driven)
        #endif
    }
}

extension AddLead {
    /// The lead that the control server names.
    init(told json: JSON) {
        self.init(
            empName: json["emp_name"]?.string, code: json["code"]?.string, cusName: json["cus_name"]?.string)
    }
}

extension JSON {
    func said(_ name: String) throws -> String {
        guard let text = self[name]?.string else { throw Wrong("\(name) is missing") }
        return text
    }

    func duration(_ name: String) throws -> Duration {
        guard let milliseconds = self[name]?.integer else { throw Wrong("\(name) is missing") }
        return .milliseconds(milliseconds)
    }
}

extension Driven {
    func transport(proxy: String?, caFile: String?) -> any Transport {
        switch self {
        #if os(Linux)
            case .curl: CurlTransport(proxy: proxy, caFile: caFile)
        #endif
        case .urlSession: URLSessionTransport()
        }
    }
}
