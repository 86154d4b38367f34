import Foundation
import QinceLeads
import TestSupport
import Testing

private let secret = Secrets.push
private let data = #"{"lead_ID":5,"lead_name":"示例","activity_content":"a+b & c%\n","ext_a":1,"new":{"n":null}}"#

/// Webhooks.
@Suite struct PushTests {
    @Test func aPushIsVerifiedAndParsed() throws {
        let event = try verified(
            pushBody(
                data, secret: secret,
                others: [
                    "dataId": "d", "dataVersion": "001", "dataSource": "biz", "tenantId": "t", "status": "2",
                    "statusTime": "2026-01-01 00:00:00", "unknown": "x",
                ]))
        #expect(event.msgId == "m1" && event.dataType == "salesLeads_follow" && event.timestampMs == 1000)
        #expect(event.dataId == "d" && event.dataVersion == "001" && event.dataSource == "biz" && event.tenantId == "t")
        #expect(event.redelivery && event.statusTime == "2026-01-01 00:00:00")
        guard case .followUp(let followUp) = event.data else {
            Issue.record("no follow-up")
            return
        }
        #expect(followUp.leadId == "5" && followUp.leadName == "示例" && followUp.activityContent == "a+b & c%\n")
        #expect(followUp.extra == ["ext_a": "1", "new": ["n": .null]])
    }

    @Test func whatIsAbsentIsNil() throws {
        let event = try verified(pushBody("{}", secret: secret))
        #expect(event.dataId == nil && event.dataVersion == nil && event.dataSource == nil && event.tenantId == nil)
        #expect(event.statusTime == nil && !event.redelivery)
        #expect(event.data == .followUp(FollowUp()))
    }

    @Test(arguments: ["[1,2.50,null]", "{\"a\":{\"b\":\"中\"}}", "\"text\"", "12345678901234567891", "null", "true"])
    func anotherPushHoldsItsJson(_ json: String) throws {
        let event = try verified(pushBody(json, secret: secret, dataType: "other"))
        guard case .other(let came) = event.data else {
            Issue.record("no JSON")
            return
        }
        #expect(try JSON.says(JSON(came.text), JSON(json)))
        #expect(event.dataType == "other")
    }

    @Test func aSecretTakesThePlaceOfAnotherWithoutAGap() throws {
        let bodies = ["old": pushBody("{}", secret: "old"), "new": pushBody("{}", secret: "new")]
        for secrets in [["old"], ["old", "new"], ["new"]] {
            for (signer, body) in bodies {
                if secrets.contains(signer) {
                    #expect(try verified(body, secrets: secrets).msgId == "m1")
                } else {
                    #expect(code { try verified(body, secrets: secrets) } == "bad_signature")
                }
            }
        }
    }

    @Test(arguments: [["", "other"], ["other"], [secret + " "], [String(secret.dropLast())]])
    func whatNobodyOfThemSignedIsRefused(_ secrets: [String]) {
        for signer in ["", secret] {
            #expect(code { try verified(pushBody("{}", secret: signer), secrets: secrets) } == "bad_signature")
        }
    }

    @Test(arguments: [[], [""], ["", " "]])
    func aReceiverWithoutASecretIsAMistakeOfConfiguration(_ secrets: [String]) {
        for signer in ["", secret] {
            #expect(code { try verified(pushBody("{}", secret: signer), secrets: secrets) } == "invalid_account")
        }
    }

    @Test func aPushIsSignedWhole() {
        let body = String(decoding: pushBody(data, secret: secret), as: UTF8.self)
        for (from, to) in [("timestamp=1000", "timestamp=1001"), ("lead%5FID", "lead%5FId"), ("digest=", "digest=0")] {
            let changed = body.replacingOccurrences(of: from, with: to)
            #expect(changed != body)
            #expect(code { try verified(Data(changed.utf8)) } == "bad_signature")
        }
    }

    @Test func aPushIsStaleInEitherDirectionAndNotAtTheLimit() throws {
        let body = pushBody("{}", secret: secret, timestamp: "100000")
        for now: Int64 in [95_000, 100_000, 105_000] {
            #expect(try verifyPush(body, secrets: [secret], maxAgeMs: 5000, nowMs: now).timestampMs == 100_000)
        }
        for now: Int64 in [94_999, 105_001] {
            let error = refusal {
                try verifyPush(body, secrets: [secret], maxAgeMs: 5000, nowMs: now)
            }
            guard case .stale(let stale)? = error else {
                Issue.record("another error")
                return
            }
            #expect(stale.ageMs == 5001 && stale.maxAgeMs == 5000)
        }
    }

