import Foundation
import QinceLeads
import TestSupport
import Testing

/// Many adds, and what is found by its code, with a service of its own.
@Suite(.timeLimit(.minutes(3))) struct ManyTests {
    @Test func ofManyLeadsUnderFaultsEachIsAddedOnce() async throws {
        let patient = Policy(maxAttempts: 40, baseDelayMs: 2, maxDelayMs: 40, deadlineMs: nil)
        try await withHost(policy: patient) { host, sandbox in
            try await sandbox.planFaults([
                "rate": .number("0.3"), "seed": 5, "slow_ms": 10,
                "kinds": ["drop_before", "drop_after", "error_500", "error_500_after", "truncated", "slow", "gzip"],
            ])
            let leads = (0..<200).lazy.map { AddApaasLead(code: "M\($0)", companyName: "公司 \($0)") }
            var ids: [String: String?] = [:]
            for try await one in host.client.addManyApaas(leads) {
                ids["M\(one.index)"] = try one.result.get().id
            }
            let stored = try await sandbox.leads()
            #expect(stored.count == 200 && ids.count == 200)
            for lead in stored { #expect(ids[lead.code ?? ""] == lead.id) }
            #expect(host.trace().count > 240)
        }
    }

    @Test func aLeadIsFoundByItsCodeInItsFamily() async throws {
        try await withHost { host, sandbox in
            try await sandbox.createLeads(12)
            try await sandbox.createLeads(1, family: "apaas", codePrefix: "A")
            let client = host.client
            #expect(try await client.find(code: "L1")?.code == "L1")
            #expect(try await client.find(code: "L13") == nil)
            #expect(try await client.findApaas(code: "A1")?.code == "A1")
            #expect(try await client.findApaas(code: "L1") == nil)
        }
    }

    @Test func whatIsEnsuredTwiceExistedTheSecondTime() async throws {
        try await withHost { host, sandbox in
            let client = host.client
            let first = try await client.ensure(AddLead(empName: "负责人", code: "C1"))
            let second = try await client.ensure(AddLead(empName: "另一人", code: "C1"))
            #expect(!first.existed && second.existed && first.id == second.id && first.id != nil)
            let apaas = AddApaasLead(code: "C2", companyName: "示例公司")
            #expect(try await !client.ensureApaas(apaas).existed)
            #expect(try await client.ensureApaas(apaas).existed)
            #expect(try await sandbox.leads().map(\.code) == ["C1", "C2"])
            #expect(try await sandbox.leads(code: "C1")[0].payload["empName"]?.string == "负责人")
        }
    }
}
