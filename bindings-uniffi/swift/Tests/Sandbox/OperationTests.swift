import Foundation
import QinceLeads
import TestSupport
import Testing

private let awkward = "“引号” \"quoted\" \\n \\u0041 </script> 100%+&=\t\n😀\u{2028}e\u{301}"

/// The seven operations, with the vendor's own samples and in every form in which the service replies.
@Suite(.timeLimit(.minutes(3))) struct OperationTests {
    @Test func aClassicLeadIsAddedModifiedFoundAndRemoved() async throws {
        try await withHost { host, sandbox in
            let client = host.client
            let lead = try AddLead(json: sample("add"))
            let id = try #require(try await client.add(lead).id)
            #expect(try await body(of: id, sandbox) == client.account.sign(lead).body)
            #expect(try await JSON.says(sandbox.lead(id).payload, JSON(lead.toJson())))

            var change = try ModifyLead(json: sample("modify"))
            change.id = id
            try await client.modify(change)
            #expect(try await body(of: id, sandbox) == client.account.sign(change).body)
            let found = try await host.find(QueryLeads(code: change.code))
            #expect(found.map(\.id) == [id])
            #expect(found.first?.markAddr == change.markAddr && found.first?.markAddr != nil)

            let removed = try await client.remove(RemoveLead(id: id, reasonId: "1000025", content: "重复"))
            let stored = try await sandbox.lead(id)
            #expect(stored.isRemoved && stored.writes.last?.msgId == removed.msgId && removed.msgId != nil)
            #expect(try await host.find(QueryLeads(code: change.code)).isEmpty)
        }
    }

    @Test func anApaasLeadIsAddedModifiedFoundAndRemoved() async throws {
        try await withHost { host, sandbox in
            let client = host.client
            let lead = try AddApaasLead(json: sample("add_apaas"))
            let id = try #require(try await client.addApaas(lead).id)
            #expect(try await JSON.says(sandbox.lead(id).payload, JSON(lead.toJson())))
            var change = try ModifyApaasLead(json: sample("modify_apaas"))
            change.id = id
            try await client.modifyApaas(change)
            let written = try await body(of: id, sandbox)
            #expect(try written == client.account.sign(change).body)
            #expect(written.hasPrefix(#"{"id":\#(id),"#))
            let found = try await host.find(QueryApaasLeads(id: id))
            #expect(found.map(\.companyName) == [change.companyName])
            #expect(found.first?.marketId?.name == change.marketName)
            try await client.remove(RemoveLead(id: id))
            #expect(try await sandbox.lead(id).isRemoved)
            #expect(try await host.find(QueryApaasLeads(id: id)).isEmpty)
        }
    }

    @Test func everyValueOfAClassicLeadComesBack() async throws {
        try await withHost { host, _ in
            let lead = try AddLead(json: sample("add"))
            try await host.client.add(lead)
            let found = try #require(try await host.find(QueryLeads(code: lead.code)).first)
            let (sent, came) = (try JSON(lead.toJson()), try JSON(found.toJson()))
            let renamed = [
                "source_type": "source_type_name", "mssProvinceName": "mss_province", "mssCityName": "mss_city",
                "mssAreaName": "mss_area", "mssStreetName": "mss_street", "empName": "emp_name",
                "poolName": "pool_name",
            ]
            // What the service takes, but does not return.
            let notReturned: Set = ["mobile_repeat", "latlon", "address", "exts"]
            var compared = 0
            for member in sent.members! where !notReturned.contains(member.name) {
                #expect(came[renamed[member.name] ?? member.name]?.string == member.value.string, "\(member.name)")
                compared += 1
            }
            #expect(compared > 15)
            #expect(found.exts?.map(\.extKey) == lead.exts?.map(\.salesleadsExtKey))
            #expect(found.exts?.map(\.extValue) == lead.exts?.map(\.salesleadsExtValue))
        }
    }

    @Test func everyPartOfAnApaasLeadComesBack() async throws {
        try await withHost { host, _ in
            let lead = try AddApaasLead(json: sample("add_apaas"))
            let id = try await host.client.addApaas(lead).id
            let found = try #require(try await host.find(QueryApaasLeads(id: id)).first)
            #expect(found.companyName == lead.companyName && found.code == lead.code && found.tel == lead.telephone)
            #expect(found.mobile?.phone == lead.mobile?.phone && found.mobile?.code == lead.mobile?.code)
            #expect(lead.mobile?.phone == "18912804466")
            #expect(found.mssProvince?.name == lead.mssProvince && found.mssStreet?.name == lead.mssStreet)
            #expect(found.sourceTypeId?.label == lead.sourceType && found.owner?.id == lead.responsiblePerson)
            #expect(found.cardPhoto?.map(\.path) == [lead.cardPhoto])
            #expect(found.exts == lead.exts && found.exts?.isEmpty == false)
        }
    }

    @Test func aModificationLeavesWhatItDoesNotName() async throws {
        try await withHost { host, sandbox in
            let id = try await host.client.add(AddLead(empName: "负责人", code: "M1", linkman: "甲", detail: "原样")).id
            try await host.client.modify(ModifyLead(code: "M1", linkman: "乙"))
            let found = try await host.find(QueryLeads(id: id)).first
            #expect(found?.detail == "原样" && found?.linkman == "乙")
            #expect(try await sandbox.lead(id).revision == 1)
        }
    }

    @Test func anyEndpointIsAskedAndAnsweredAsJson() async throws {
        try await withHost { host, sandbox in
            let id = try await host.client.add(AddLead(empName: "负责人", code: "O1")).id
            let found = try await host.client.other("salesleads/v1/querySalesLeads", ["code": "O1"])
            let rows = try JSON(try #require(found.data).text)
            #expect(rows.elements?.map { $0["id"]?.string } == [id] && found.id == nil)
        }
    }

    @Test func awkwardTextGoesThereAndBackUnchanged() async throws {
        try await withHost { host, _ in
            let exts = [LeadExtField(salesleadsExtKey: "备注", salesleadsExtValue: awkward)]
            try await host.client.add(AddLead(empName: "负责人", code: "A+%&=1", cusName: awkward, exts: exts))
            let classic = try #require(try await host.find(QueryLeads(code: "A+%&=1")).first)
            #expect(isSame(classic.cusName!, awkward) && isSame(classic.exts![0].extValue!, awkward))
            try await host.client.addApaas(
                AddApaasLead(code: "A+%&=2", companyName: awkward, exts: ["field_a__c": Json(awkward)]))
            let apaas = try #require(try await host.find(QueryApaasLeads(code: "A+%&=2")).first)
            #expect(isSame(apaas.companyName!, awkward) && isSame(apaas.exts!["field_a__c"]!.string!, awkward))
        }
    }

    @Test(arguments: ["text", "number"])
    func idsOf19DigitsAreTextWithoutLoss(_ form: String) async throws {
        try await withHost { host, sandbox in
            try await sandbox.quirks(["ids": .text(form)])
            let added = try await host.client.add(AddLead(empName: "负责人", code: "I1"))
            let apaas = try await host.client.addApaas(AddApaasLead(code: "I2", companyName: "示例公司"))
            let ids = try await sandbox.leads().map(\.id)
            #expect([added.id, apaas.id] == ids)
            for id in ids { #expect(id.utf8.count == 19 && Int64(id)! > 1 << 53) }
            try await host.client.modify(ModifyLead(id: ids[0], linkman: "甲"))
            try await host.client.modifyApaas(ModifyApaasLead(id: ids[1], linkman: "甲"))
            #expect(try await sandbox.leads().map(\.revision) == [1, 1])
            #expect(try await host.find(QueryLeads(id: ids[0])).map(\.id) == [ids[0]])
            #expect(try await host.find(QueryApaasLeads(id: ids[1])).map(\.id) == [ids[1]])
        }
    }

    @Test func whatTheServiceRefusesIsRejectedAndNotSentAgain() async throws {
        try await withHost { host, sandbox in
            let client = host.client
            try await client.add(AddLead(empName: "负责人", code: "R1", mobile: "18811111111"))
            try await client.addApaas(AddApaasLead(code: "R1", companyName: "示例公司"))
            let removed = try await client.add(AddLead(empName: "负责人", code: "R2")).id
            try await client.remove(RemoveLead(id: removed))
            let before = try await sandbox.leads().map(\.json.written)
            _ = host.trace()
            let refused: [(String, String, @Sendable () async throws -> Receipt)] = [
                ("add", "已存在", { try await client.add(AddLead(empName: "负责人", code: "R1")) }),
                ("add_apaas", "已存在", { try await client.addApaas(AddApaasLead(code: "R1", companyName: "示例")) }),
                (
                    "add", "mobile",
                    { try await client.add(AddLead(empName: "负责人", mobile: "18811111111", mobileRepeat: "0")) }
                ),
                (
                    "add", "unknown",
                    { try await client.add(AddLead(empName: "负责人", code: "R3", extra: ["unknown": 1])) }
                ),
                ("modify", "不存在", { try await client.modify(ModifyLead(code: "R9", cusName: "某公司")) }),
                (
                    "modify_apaas", "不存在",
                    { try await client.modifyApaas(ModifyApaasLead(id: "1234567890123456789", companyName: "某")) }
                ),
                ("remove", "不存在", { try await client.remove(RemoveLead(code: "R9")) }),
                ("remove", "不存在", { try await client.remove(RemoveLead(id: removed)) }),
            ]
            for (operation, message, call) in refused {
                guard case .rejected(let rejected)? = await refusal(call) else {
                    Issue.record("\(operation) was not refused")
                    continue
                }
                #expect(rejected.returnCode == "1" && rejected.returnMsg?.contains(message) == true)
                #expect(rejected.message.contains(message))
                #expect(host.trace() == ["\(operation) rejected"])
            }
            let query = await refusal { try await host.find(QueryLeads(code: "R1", extra: ["unknown": 1])) }
            #expect(query?.code == "rejected")
            #expect(try await sandbox.leads().map(\.json.written) == before)
        }
    }

    @Test(
        arguments: [
            ["response_data": "text"], ["response_data": "array"], ["response_data": "rows"], ["response_data": "list"],
            ["response_data": "data"], ["return_code": "number"], ["ids": "number"], ["gzip": true], ["bom": true],
            ["page_cap": 7],
            [
                "response_data": "list", "return_code": "number", "ids": "number", "gzip": true, "bom": true,
                "page_cap": 4,
            ],
        ] as [JSON])
    func everyFormOfReplyIsRead(_ quirks: JSON) async throws {
        try await withHost { host, sandbox in
            try await sandbox.quirks(quirks)
            try await sandbox.createLeads(25)
            try await sandbox.createLeads(25, family: "apaas", codePrefix: "A")
            let receipt = try await host.client.add(AddLead(empName: "负责人", code: "Q1"))
            let stored = try await sandbox.leads()
            #expect(stored.last?.id == receipt.id)
            let classic = try await host.find(QueryLeads(createTimeStart: "2020-01-01", pageSize: 10))
            #expect(Set(classic.map(\.id)) == Set(stored.filter { $0.family == "classic" }.map(\.id)))
            #expect(classic.count == 26)
            let apaas = try await host.find(QueryApaasLeads(createTimeStart: "2020-01-01", pageSize: 10))
            #expect(Set(apaas.map(\.id)) == Set(stored.filter { $0.family == "apaas" }.map(\.id)))
            #expect(apaas.count == 25)
            let refused = await refusal { try await host.client.add(AddLead(empName: "负责人", code: "Q1")) }
            #expect(refused?.code == "rejected")
        }
    }

    @Test func sortsAndFiltersReachTheService() async throws {
        try await withHost { host, sandbox in
            try await sandbox.createLeads(5, family: "apaas", codePrefix: "A")
            let query = QueryApaasLeads(
                sorts: [LeadSort(fieldKey: "code", direction: "desc")],
                queryGroup: [
                    LeadFilterGroup(
                        connector: "AND",
                        filters: [LeadFilter(fieldKey: "code", operator: "EQ", fieldValues: ["A2", "A4", "A9"])])
                ])
            #expect(try await host.find(query).map(\.code) == ["A4", "A2"])
        }
    }

    @Test func bothFormsOfTimestampAreAccepted() async throws {
        try await withHost { host, sandbox in
            for form in [TimestampForm.epochMs, .compact] {
                var client = host.client
                client.options.timestampForm = form
                try await client.add(AddLead(empName: "负责人"))
            }
            #expect(try await sandbox.leads().count == 2)
        }
    }

    @Test func aWrongAppKeyIsRejected() async throws {
        try await withSandbox { sandbox, environment in
            let account = try Account(
                openid: environment.openid, appKey: environment.appKey + "x", baseUrl: environment.baseUrl)
            let error = await refusal {
                try await QinceLeads(account: account).add(AddLead(empName: "负责人", code: "C1"))
            }
            #expect(error?.code == "rejected")
            #expect(try await sandbox.leads().isEmpty)
        }
    }

    @Test func manyLeadsAreScannedWhileOthersAreAdded() async throws {
        try await withHost { host, sandbox in
            try await sandbox.createLeads(300)
            try await sandbox.quirks(["page_cap": 20])
            async let found = host.find(QueryLeads(createTimeStart: "2026-01-01", createTimeEnd: "2026-01-01"))
            async let added = forEach(Array(0..<40)) { number in
                try await host.client.addApaas(AddApaasLead(code: "N\(number)", companyName: "示例")).id
            }
            #expect(Set(try await found.map(\.id)).count == 300)
            #expect(Set(try await added).count == 40)
        }
    }

    private func body(of id: String, _ sandbox: Sandbox) async throws -> String {
        try await sandbox.lead(id).writes.last?.body ?? ""
    }
}

/// More at once than a client sends at once.
@Suite(.timeLimit(.minutes(3))) struct BurstTests {
    @Test func twoThousandAddsWithoutACodeAreAllAddedOnce() async throws {
        try await withSandbox { sandbox, environment in
            let client = QinceLeads(account: try environment.account())
            let receipts = try await withThrowingTaskGroup(of: Receipt.self) { group in
                for number in 0..<2000 {
                    group.addTask { try await client.add(AddLead(empName: "负责人", cusName: "公司 \(number)")) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(receipts.count == 2000)
            let stored = try await sandbox.leads()
            #expect(stored.count == 2000 && stored.allSatisfy { $0.writes.count == 1 })
            #expect(Set(stored.map(\.id)) == Set(receipts.compactMap(\.id)))
        }
    }
}