    @Test func withoutALimitAnyTimeWillDo() throws {
        for timestamp in ["-9223372036854775808", "0", "9223372036854775807"] {
            for now in [Int64.min, 0, .max] {
                let body = pushBody("{}", secret: secret, timestamp: timestamp)
                #expect(
                    String(try verifyPush(body, secrets: [secret], maxAgeMs: nil, nowMs: now).timestampMs) == timestamp)
            }
        }
    }

    @Test func theClockIsAskedWhereNoTimeIsGiven() throws {
        let now = nowMs()
        #expect(
            try verifyPush(pushBody("{}", secret: secret, timestamp: "\(now)"), secrets: [secret], maxAgeMs: 60_000)
                .timestampMs == now)
        let old = pushBody("{}", secret: secret, timestamp: "\(now - 70_000)")
        #expect(code { try verifyPush(old, secrets: [secret], maxAgeMs: 60_000) } == "stale")
    }

    @Test func whatIsNoPushIsMalformedWhoeverSignedIt() {
        let whole = String(decoding: pushBody(data, secret: secret), as: UTF8.self)
        let texts = [
            "", "a", "msgId=%zz", "{}", whole.replacingOccurrences(of: "msgId", with: "msgid"), "\(whole)&msgId=m2",
        ]
        let bodies =
            texts.map { Data($0.utf8) } + [
                Data([0xFF]), pushBody("[1", secret: secret), pushBody("[]", secret: secret),
                pushBody("5", secret: secret),
                pushBody("{}", secret: secret, timestamp: "soon"),
                pushBody("{}", secret: secret, timestamp: "9223372036854775808"),
            ]
        for body in bodies { #expect(code { try verified(body) } == "malformed") }
    }

    @Test func anEventIsAcknowledgedOrRefusedByItsMessageIdAlone() throws {
        let event = try verified(pushBody("{}", secret: secret))
        #expect(event.acknowledge() == #"{"return_code":0,"return_msg":"","msg_id":"m1"}"#)
        #expect(PushEvent.acknowledge(msgId: "m1") == event.acknowledge())
        let refused = try JSON(event.refuse(reason: "稍\"后"))
        #expect(refused["return_code"]?.integer == 1)
        #expect(refused["return_msg"]?.string == "稍\"后" && refused["msg_id"]?.string == "m1")
        #expect(try JSON(PushEvent.acknowledge(msgId: "\"\n线"))["msg_id"]?.string == "\"\n线")
        #expect(try JSON(event.refuse())["return_code"]?.integer == 1)
    }

    @Test func eventsAreValues() throws {
        let (one, other) = (pushBody(data, secret: secret), pushBody("{}", secret: secret))
        #expect(try verified(one) == verified(one))
        #expect(try verified(one) != verified(other))
        #expect(try Set([verified(one), verified(one), verified(other)]).count == 2)
    }

    @Test(arguments: 1...150)
    func anyFollowUpThatWasSignedIsReadAndNoDamageIsAccepted(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let text = random.text()
        let body = pushBody(JSON.object([.init("lead_name", .text(text))]).written, secret: secret)
        guard case .followUp(let followUp) = try verified(body).data else {
            Issue.record("no follow-up")
            return
        }
        #expect(isSame(followUp.leadName!, text))

        var damaged = body
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
        // Only data and timestamp are signed: another type of data or another id is not noticed.
        if let event = try? verified(damaged) {
            #expect(event.timestampMs == 1000)
            if case .followUp(let accepted) = event.data { #expect(isSame(accepted.leadName!, text)) }
        }
    }

    private func verified(_ body: Data, secrets: [String] = [secret]) throws -> PushEvent {
        try verifyPush(body, secrets: secrets, maxAgeMs: nil)
    }
}

/// The code of what is thrown.
func code(_ run: () throws -> some Any) -> String? {
    do {
        _ = try run()
        return nil
    } catch {
        return (error as? QinceError)?.code
    }
}

/// No secret is shown, whatever is printed.
@Suite struct SecretTests {
    @Test func nothingThatIsMadeShowsASecret() throws {
        let account = try Secrets.account
        let request = try account.sign(RemoveLead(code: "c"), Stamp(nowMs: 0, msgId: "m"))
        let digest = String(request.url.split(separator: "/").dropLast().last!)
        let call = Call(account: account, payload: AddLead(empName: "e"))
        let step = try call.step(nowMs: 0, msgId: "m", random: 0)
        call.failed(msgId: "m", nowMs: 0, failure: .unknown, cause: Wrong("lost"))
        let client = QinceLeads(account: account)
        let made: [Any] = [
            account, request, step, call, client, client.query(QueryLeads(code: "c")), call.lastAttempt!,
            client.query(QueryLeads(code: "c")).makeAsyncIterator(), try Pages(QueryLeads(code: "c")),
            try Relayed.read(path: "salesleads/v1/removeSalesLeads/m", body: request.body, allow: ["remove"])
                .sign(account),
            Optional(account) as Any, [account], ["a": request],
            errorOf { try call.step(nowMs: 0, msgId: "m", random: 0) },
        ]
        for each in made { check(each, Secrets.all + [digest]) }
    }

    @Test func whatAHostsOwnTransportThrewShowsNoSecret() throws {
        let call = Call(account: try Secrets.account, payload: RemoveLead(code: "c"), policy: Policy(maxAttempts: 1))
        guard case .send(let request) = try call.step(nowMs: 0, msgId: "m", random: 0) else {
            throw Wrong("nothing was to be sent")
        }
        call.failed(msgId: "m", nowMs: 0, failure: .unknown, cause: Wrong("could not reach \(request.url)"))
        let digest = String(request.url.split(separator: "/").dropLast().last!)
        let error = errorOf { try call.step(nowMs: 0, msgId: "m", random: 0) }
        for each in [call, error] as [Any] { check(each, Secrets.all + [digest]) }
        guard case QinceError.transport(let failed) = error else { throw Wrong("another end") }
        #expect(failed.cause.map { "\($0)" }?.hasSuffix("could not reach \(request.redactedUrl)") == true)
    }

    @Test func noErrorShowsASecret() throws {
        let account = try Secrets.account
        let push = pushBody("{}", secret: Secrets.push)
        let errors: [any Error] = [
            errorOf { try Account(openid: Secrets.openid, appKey: "") },
            errorOf { try Account(openid: Secrets.openid, appKey: Secrets.appKey, baseUrl: "http://example.com") },
            errorOf { try account.sign(AddLead()) },
            errorOf { try account.sign(RemoveLead(code: "c"), Stamp(nowMs: -1, msgId: "m")) },
            errorOf { try verifyPush(push, secrets: [Secrets.push + "x"], maxAgeMs: nil) },
            errorOf { try verifyPush(push, secrets: [Secrets.push], maxAgeMs: 5, nowMs: 0) },
            errorOf { try verifyPush(push + Data("&".utf8), secrets: [Secrets.push], maxAgeMs: 5, nowMs: 0) },
            errorOf { try AddLead.read(.foreign) },
        ]
        let digest = String(decoding: push, as: UTF8.self).split(separator: "digest=").last!.prefix(32)
        for error in errors {
            #expect(error is QinceError)
            check(error, Secrets.all + [String(digest)])
        }
    }

    @Test func aBaseUrlWithAPasswordIsNotShownInItsRefusal() {
        let error = errorOf { try Account(openid: "o", appKey: "k", baseUrl: "https://user:hunter2@example.com") }
        check(error, ["hunter2"])
    }

    private func errorOf(_ run: () throws -> some Any) -> any Error {
        do {
            _ = try run()
            return Wrong("it went well")
        } catch {
            return error
        }
    }

    private func check(_ each: Any, _ secrets: [String]) {
        var shown = "\(each) \(String(reflecting: each)) \(String(describing: each))"
        dump(each, to: &shown)
        if let error = each as? any Error { shown += error.localizedDescription }
        for secret in secrets { #expect(!shown.contains(secret), "\(type(of: each)) shows a secret") }
    }
}

/// Errors: one case for each stable code, with the message of the core.
@Suite struct ErrorTests {
    @Test func everyErrorHasItsStableCodeAndItsMessage() throws {
        let account = try Secrets.account
        let push = pushBody("{}", secret: "s")
        let made: [(String, () throws -> Any)] = [
            ("invalid_account", { try Account(openid: "", appKey: "k") }),
            ("invalid_stamp", { try account.sign(RemoveLead(code: "c"), Stamp(nowMs: 0, msgId: "")) }),
            ("invalid_payload", { try account.sign(AddLead()) }),
            ("rejected", { try AddLead.read(.rejected()) }),
            ("http_status", { try AddLead.read(.status(502)) }),
            ("malformed", { try AddLead.read(.foreign) }),
            ("bad_signature", { try verifyPush(push, secrets: ["other"], maxAgeMs: nil) }),
            ("stale", { try verifyPush(push, secrets: ["s"], maxAgeMs: 0, nowMs: 0) }),
            ("forbidden", { try Relayed.read(path: "salesleads/v1/addSalesLeads/m", body: "{}", allow: ["query"]) }),
            ("transport", { try ended(RemoveLead(code: "c")) }),
            ("uncertain", { try ended(AddLead(empName: "e")) }),
        ]
        for (expected, make) in made {
            let error = try #require(refusal(make))
            #expect(error.code == expected)
            #expect(!error.message.isEmpty)
            #expect("\(error)" == error.message && error.localizedDescription == error.message)
        }
    }

    private func ended(_ payload: some Payload) throws -> Any {
        let call = Call(account: try Secrets.account, payload: payload, policy: Policy(maxAttempts: 1))
        _ = try call.step(nowMs: 0, msgId: "m", random: 0)
        call.failed(msgId: "m", nowMs: 0, failure: .unknown)
        return try call.step(nowMs: 0, msgId: "m", random: 0)
    }

    @Test func typedThrowsLetASwitchBeComplete() {
        do throws(QinceError) {
            _ = try AddLead.read(.status(502))
        } catch {
            switch error {
            case .httpStatus(let httpStatus): #expect(httpStatus.status == 502)
            case .invalidAccount, .invalidStamp, .invalidPayload, .rejected, .malformed, .transport, .uncertain,
                .badSignature, .stale, .forbidden:
                Issue.record("another error")
            }
        }
    }
}
