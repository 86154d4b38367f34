import Foundation
import QinceLeads
import TestSupport
import Testing

/// By kind of fault: what the observer sees of the request that meets it.
private let before = ["drop_before": "unknown", "error_500": "http_status", "bad_gateway": "http_status"]
private let after = ["drop_after": "unknown", "error_500_after": "http_status", "truncated": "malformed"]
private let harmless = ["slow": "ok", "late": "ok", "gzip": "ok"]
private let inDoubt = before.merging(after) { one, _ in one }
private let eachFault = [
    "drop_before", "error_500", "bad_gateway", "drop_after", "error_500_after", "truncated", "slow", "late", "gzip",
]

private func only(_ found: [some Record]) throws {
    if found.count != 1 { throw Wrong("\(found.count) leads were found") }
}

/// A service that misbehaves: what is promised of every operation.
@Suite(.timeLimit(.minutes(3))) struct FaultTests {
    @Test(arguments: eachFault)
    func everyOperationThatMeetsAFaultEndsAsPromised(_ fault: String) async throws {
        try await withHost { host, sandbox in
            #expect(try await eachOperation(host, sandbox, fault) == promised(fault))
            let stored = try await sandbox.leads()
            #expect(stored.map(\.code) == ["C1", "C2"])
            #expect(stored.map(\.isRemoved) == [true, false])
            #expect(stored.map { $0.payload["linkman"]?.string } == ["甲", "乙"])
        }
    }

    /// Has each operation's first request meet a fault, and returns what was attempted for it.
    private func eachOperation(_ host: Host, _ sandbox: Sandbox, _ fault: String) async throws -> [String: [String]] {
        var traces: [String: [String]] = [:]
        func meet(_ operation: String, _ call: () async throws -> Void) async throws {
            try await sandbox.planNext(fault)
            try await call()
            traces[operation] = host.trace()
        }
        let client = host.client
        try await meet("add") { try await client.add(AddLead(empName: "负责人", code: "C1")) }
        try await meet("add_apaas") { try await client.addApaas(AddApaasLead(code: "C2", companyName: "示例公司")) }
        try await meet("modify") { try await client.modify(ModifyLead(code: "C1", linkman: "甲")) }
        try await meet("modify_apaas") { try await client.modifyApaas(ModifyApaasLead(code: "C2", linkman: "乙")) }
        try await meet("query") {
            let found = try await host.find(QueryLeads(code: "C1"))
            #expect(found.map(\.linkman) == ["甲"])
        }
        try await meet("query_apaas") {
            let found = try await host.find(QueryApaasLeads(code: "C2"))
            #expect(found.map(\.linkman) == ["乙"])
        }
        try await meet("remove") {
            let error = await refusal { try await client.remove(RemoveLead(code: "C1")) }
            // Its first request was carried out, and the reply lost.
            #expect(error?.code == (after[fault] == nil ? nil : "rejected"))
        }
        return traces
    }

    /// What each operation is to attempt where its first request meets this fault.
    private func promised(_ fault: String) -> [String: [String]] {
        var traces: [String: [String]] = [:]
        let (writes, queries) = (["add", "add_apaas", "modify", "modify_apaas", "remove"], ["query", "query_apaas"])
        guard let outcome = inDoubt[fault] else {
            for write in writes { traces[write] = ["\(write) ok"] }
            // A scan ends with an empty page.
            for query in queries { traces[query] = ["\(query) ok", "\(query) ok"] }
            return traces
        }
        for write in writes { traces[write] = ["\(write) \(outcome)", "\(write) ok"] }
        for query in queries { traces[query] = ["\(query) \(outcome)", "\(query) ok", "\(query) ok"] }
        for (add, query) in [("add", "query"), ("add_apaas", "query_apaas")] {
            traces[add] = ["\(add) \(outcome)", "\(query) ok"] + (after[fault] == nil ? ["\(add) ok"] : [])
        }
        if after[fault] != nil { traces["remove"] = ["remove \(outcome)", "remove rejected"] }
        return traces
    }

    @Test func aServiceThatIsBusyIsAskedAgainWhenItSays() async throws {
        try await withHost { host, sandbox in
            try await sandbox.createLeads(3)
            try await sandbox.createLeads(2, family: "apaas", codePrefix: "A")
            let client = host.client
            let calls: [@Sendable () async throws -> Void] = [
                { try await client.add(AddLead(empName: "负责人", code: "T")) },
                { try await client.addApaas(AddApaasLead(code: "T", companyName: "示例公司")) },
                { try await client.modify(ModifyLead(code: "L1", linkman: "甲")) },
                { try await client.modifyApaas(ModifyApaasLead(code: "A1", linkman: "乙")) },
                { try await client.remove(RemoveLead(code: "L2")) },
                { try only(await host.find(QueryLeads(code: "L3"))) },
                { try only(await host.find(QueryApaasLeads(code: "A2"))) },
            ]
            // All at once, for each of them waits a second.
            try await sandbox.planFaults(["next": .list(Array(repeating: "too_many", count: calls.count))])
            let began = ContinuousClock.now
            _ = try await forEach(calls) { try await $0() }
            #expect(ContinuousClock.now - began >= .seconds(1))
            let trace = host.trace()
            #expect(trace.filter { $0.hasSuffix("http_status") }.count == 7)
            #expect(trace.filter { $0.hasSuffix("ok") }.count == 9)
            let stored = try await sandbox.leads()
            #expect(stored.filter { $0.code == "T" }.map(\.family).sorted() == ["apaas", "classic"])
            #expect(stored.filter(\.isRemoved).map(\.code) == ["L2"])
            #expect(stored.filter { $0.revision == 1 && !$0.isRemoved }.map(\.code) == ["L1", "A1"])
        }
    }

    @Test func aServiceThatIsAlwaysBusyEndsInTheLastFailureAndNothingIsAdded() async throws {
        try await withHost(policy: Policy(maxAttempts: 3, deadlineMs: 100)) { host, sandbox in
            try await sandbox.planFaults(["rate": 1, "kinds": ["too_many"]])
            guard case .httpStatus(let busy)? = await refusal({ try await host.client.add(AddLead(empName: "负责人")) })
            else {
                Issue.record("another end")
                return
            }
            #expect(busy.status == 429)
            // Its deadline comes before what Retry-After asks for.
            #expect(host.trace() == ["add http_status"])
            #expect(try await sandbox.leads().isEmpty)
        }
    }

    @Test(arguments: Array(inDoubt.keys.sorted()))
    func anAddWithoutACodeWhoseOutcomeIsUnknownIsUncertain(_ fault: String) async throws {
        try await withHost { host, sandbox in
            let adds: [(String, @Sendable () async throws -> Receipt)] = [
                ("add", { try await host.client.add(AddLead(empName: "负责人")) }),
                ("add_apaas", { try await host.client.addApaas(AddApaasLead(companyName: "示例公司")) }),
            ]
            for (operation, add) in adds {
                try await sandbox.planNext(fault)
                guard case .uncertain(let uncertain)? = await refusal(add) else {
                    Issue.record("another end")
                    continue
                }
                #expect(host.trace() == ["\(operation) \(inDoubt[fault]!)"])
                switch (inDoubt[fault], uncertain.cause) {
                case ("unknown", .transport(let failed)): #expect(failed.failure == .unknown && failed.cause != nil)
                case ("http_status", .httpStatus(let status)): #expect(status.status >= 500)
                case ("malformed", .malformed(let malformed)): #expect(malformed.body.first == UInt8(ascii: "{"))
                default: Issue.record("another cause: \(uncertain.cause)")
                }
            }
            #expect(try await sandbox.leads().count == (after[fault] == nil ? 0 : 2))
        }
    }

    @Test func theQueryThatSettlesAnAddIsAskedAgainUntilItIsAnswered() async throws {
        try await withHost { host, sandbox in
            try await sandbox.planNext("drop_after", "drop_before", "error_500", "truncated", "none")
            let receipt = try await host.client.add(AddLead(empName: "负责人", code: "C1"))
            #expect(
                host.trace() == ["add unknown", "query unknown", "query http_status", "query malformed", "query ok"])
            #expect(try await sandbox.leads().map(\.id) == [receipt.id])
        }
    }

    @Test func anAddThatCannotBeSettledInTimeIsUncertain() async throws {
        try await withHost(policy: Policy(maxAttempts: 2, baseDelayMs: 2)) { host, sandbox in
            try await sandbox.planNext("drop_after", "drop_before", "drop_before")
            let error = await refusal { try await host.client.add(AddLead(empName: "负责人", code: "C1")) }
            #expect(error?.code == "uncertain")
            #expect(host.trace() == ["add unknown", "query unknown", "query unknown"])
            #expect(try await sandbox.leads().count == 1)
        }
    }

    @Test(arguments: ["slow", "late"])
    func addsWhoseRepliesComeTooLateAreSettledAndAddedOnce(_ fault: String) async throws {
        try await withHost(timeout: .milliseconds(300)) { host, sandbox in
            try await sandbox.planFaults(["rate": 1, "kinds": [.text(fault)], "operations": ["add"], "slow_ms": 900])
            let codes = (0..<6).map { "C\($0)" }
            let ids = try await forEach(codes) { try await host.client.add(AddLead(empName: "负责人", code: $0)).id }
            #expect(host.trace().filter { $0 == "add unknown" }.count >= codes.count)
            try await sandbox.awaitLateRequests()
            let stored = try await sandbox.leads()
            #expect(stored.count == codes.count)
            #expect(
                Dictionary(uniqueKeysWithValues: stored.map { ($0.code, $0.id) })
                    == Dictionary(uniqueKeysWithValues: zip(codes, ids.map { $0! })))
        }
    }

    @Test func anAddThatItsFirstRequestOvertakesIsSettledByAnotherQuery() async throws {
        try await withHost(timeout: .milliseconds(400)) { host, sandbox in
            try await sandbox.planNext("late", "none", "too_many", slowMs: 900)
            let receipt = try await host.client.add(AddLead(empName: "负责人", code: "C1"))
            #expect(host.trace() == ["add unknown", "query ok", "add http_status", "add rejected", "query ok"])
            #expect(try await sandbox.leads().map(\.id) == [receipt.id])
        }
    }

    @Test func anAddressWhereTheServiceIsNotEndsAtOnce() async throws {
        try await withSandbox { _, environment in
            let account = try Account(
                openid: environment.openid, appKey: environment.appKey, baseUrl: "\(environment.baseUrl)/elsewhere")
            let error = await refusal {
                try await QinceLeads(account: account).add(AddLead(empName: "负责人", code: "C1"))
            }
            guard case .httpStatus(let missing)? = error else {
                Issue.record("another end")
                return
            }
            #expect(missing.status == 404)
        }
    }

    @Test func failuresShowNoSecretWhateverGoesWrong() async throws {
        try await withSandbox { sandbox, environment in
            let host = try Host(environment, policy: Policy(maxAttempts: 1))
            var shown = ""
            for fault in inDoubt.keys {
                try await sandbox.planNext(fault)
                let error = await refusal {
                    try await host.client.modify(ModifyLead(id: "1234567890123456789", linkman: "甲"))
                }
                #expect(error != nil)
                print(error as Any, error?.localizedDescription ?? "", String(reflecting: error), to: &shown)
                dump(error, to: &shown)
            }
            for attempt in host.attempts.take() { dump(attempt, to: &shown) }
            #expect(shown.contains("modify"))
            #expect(!shown.contains(environment.appKey) && !shown.contains(environment.openid))
        }
    }

    @Test func aScanUnderFaultsHandsOutEachLeadOnce() async throws {
        try await withHost { host, sandbox in
            try await sandbox.createLeads(300)
            try await sandbox.quirks(["page_cap": 20])
            let expected = Set(try await sandbox.leads().map(\.id))
            try await sandbox.planFaults([
                "rate": .number("0.3"), "seed": 11, "kinds": .list(eachFault.map(JSON.text)), "slow_ms": 10,
            ])
            let found = try await host.find(QueryLeads(createTimeStart: "2026-01-01")).compactMap(\.id)
            #expect(found.count == 300 && Set(found) == expected)
            #expect(host.trace().count > 16)
        }
    }

    @Test func modificationsAndRemovalsUnderFaultsAreAllCarriedOut() async throws {
        try await withHost { host, sandbox in
            try await sandbox.createLeads(40)
            let leads = try await sandbox.leads()
            try await sandbox.planFaults([
                "rate": .number("0.3"), "seed": 13, "kinds": .list(eachFault.map(JSON.text)), "slow_ms": 10,
            ])
            _ = try await forEach(leads) { lead in
                try await host.client.modify(ModifyLead(id: lead.id, cusName: "N\(lead.id)"))
                do {
                    try await host.client.remove(RemoveLead(id: lead.id))
                } catch QinceError.rejected {
                    // Its first request may be carried out, and the reply lost.
                }
            }
            for lead in try await sandbox.leads() {
                #expect(lead.payload["cus_name"]?.string == "N\(lead.id)" && lead.isRemoved)
            }
        }
    }
}

