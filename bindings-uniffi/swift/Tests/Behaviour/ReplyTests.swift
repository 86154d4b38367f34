import Foundation
import QinceLeads
import TestSupport
import Testing

/// Replies, records and pages.
@Suite struct ReplyTests {
    @Test func aReceiptHoldsWhatTheServiceSays() throws {
        let body = #"{"return_code":0,"return_msg":"","msg_id":"m1","response_data":{"id":6789690485561771524}}"#
        let expected = Receipt(msgId: "m1", id: "6789690485561771524", data: ["id": 6_789_690_485_561_771_524])
        #expect(try AddLead.read(reply(body)) == expected)
        #expect(try RemoveLead.read(reply(#"{"return_code":"0"}"#)) == Receipt())
    }

    @Test func aRefusalIsKeptInTheServicesOwnWords() throws {
        let body = #"{"return_code":"200009","return_msg":"客户名称 {已存在}","msg_id":"m1"}"#
        guard case .rejected(let rejected)? = refusal({ try AddLead.read(reply(body)) }) else {
            Issue.record("another end")
            return
        }
        #expect(rejected.returnCode == "200009")
        #expect(rejected.returnMsg == "客户名称 {已存在}")
        #expect(rejected.msgId == "m1")
        #expect(rejected.message.contains("200009") && rejected.message.contains("客户名称 {已存在}"))
    }

