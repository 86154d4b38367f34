import Foundation
import QinceLeads
import QinceLeadsTesting
import TestSupport
import Testing

/// Any endpoint of the vendor.
@Suite struct OtherTests {
    private let query = Other(path: "customer/v1/queryCustomer", payload: ["cm_code": "C1", "none": .null])

    @Test func aRequestIsSignedAsItStands() throws {
        let request = try Secrets.account.sign(query, Stamp(nowMs: 5, msgId: "m1"))
        #expect(request.operation == "other")
        #expect(request.body == #"{"cm_code":"C1","none":null}"#)
        let digest = md5("\(request.body)|\(Secrets.appKey)|5")
        #expect(
            request.url
                == "https://openapi.waiqin365.com/api/customer/v1/queryCustomer/\(Secrets.openid)/5/\(digest)/m1")
    }

    @Test(arguments: ["", "/", "/a", "a/", "a//b", "a/../b", ".", "a?b", "a b", "客户"])
    func aPathThatIsNoneIsRefused(_ path: String) {
        #expect(refused(Other(path: path, payload: [:])) == ["format"])
    }

    @Test(arguments: [nil, 5, "text", true] as [Json?])
    func aPayloadIsAnObjectOrAList(_ payload: Json?) throws {
        #expect(refused(Other(path: "a", payload: payload ?? .null)) == ["type"])
        try Other(path: "a", payload: [1]).validate()
    }

    private func refused(_ other: Other) -> [String] {
        guard case .invalidPayload(let invalid)? = refusal({ try other.validate() }) else { return [] }
        return invalid.violations.map { $0.path.isEmpty ? $0.rule : $0.path }
    }

    @Test func whatMustNotBeRepeatedIsNot() throws {
        for (isRepeatable, expected) in [(true, nil), (false, "uncertain")] {
            var other = query
            other.repeat = isRepeatable
            let call = Call(account: try Secrets.account, payload: other, policy: .atOnce)
            _ = try call.step(nowMs: 0, msgId: "m1", random: 0)
            call.failed(msgId: "m1", nowMs: 0, failure: .unknown)
            #expect(code { try call.step(nowMs: 0, msgId: "m2", random: 0) } == expected)
        }
    }
}

/// An app without a key, and the server that signs for it.
@Suite struct RelayTests {
    private let payload = RemoveLead(code: "线索")

    /// What an app sends of a payload: the path behind the relay's URL, and the body.
    private func asked(_ payload: some Payload) throws -> (path: String, body: String) {
        let request = try Account.relay("https://crm.example.com/qince/").sign(payload, Stamp(nowMs: 0, msgId: "m 1"))
        return (String(request.url.dropFirst("https://crm.example.com/qince/".count)), request.body)
    }

    @Test func whatAnAppAsksForIsSignedByTheServer() throws {
        let (path, body) = try asked(payload)
        #expect(path == "salesleads/v1/removeSalesLeads/m%201" && body == #"{"code":"线索"}"#)
        let relayed = try Relayed.read(path: path, body: body, allow: ["add", "remove"])
        #expect(relayed.operation == "remove" && relayed.msgId == "m 1")
        #expect(relayed.payload.text == body && "\(relayed)" == #"Relayed(operation: "remove", msgId: "m 1")"#)
        let signed = try relayed.sign(Secrets.account, nowMs: 5, form: .compact)
        #expect(try signed == Secrets.account.sign(payload, Stamp(nowMs: 5, msgId: "m 1", form: .compact)))
    }

    @Test func whatIsNotAllowedIsForbidden() throws {
        let (path, body) = try asked(payload)
        for allow in [[], ["add"], ["removeSalesLeads"]] {
            guard case .forbidden(let forbidden)? = refusal({ try Relayed.read(path: path, body: body, allow: allow) })
            else {
                Issue.record("another end")
                return
            }
            #expect(forbidden.operation == "remove" && forbidden.message.contains("`remove`"))
        }
    }

    @Test func whatIsNoRequestOfThisSdkIsRefused() throws {
        let (path, body) = try asked(payload)
        for other in ["", "removeSalesLeads/m", "\(path)/x", "/\(path)", "salesleads/v2/removeSalesLeads/m"] {
            #expect(code { try Relayed.read(path: other, body: body, allow: ["remove"]) } == "malformed")
        }
        for other in ["", "[]", "{}", #"{"code":5}"#, #"{"cod":"c"}"#] {
            #expect(code { try Relayed.read(path: path, body: other, allow: ["remove"]) } == "invalid_payload")
        }
    }

    @Test(arguments: ["", "crm.example.com", "http://crm.example.com", "https://u:p@crm.example.com", "https://a?b"])
    func theAddressOfARelayMustBeAbsoluteAndSafe(_ url: String) {
        #expect(code { try Account.relay(url) } == "invalid_account")
    }