/// Hundreds of adds at once, against a service that fails at random: nothing is lost, and nothing doubled.
@Suite(.timeLimit(.minutes(3))) struct SoakTests {
    private static let timeout = Duration.milliseconds(500)
    private static let often: [JSON] = [
        "drop_before", "drop_after", "error_500", "error_500_after", "bad_gateway", "truncated", "slow", "gzip",
    ]
    /// One asks for a second's wait, the other costs a time-out, so they come less often than the others.
    private static let seldom: [JSON] = ["too_many", "late", "late"]
    /// So many attempts that none but a broken call uses them up.
    private static let patient = Policy(maxAttempts: 40, baseDelayMs: 5, maxDelayMs: 80, deadlineMs: nil)
    private static let slowMs: JSON = 1000

    @Test func ofHundredsOfAddsUnderRandomFaultsNoneIsLostAndNoneDoubled() async throws {
        try await withHost(policy: Self.patient, timeout: Self.timeout) { host, sandbox in
            let kinds = Array(repeating: Self.often, count: 5).flatMap { $0 } + Self.seldom
            try await sandbox.planFaults([
                "rate": .number("0.3"), "seed": 1, "kinds": .list(kinds), "slow_ms": Self.slowMs,
            ])
            let added = try await add(300, host, withCode: true)
            #expect(try await faultsMet(sandbox) > 60)
            #expect(host.trace().count > 360)
            try await judge(added, sandbox)
            #expect(added.allSatisfy { if case .success = $0.result { true } else { false } })
        }
    }

    @Test func whateverImpatientAddsSayIsSo() async throws {
        let impatient = Policy(maxAttempts: 2, baseDelayMs: 2, maxDelayMs: 5)
        try await withHost(policy: impatient, timeout: Self.timeout) { host, sandbox in
            // What is late may come after all that could be asked.
            try await sandbox.planFaults([
                "rate": .number("0.6"), "seed": 1, "kinds": .list(Self.often), "slow_ms": Self.slowMs,
            ])
            let added = try await add(100, host, withCode: true)
            #expect(try await faultsMet(sandbox) > 20)
            try await judge(added, sandbox)
            #expect(added.contains { $0.code == "uncertain" })
        }
    }

    @Test func addsWithoutCodesAreNeverSentAgainWhereInDoubt() async throws {
        try await withHost(policy: Self.patient, timeout: Self.timeout) { host, sandbox in
            try await sandbox.planFaults([
                "rate": .number("0.3"), "seed": 1, "kinds": .list(Self.often + ["too_many"]), "slow_ms": Self.slowMs,
            ])
            let added = try await add(100, host, withCode: false)
            #expect(try await faultsMet(sandbox) > 10)
            try await judge(added, sandbox)
            #expect(Set(added.map(\.code)) == [nil, "uncertain"])
            #expect(!host.trace().contains { $0.hasPrefix("query") })
        }
    }

    @Test func clientsThatAddTheSameLeadsAtOnceAddEachOnce() async throws {
        try await withSandbox { sandbox, environment in
            let kinds = Array(repeating: Self.often, count: 5).flatMap { $0 } + Self.seldom
            try await sandbox.planFaults([
                "rate": .number("0.3"), "seed": 1, "kinds": .list(kinds), "slow_ms": Self.slowMs,
            ])
            let results = try await forEach(Array(0..<4), atOnce: 4) { _ in
                try await add(20, try Host(environment, policy: Self.patient, timeout: Self.timeout), withCode: true)
            }
            #expect(try await faultsMet(sandbox) > 0)
            let stored = try await sandbox.leads()
            #expect(stored.compactMap(\.code).sorted() == (0..<20).map { "S\($0)" }.sorted())
            let ids = Dictionary(uniqueKeysWithValues: stored.map { ($0.code ?? "", $0.id) })
            for added in results.flatMap({ $0 }) {
                // Who comes late is refused, or takes the lead that has the code for its own.
                switch added.result {
                case .success(let receipt): #expect(receipt.id == ids[added.name])
                case .failure: #expect(added.code == "rejected")
                }
            }
        }
    }

    /// What came of the add of one lead, whose name none other has.
    private struct Added: Sendable {
        let name: String
        let result: Result<Receipt, any Error>

        var code: String? {
            if case .failure(let error) = result { (error as? QinceError)?.code ?? "\(error)" } else { nil }
        }
    }

    private func add(_ count: Int, _ host: Host, withCode: Bool) async throws -> [Added] {
        try await forEach(Array(0..<count)) { number in
            let name = "S\(number)"
            do {
                let receipt =
                    if number.isMultiple(of: 2) {
                        try await host.client.addApaas(AddApaasLead(code: withCode ? name : nil, companyName: name))
                    } else {
                        try await host.client.add(
                            AddLead(empName: "负责人", code: withCode ? name : nil, cusName: name))
                    }
                return Added(name: name, result: .success(receipt))
            } catch {
                return Added(name: name, result: .failure(error))
            }
        }
    }

    /// Ends the faults, waits for what was held back, and counts.
    private func faultsMet(_ sandbox: Sandbox) async throws -> Int64 {
        let counts = try await sandbox.planFaults()["faults"]?.members ?? []
        try await sandbox.awaitLateRequests()
        return counts.compactMap(\.value.integer).reduce(0, +)
    }

    /// Holds what every call said against what is stored.
    private func judge(_ added: [Added], _ sandbox: Sandbox) async throws {
        var stored = Dictionary(grouping: try await sandbox.leads()) {
            $0.payload["cus_name"]?.string ?? $0.payload["company_name"]?.string ?? ""
        }
        for one in added {
            let ids = (stored.removeValue(forKey: one.name) ?? []).map(\.id)
            switch (one.result, one.code) {
            case (.success(let receipt), _): #expect(ids == [receipt.id], "\(one.name)")
            case (_, "uncertain"): #expect(ids.count <= 1, "\(one.name)")
            default: #expect(ids.isEmpty, "\(one)")
            }
        }
        #expect(stored.isEmpty, "stored, but never added")
    }
}