    @Test(arguments: [0, 100, 199, 300, 404, 500, 599, 999, 70_000, -1, Int.max, Int.min])
    func aStatusWithoutAReplyOfTheServiceIsSaid(_ status: Int) {
        let error = refusal {
            try AddLead.read(RawReply(status: status, body: Data("<html>".utf8)))
        }
        #expect(error?.code == "http_status")
        if case .httpStatus(let said)? = error, (0...999).contains(status) { #expect(said.status == status) }
    }

    @Test func whatIsMalformedKeepsItsBodyAndDoesNotShowIt() throws {
        let body = Data("张三 13800000000".utf8 + [0xFF])
        let error = refusal { try QueryLeads.read(RawReply(status: 200, body: body)) }
        guard let error, case .malformed(let malformed) = error else {
            Issue.record("another end")
            return
        }
        #expect(malformed.body == body)
        var shown = "\(error) \(String(reflecting: error)) \(error.localizedDescription) \(malformed)"
        dump(error, to: &shown)
        #expect(!shown.contains("张三") && !shown.contains("13800000000"))
    }

    @Test func whatIsAtFaultIsKeptAndNamedByThePageAndByTheRecord() throws {
        let page = try QueryLeads.read(
            reply(
                """
                {"return_code":0,"msg_id":"m1","response_data":[{"id":"1"},5,{"mobile":[1.10],"labels":[{"color":{}}]},
                {"id":"2"},{"linkman":[]}]}
                """))
        #expect(page.msgId == "m1" && page.map(\.id) == ["1", nil, "2", nil])
        #expect(Set(page.faults.map(\.path)) == ["[1]", "[2].mobile", "[2].labels[0].color", "[4].linkman"])
        #expect(page.faults.first == Fault(path: "[1]", expected: "an object"))
        #expect(page.map { Set($0.faults.map(\.path)) } == [[], ["mobile", "labels[0].color"], [], ["linkman"]])
        #expect(page[1].mobile == nil && page[1].extra["mobile"]?.text == "[1.10]")
        #expect(page[1].labels?.first?.extra["color"] == [:])
        #expect(try Lead(json: page[1].toJson()).toJson() == page[1].toJson())
    }

    @Test func whatAWriteBringsBesidesAnIdIsKept() throws {
        let data = #"{"id":"7","rest":1.50}"#
        let receipt = try AddLead.read(reply(#"{"return_code":"0","response_data":\#(data)}"#))
        #expect(try receipt == Receipt(id: "7", data: Json(parsing: data)))
        let other = try Other.read(reply(#"{"return_code":"0","msg_id":"m1","response_data":[{"id":"7"}]}"#))
        #expect(other == Receipt(msgId: "m1", data: [["id": "7"]]))
    }

    @Test func recordsOfAClassicQueryHaveTheirFields() throws {
        let page = try QueryLeads.read(
            reply(
                """
                {"return_code":"0","response_data":[{"id":6789690485561771524,"cus_name":"示例","mobile":13800000000,
                "labels":[{"name":"重点","color":"#fff","new":[1.10]}],"exts":[{"ext_key":"k","ext_value":null}],
                "zz":{"b":1.10,"a":null},"aa":12345678901234567891},{}]}
                """))
        let lead = try #require(page.first)
        #expect(page.count == 2 && page[1] == Lead())
        #expect(lead.id == "6789690485561771524" && lead.cusName == "示例" && lead.mobile == "13800000000")
        #expect(lead.labels?.first?.name == "重点")
        #expect(lead.labels?.first?.extra["new"]?.text == "[1.10]")
        #expect(lead.exts == [LeadExt(extKey: "k")])
        #expect(lead.code == nil)
        #expect(lead.extra.map(\.name) == ["zz", "aa"])
        #expect(lead.extra["aa"]?.text == "12345678901234567891")
    }

    @Test func recordsOfAnApaasQueryHaveTheirParts() throws {
        let page = try QueryApaasLeads.read(
            reply(
                """
                {"return_code":"0","response_data":{"rows":[{"id":"1","company_name":"示例",
                "mobile":{"phone":"138","code":"86"},"mss_city":{"code":"3201","name":"南京"},
                "source_type_id":{"code":"1","label":"官网"},"owner":{"name":"张三","id":5},
                "card_photo":[{"path":"a.jpg"}],"exts":{"field_a__c":[1,"x"]}}]}}
                """))
        let lead = try #require(page.first)
        #expect(lead.mobile == LeadPhone(phone: "138", code: "86"))
        #expect(lead.mssCity?.name == "南京" && lead.sourceTypeId?.label == "官网" && lead.owner?.id == "5")
        #expect(lead.cardPhoto?.map(\.path) == ["a.jpg"])
        #expect(lead.exts?["field_a__c"] == [1, "x"])
    }

    @Test func aRecordIsMadeAndWrittenAndReadAgain() throws {
        var lead = Lead(id: "1", cusName: "示例", labels: [LeadLabel(name: "重点")])
        lead.extra["new"] = ["a": 1]
        let again = try Lead(json: lead.toJson())
        #expect(again == lead && again.hashValue == lead.hashValue)
        #expect(again.toJson() == #"{"id":"1","cus_name":"示例","labels":[{"name":"重点"}],"new":{"a":1}}"#)
    }

    @Test(arguments: ["", "[]", "5", "null", "{\"id\":}", "{"])
    func jsonThatIsNoRecordIsMalformed(_ json: String) {
        let error = refusal { try Lead(json: json) }
        #expect(error?.code == "malformed")
    }

    @Test func aPageIsACollection() throws {
        let page = try QueryLeads.read(.ids(["1", "2", "3"]))
        #expect(page.map(\.id) == ["1", "2", "3"])
        #expect(page.reversed().first?.id == "3" && page.last?.id == "3" && page[1].id == "2")
        #expect(page.dropFirst().map(\.id) == ["2", "3"])
        #expect(page == Page(["1", "2", "3"].map { Lead(id: $0) }))
        #expect(try QueryLeads.read(.ok()).isEmpty)
    }

    @Test(arguments: 1...100)
    func anyTextComesBackFromTheService(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let (text, other) = (random.text(), random.object())
        let row: JSON = ["cus_name": .text(text), "exts": [["ext_value": .text(text)]], "~other": other]
        let lead = try #require(try QueryLeads.read(.ok([row])).first)
        #expect(isSame(lead.cusName!, text))
        #expect(isSame(lead.exts![0].extValue!, text))
        #expect(try JSON.says(JSON(lead.extra["~other"]!.text), other))
        #expect(try Lead(json: lead.toJson()) == lead)
    }

    private func reply(_ body: String) -> RawReply {
        RawReply(status: 200, body: Data(body.utf8))
    }
}

/// Input that no service of good will sends: it ends in a result or in a typed error, and never in a crash.
@Suite struct HostileTests {
    @Test(arguments: 1...150)
    func anyBytesEndInAResultOrInATypedError(_ seed: UInt64) throws {
        var random = Seeded(seed)
        for _ in 0..<4 {
            let body = Data(random.bytes())
            let status = Int.random(in: -10...1000, using: &random)
            for (_, payload) in valid { readAny(payload, RawReply(status: status, body: body)) }
            let error = refusal { try verifyPush(body, secrets: ["s"], maxAgeMs: nil) }
            #expect(["malformed", "bad_signature"].contains(error?.code))
        }
    }

    @Test(arguments: 1...150)
    func anyDamageToAReplyEndsInAResultOrInATypedError(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let row: JSON = [
            "id": "1", "cus_name": "示例", "labels": [["label_id": 5]], "exts": [[:]], "new": [.number("1.5"), nil],
            "mobile": ["phone": "1"], "owner": [:], "card_photo": [[:]],
        ]
        var damaged = Array(RawReply.ok([row]).body)
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let place = Int.random(in: 0..<damaged.count, using: &random)
            damaged.replaceSubrange(place...place, with: random.bytes(upTo: 3))
            if damaged.isEmpty { break }
        }
        readAny(QueryLeads(), RawReply(status: 200, body: Data(damaged)))
        readAny(QueryApaasLeads(), RawReply(status: 200, body: Data(damaged)))
    }

    @Test(arguments: 1...100)
    func anyJsonAsAPayloadEndsInAPayloadOrInATypedError(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let names = ["code", "id", "cus_name", "exts", "extra", "page", "mobile", "sorts", "query_group", "empName"]
        let members = names.filter { _ in Bool.random(using: &random) }.map { JSON.Member($0, random.json()) }
        let json = JSON.object(members).written
        func check<P: Payload>(_: P) {
            do throws(QinceError) {
                let made = try P(json: json)
                #expect((try? P(json: made.toJson())) == made)
            } catch {
                #expect(error.code == "invalid_payload")
            }
        }
        for (_, payload) in valid { check(payload) }
    }

    @Test func deepNestingIsAnErrorAndNotAnOverflow() throws {
        for depth in [100, 10_000, 1_000_000] {
            let nested = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            for body in [
                "{\"return_code\":0,\"response_data\":[{\"new\":\(nested)}]}", nested,
                String(repeating: "{\"a\":", count: depth),
            ] {
                readAny(QueryLeads(), RawReply(status: 200, body: Data(body.utf8)))
            }
            _ = try? Json(parsing: nested)
            _ = try? AddLead(json: "{\"extra\":{\"a\":\(nested)}}")
            _ = try? Lead(json: "{\"new\":\(nested)}")
            let push = pushBody(nested, secret: "s", dataType: "other")
            _ = try? verifyPush(push, secrets: ["s"], maxAgeMs: nil)
        }
    }

    @Test func aHugeTextIsReadWhole() throws {
        let huge = String(repeating: "大", count: 2_000_000)
        let page = try QueryLeads.read(.ok([["id": "1", "detail": .text(huge)]]))
        #expect(page.first?.detail?.utf8.count == huge.utf8.count)
    }

    @Test func aPageOfManyRecordsIsReadWhole() throws {
        let page = try QueryLeads.read(.ids((0..<50_000).map(String.init)))
        #expect(page.count == 50_000 && page.last?.id == "49999")
    }

    @Test func manyUnknownMembersAreKept() throws {
        let row = JSON.object((0..<20_000).map { JSON.Member("n\($0)", .number(String($0))) })
        let text = "{\"return_code\":0,\"response_data\":[\(row.written)]}"
        let page = try QueryLeads.read(RawReply(status: 200, body: Data(text.utf8)))
        #expect(page.first?.extra.count == 20_000)
        #expect(page.first?.extra.last?.value == 19_999)
    }

    @Test func replyBodiesWithTheirOwnStartIndexAreRead() throws {
        let padded = Data("xxxx".utf8) + RawReply.ok("7").body
        #expect(try AddLead.read(RawReply(status: 200, body: padded.dropFirst(4))).id == "7")
        let push = Data("xxxx".utf8) + pushBody("{}", secret: "s")
        #expect(try verifyPush(push.dropFirst(4), secrets: ["s"], maxAgeMs: nil).msgId == "m1")
    }

    @Test func gzipThatIsBrokenIsMalformed() {
        for body in [Data([0x1F, 0x8B]), Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 0xFF, 0xFF]), Data([0x1F])] {
            let error = refusal { try AddLead.read(RawReply(status: 200, body: body)) }
            #expect(error?.code == "malformed")
        }
    }

    @Test func gzipThatUnfoldsWithoutBoundsIsMalformed() {
        let bomb = Data([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]) + zeros(unfoldingTo: 100 << 20)
        #expect(bomb.count < 1 << 20)
        let error = refusal { try AddLead.read(RawReply(status: 200, body: bomb)) }
        #expect(error?.code == "malformed")
        #expect(error?.message.contains("unfolds to more than") == true)
    }

    /// So many zeros as DEFLATE folds them: one of them, and then the one before it 258 times, again and again.
    private func zeros(unfoldingTo count: Int) -> Data {
        // A last block of fixed codes, whose bits stand in the order in which they are read.
        var bits: [UInt8] = [1, 1, 0] + [0, 0, 1, 1, 0, 0, 0, 0]
        for _ in 0..<count / 258 { bits += [1, 1, 0, 0, 0, 1, 0, 1] + [0, 0, 0, 0, 0] }
        bits += [0, 0, 0, 0, 0, 0, 0]
        return Data(
            stride(from: 0, to: bits.count, by: 8).map { start in
                bits[start..<min(start + 8, bits.count)].reversed().reduce(0) { $0 << 1 | $1 }
            })
    }

    @Test func textWithNulAndInvalidPlacesIsTakenAsItIs() throws {
        let text = "a\0b\u{FFFF}\u{10FFFF}"
        #expect(try JSON(Secrets.account.sign(AddLead(empName: text)).body)["empName"]?.string == text)
        let account = try Account(openid: "o/中?#", appKey: "k")
        let url = try account.sign(RemoveLead(code: "c"), Stamp(nowMs: 0, msgId: "m/\0?")).url
        #expect(url.contains("/o%2F%E4%B8%AD%3F%23/0/"))
        #expect(url.hasSuffix("/m%2F%00%3F"))
    }

    private func readAny<P: Payload>(_: P, _ reply: RawReply) {
        do throws(QinceError) {
            _ = try P.read(reply)
        } catch {
            #expect(["malformed", "http_status", "rejected"].contains(error.code))
            #expect(!error.message.isEmpty)
        }
    }
}
