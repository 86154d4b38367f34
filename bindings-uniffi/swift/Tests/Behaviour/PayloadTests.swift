import Foundation
import QinceLeads
import TestSupport
import Testing

/// Payloads: values that say what is wrong with them, and become JSON and come back.
@Suite struct PayloadTests {
    @Test func whatIsAbsentIsNil() {
        let lead = AddLead()
        #expect(lead.cusName == nil && lead.exts == nil && lead.extra.isEmpty)
        #expect(lead.toJson() == "{}")
        #expect(lead == AddLead())
    }

    @Test func membersStandInTheOrderOfTheTableAndExtraLast() {
        var lead = AddLead(cusName: "示例", exts: [LeadExtField(salesleadsExtKey: "k", salesleadsExtValue: "v")])
        lead.extra = ["z": 1, "a": .null]
        lead.empName = "负责人"
        #expect(
            lead.toJson()
                == #"{"empName":"负责人","cus_name":"示例","exts":[{"salesleads_ext_key":"k","salesleads_ext_value":"v"}],"extra":{"z":1,"a":null}}"#
        )
    }

    @Test func aFieldThatIsTakenAwayIsGone() {
        var lead = AddLead(empName: "e", code: "c")
        lead.code = nil
        #expect(lead == AddLead(empName: "e"))
        #expect(lead.hashValue == AddLead(empName: "e").hashValue)
    }

    @Test func aCopyThatIsChangedLeavesTheOriginal() {
        let lead = AddLead(empName: "e", code: "c")
        var other = lead
        other.code = "d"
        #expect(lead.code == "c" && other.code == "d" && lead != other)
    }

    @Test func everyViolationIsSaidAtOnceWithItsChineseLabel() {
        let lead = AddLead(
            cusName: String(repeating: "长", count: 101), mobileRepeat: "2",
            exts: [LeadExtField(salesleadsExtKey: "", salesleadsExtValue: "v")])
        let said = violations(lead)
        #expect(
            Set(said.map { "\($0.path) \($0.rule)" }) == [
                "cus_name max_length", "mobile_repeat allowed_values", "exts[0].salesleads_ext_key required",
                " required_one_of",
            ])
        #expect(said.contains { $0.message == "cus_name (客户名称): 101 characters, at most 100" })
    }

    @Test func lengthsCountCharactersOfUnicodeAndNotBytesOrGraphemes() {
        #expect(violations(AddLead(empName: String(repeating: "\u{1F600}", count: 100))).isEmpty)
        #expect(violations(AddLead(empName: String(repeating: "\u{1F600}", count: 101))).map(\.rule) == ["max_length"])
        // To Swift this is 51 characters, to the service 102.
        #expect(violations(AddLead(empName: String(repeating: "e\u{301}", count: 51))).map(\.rule) == ["max_length"])
    }

    @Test func validPayloadsBreakNoRule() throws {
        for (_, payload) in valid { try payload.validate() }
    }

    @Test func dateOrderAndFormatAreChecked() {
        #expect(
            violations(QueryLeads(createTimeStart: "2026-02-01", createTimeEnd: "2026-01-01")).map(\.rule)
                == ["date_order"])
        #expect(violations(QueryLeads(createTimeStart: "2026-02-30")).map(\.rule) == ["format"])
    }

    @Test(arguments: [
        "", "{", "[]", "null", "5", "\"x\"", "{\"code\":5}", "{\"code\":[]}", "{\"cod\":\"x\"}", "{\"extra\":5}",
        "{\"exts\":{}}", "{\"exts\":[5]}", "{\"code\":\"x\"} x", "{\"code\":\"\\ud800\"}",
    ])
    func jsonThatIsNoPayloadIsRefused(_ json: String) {
        let error = refusal { try AddLead(json: json) }
        #expect(["invalid_payload", "malformed"].contains(error?.code))
    }

    @Test func anUnknownMemberIsRefusedWithTheNearestName() throws {
        let error = refusal { try AddLead(json: #"{"cus_nam":"x"}"#) }
        #expect(error?.message.contains("cus_name") == true)
    }

    @Test func idsAreTakenAsIntegersAndKeepEveryDigit() throws {
        let lead = try ModifyLead(json: #"{"id":6789690485561771524}"#)
        #expect(lead.id == "6789690485561771524")
        #expect(try Secrets.account.sign(lead).body == #"{"id":6789690485561771524}"#)
    }

    @Test func extensionValuesKeepTheirForm() throws {
        let map = try ModifyLead(json: #"{"id":"7","exts":{"b":1.10,"a":null}}"#)
        let decimal = try Json(parsing: "1.10")
        #expect(map.exts == .map(["b": decimal, "a": .null]))
        let rows = try ModifyLead(json: #"{"id":"7","exts":[{"salesleads_ext_key":"k","salesleads_ext_value":[1]}]}"#)
        #expect(rows.exts == .rows([LeadExtRow(salesleadsExtKey: "k", salesleadsExtValue: [1])]))
        for lead in [map, rows] { #expect(try ModifyLead(json: lead.toJson()) == lead) }
    }

    @Test func partsArePartOfAQuery() throws {
        let query = QueryApaasLeads(
            sorts: [LeadSort(fieldKey: "create_time", direction: "desc")],
            queryGroup: [
                LeadFilterGroup(
                    connector: "AND", filters: [LeadFilter(fieldKey: "code", operator: "EQ", fieldValues: ["L1", 2])])
            ])
        #expect(
            try Secrets.account.sign(query).body
                == #"{"sorts":[{"field_key":"create_time","type":"desc"}],"query_group":[{"connector":"AND","filters":[{"field_key":"code","operator":"EQ","field_values":["L1",2]}]}]}"#
        )
    }

    @Test func aDescriptionIsTheNameAndTheJson() {
        #expect("\(RemoveLead(code: "c"))" == #"RemoveLead({"code":"c"})"#)
    }

    @Test(arguments: 1...200)
    func anyTextSurvivesJsonAndSigning(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let (text, name) = (random.text(), random.text(upTo: 8))
        let extra = random.object()
        var lead = AddLead(
            empName: "e", detail: text, exts: [LeadExtField(salesleadsExtKey: "k\(name)", salesleadsExtValue: text)])
        for member in extra.members! { lead.extra[member.name] = try Json(parsing: member.value.written) }

        let again = try AddLead(json: lead.toJson())
        #expect(isSame(again.toJson(), lead.toJson()))
        #expect(again == lead)
        #expect(isSame(again.detail!, text))

        let body = try JSON(try Secrets.account.sign(lead).body)
        #expect(isSame(body["detail"]!.string!, text))
        #expect(isSame(body["exts"]![0]["salesleads_ext_value"]!.string!, text))
        for member in extra.members! { #expect(JSON.says(body[member.name]!, member.value)) }
        #expect(body.members!.count == 3 + extra.members!.count)
    }
}

/// JSON of one's own.
@Suite struct JsonTests {
    @Test func literalsAreWrittenAsJson() {
        let json: Json = ["a": ["text", 1, true, .null, -5], "b": ["c": "\"\n\u{1}/é"]]
        #expect(json.text == #"{"a":["text",1,true,null,-5],"b":{"c":"\"\n\u0001/é"}}"#)
        #expect("\(json)" == json.text)
    }

    @Test(arguments: [
        ("1.10", "1.10"), ("12345678901234567890123", "12345678901234567890123"), ("-0", "-0"), ("1e400", "1e400"),
        (" [1, 2] ", "[1,2]"), ("\"\\u00e9\"", "\"é\""), ("null", "null"), ("{\"a\" : 1}", "{\"a\":1}"),
    ])
    func textThatIsJsonIsKeptWithoutWhatSaysNothing(_ text: String, _ kept: String) throws {
        let json = try Json(parsing: text)
        #expect(isSame(json.text, kept))
        let lead = RemoveLead(id: "1", extra: ["json": json])
        #expect(try RemoveLead(json: lead.toJson()) == lead)
    }

    @Test(arguments: ["", "{", "[1,]", "01", "NaN", "'a'", "1 2", "{a:1}", "\"\\ud800\"", "\"a\nb\"", "\u{FEFF}"])
    func textThatIsNoJsonIsRefused(_ text: String) {
        let error = refusal { try Json(parsing: text) }
        #expect(error?.code == "malformed")
    }

    @Test func jsonIsMadeFromAndOfTypesOfOnesOwn() throws {
        struct Mine: Codable, Equatable { var name: String, sizes: [Int] }
        let mine = Mine(name: "a/b", sizes: [1, 2])
        let json = try Json(encoding: mine)
        #expect(try json.decode() == mine)
        #expect(json.text.contains("a/b"))
        #expect(Json("a\"b").string == "a\"b")
        #expect(Json(5).string == nil)
        #expect(throws: DecodingError.self) { try Json("text").decode(as: Int.self) }
    }

    @Test func aMapKeepsItsOrderAndItsLastValue() {
        var map: JsonMap = ["b": 1, "a": 2, "b": 3]
        #expect(map.map(\.name) == ["b", "a"])
        #expect(map["b"] == 3 && map["c"] == nil && map.count == 2)
        map["c"] = "d"
        map["b"] = nil
        #expect("\(map)" == #"{"a":2,"c":"d"}"#)
        #expect(map == ["a": 2, "c": "d"])
        #expect(map != ["c": "d", "a": 2])
    }

    @Test func namesThatOnlyLookTheSameAreTwo() throws {
        let map = JsonMap([("\u{E9}", 1), ("e\u{301}", 2)])
        #expect(map.count == 2)
        let lead = try AddLead(json: "{\"empName\":\"e\",\"extra\":{\"\u{E9}\":1,\"e\u{301}\":2}}")
        #expect(try JSON(Secrets.account.sign(lead).body).members?.count == 3)
        #expect(lead.extra["\u{E9}"] == 1)
        #expect(lead.extra["e\u{301}"] == 2)
    }
}

/// Accounts, stamps and signed requests.
@Suite struct AccountTests {
    @Test(arguments: [
        "", "example.com", "/api", "ftp://example.com", "http://example.com", "http://127.0.0.1.example.com",
        "https://",
        "https://user@example.com", "https://user:pw@example.com", "https://example.com?a=b", "https://example.com/?",
        "https://example.com#part",
    ])
    func theBaseUrlMustBeAbsoluteAndSafe(_ baseUrl: String) {
        let error = refusal { try Account(openid: "o", appKey: "k", baseUrl: baseUrl) }
        #expect(error?.code == "invalid_account")
    }

    @Test(arguments: [
        ("https://example.com", "https://example.com"), ("https://example.com/", "https://example.com"),
        ("https://example.com:8443/a/b/", "https://example.com:8443/a/b"),
        ("http://localhost:8000", "http://localhost:8000"), ("http://[::1]:8000", "http://[::1]:8000"),
    ])
    func aBaseUrlKeepsItsPathAndLosesItsSlash(_ given: String, _ kept: String) throws {
        let account = try Account(openid: "o", appKey: "k", baseUrl: given)
        #expect(account.baseUrl == kept)
        #expect(try account.sign(RemoveLead(id: "7")).url.hasPrefix("\(kept)/api/salesleads/v1/removeSalesLeads/o/"))
    }

    @Test func openidAndAppKeyMustNotBeEmptyNorHoldWhatNobodyMeant() {
        for (openid, appKey) in [("", "k"), ("o", ""), ("o", "k\n"), (" o", "k"), ("o", "k\0k"), ("..", "k")] {
            let error = refusal { try Account(openid: openid, appKey: appKey) }
            #expect(error?.code == "invalid_account")
        }
    }

    @Test func withoutABaseUrlTheVendorsOwnIsTaken() throws {
        #expect(try Account(openid: "o", appKey: "k").baseUrl == "https://openapi.waiqin365.com")
    }

    @Test func aRequestIsSignedAsTheServiceAsks() throws {
        let stamp = Stamp(nowMs: 1_617_206_400_000, msgId: "m 1")
        let request = try Secrets.account.sign(RemoveLead(code: "线索"), stamp)
        let digest = md5("\(request.body)|\(Secrets.appKey)|1617206400000")
        #expect(
            request.url
                == "https://openapi.waiqin365.com/api/salesleads/v1/removeSalesLeads/\(Secrets.openid)/1617206400000/\(digest)/m%201"
        )
        #expect(request.redactedUrl.hasSuffix("/removeSalesLeads/***/1617206400000/***/m%201"))
        #expect(request.operation == "remove" && request.msgId == "m 1" && request.timestamp == "1617206400000")
        #expect(request.body == #"{"code":"线索"}"#)
        let compact = try Secrets.account.sign(RemoveLead(code: "c"), Stamp(nowMs: 0, msgId: "m", form: .compact))
        #expect(compact.timestamp == "19700101080000")
    }

    @Test(arguments: [(Int64(-1), "m"), (0, ""), (.min, "m"), (.max, "m"), (253_402_300_800_000, "m")])
    func aStampThatCannotBeWrittenIsRefused(_ nowMs: Int64, _ msgId: String) {
        let error = refusal {
            try Secrets.account.sign(RemoveLead(code: "c"), Stamp(nowMs: nowMs, msgId: msgId))
        }
        #expect(error?.code == "invalid_stamp")
    }

    @Test func anInvalidPayloadIsNotSigned() {
        let error = refusal { try Secrets.account.sign(AddLead()) }
        #expect(error?.code == "invalid_payload")
    }

    @Test func manyTasksSignWithOneAccount() async throws {
        let account = try Secrets.account
        let expected = try (0..<200).map {
            try account.sign(RemoveLead(code: "C\($0)"), Stamp(nowMs: 0, msgId: "m")).url
        }
        let urls = try await forEach(Array(0..<200)) { number in
            try account.sign(RemoveLead(code: "C\(number)"), Stamp(nowMs: 0, msgId: "m")).url
        }
        #expect(urls == expected)
        #expect(Set(urls).count == 200)
    }
}