    @Test func aRelayIsTheAddressThatRequestsGoTo() throws {
        #expect(try Account.relay("https://crm.example.com/qince/").baseUrl == "https://crm.example.com/qince")
    }
}

/// Pushes that tests make.
@Suite struct SignPushTests {
    private let data = #"{"lead_name":"示例 & Co","ext_a":1}"#

    @Test func whatIsSignedIsAccepted() throws {
        let body = signPush(
            data, secret: Secrets.push, msgId: "m1", dataType: "salesLeads_follow", timestampMs: 1000, redelivery: true,
            dataId: "d", dataVersion: "001", dataSource: "biz", statusTime: "2026-01-01 00:00:00", tenantId: "t")
        #expect(String(decoding: body, as: UTF8.self).contains("digest=\(md5("\(data)|\(Secrets.push)|1000"))"))
        let event = try verifyPush(body, secrets: [Secrets.push], maxAgeMs: 0, nowMs: 1000)
        #expect(event.msgId == "m1" && event.dataType == "salesLeads_follow" && event.timestampMs == 1000)
        #expect(event.redelivery && event.dataId == "d" && event.dataVersion == "001" && event.dataSource == "biz")
        #expect(event.statusTime == "2026-01-01 00:00:00" && event.tenantId == "t")
        #expect(event.data == .followUp(FollowUp(leadName: "示例 & Co", extra: ["ext_a": "1"])))
    }

    @Test func whatIsLeftOutIsNewAndOfNow() throws {
        let (one, other) = try (fresh(), fresh())
        #expect(one.msgId != other.msgId && one.dataType == "salesLeads_follow" && !one.redelivery)
        #expect(one.dataId == nil && one.tenantId == nil)
    }

    private func fresh() throws -> PushEvent {
        try verifyPush(signPush("{}", secret: "s"), secrets: ["s"], maxAgeMs: 10_000)
    }

    @Test func whatIsToBeTurnedAwayCanBeMade() {
        let body = signPush("no JSON", secret: "s", timestampMs: 0)
        #expect(code { try verifyPush(body, secrets: ["s"], maxAgeMs: nil) } == "malformed")
        #expect(code { try verifyPush(body, secrets: ["other"], maxAgeMs: nil) } == "bad_signature")
        #expect(code { try verifyPush(body, secrets: ["s"], maxAgeMs: 1000) } == "stale")
    }

    @Test func whatOfAFollowUpIsNotAsDocumentedIsNamed() throws {
        let body = signPush(#"{"lead_name":"a","location":{"x":1.50}}"#, secret: "s")
        guard case .followUp(let followUp) = try verifyPush(body, secrets: ["s"], maxAgeMs: nil).data else {
            Issue.record("no follow-up")
            return
        }
        #expect(followUp.faults.map(\.path) == ["location"])
        #expect(followUp.location == nil && followUp.extra["location"]?.text == #"{"x":1.50}"#)
    }
}

/// The vendor's tables as data.
@Suite struct FieldTests {
    private func field(_ name: String, of fields: [WireField]) throws -> WireField {
        try #require(fields.first { $0.name == name })
    }

    @Test func aFieldSaysWhatTheTableSays() throws {
        let name = try field("cusName", of: AddLead.fields)
        #expect(name.wireName == "cus_name" && name.label == "客户名称" && name.kind == .text)
        #expect(name.maxChars == 100 && name.allowed == [] && name.part == nil && !name.required)
        let repeats = try field("mobileRepeat", of: AddLead.fields)
        #expect(repeats.allowed.map(\.value) == ["0", "1"] && repeats.allowed.map(\.label) == ["不可以", "可以"])
        let exts = try field("exts", of: AddLead.fields)
        #expect(exts.kind == .parts && exts.part == "LeadExtField")
        #expect(try field("salesleadsExtKey", of: LeadExtField.fields).required)
        #expect(try field("exts", of: ModifyLead.fields).kind == .mapOrParts)
        #expect(try field("page", of: QueryLeads.fields).kind == .count)
        #expect(try field("mobile", of: ApaasLead.fields).kind == .part)
        #expect(try field("id", of: ModifyLead.fields).kind == .id)
    }

    @Test func everyTypeHasItsFieldsInTheOrderOfTheTable() throws {
        #expect(Lead.fields.count > 40 && FollowUp.fields.count > 10)
        #expect(LeadPhone.fields.map(\.name) == ["phone", "code"])
        let written = try JSON(AddLead(empName: "e", code: "c", cusName: "n").toJson()).members!.map(\.name)
        let order = AddLead.fields.map(\.wireName)
        #expect(written == order.filter(written.contains))
    }
}
