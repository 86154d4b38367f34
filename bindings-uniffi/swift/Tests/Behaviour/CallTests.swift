import Foundation
import QinceLeads
import TestSupport
import Testing

private let lead = AddLead(empName: "e", code: "L1")
private let removal = RemoveLead(id: "7")

/// A call that is driven by hand, with a clock of its own.
private final class Hand<Operation: Payload> {
    let call: Call<Operation>
    var sent: [SignedRequest] = []
    var nowMs: Int64 = 0

    init(_ payload: Operation, _ policy: Policy = .atOnce, _ form: TimestampForm = .epochMs) throws {
        call = Call(account: try Secrets.account, payload: payload, policy: policy, timestampForm: form)
    }

    /// Steps until a request is to be sent; the clock is set to where a wait ends.
    @discardableResult
    func send() throws -> SignedRequest {
        while true {
            switch try call.step(nowMs: nowMs, msgId: "m\(sent.count + 1)", random: 0) {
            case .send(let request):
                sent.append(request)
                return request
            case .waitUntil(let timeMs): nowMs = timeMs
            case .done: throw Wrong("the call is over")
            }
        }
    }

    func reply(_ reply: RawReply) throws {
        let request = try send()
        call.replied(msgId: request.msgId, nowMs: nowMs, reply: reply)
    }

    func fail(_ failure: Failure = .unknown, _ cause: (any Error)? = nil) throws {
        let request = try send()
        call.failed(msgId: request.msgId, nowMs: nowMs, failure: failure, cause: cause)
    }

    /// What the call comes to.
    func end() throws -> Operation.Output {
        guard case .done(let output) = try call.step(nowMs: nowMs, msgId: "last", random: 0) else {
            throw Wrong("the call goes on")
        }
        return output
    }

    /// What the call ends with.
    func error() -> QinceError? {
        refusal { try end() }
    }

    var operations: [String] { sent.map(\.operation) }

    /// Until when the call waits.
    func wait() throws -> Int64? {
        if case .waitUntil(let timeMs) = try call.step(nowMs: nowMs, msgId: "m", random: 0) { timeMs } else { nil }
    }
}

/// The retry machine, driven by hand.
@Suite struct CallTests {
    @Test func aRequestIsTheOneThatSignMakes() throws {
        let hand = try Hand(removal, .atOnce, .compact)
        hand.nowMs = 1_617_206_400_000
        let signed = try Secrets.account.sign(removal, Stamp(nowMs: hand.nowMs, msgId: "m1", form: .compact))
        #expect(try hand.send() == signed)
    }

    @Test func aCallEndsWithWhatTheReplySaysAndSaysTheSameEverAfter() throws {
        let hand = try Hand(removal)
        try hand.reply(.ok("7"))
        #expect(try hand.end() == Receipt(id: "7"))
        hand.call.failed(msgId: "m1", nowMs: 1, failure: .unknown)
        hand.call.replied(msgId: "m1", nowMs: 1, reply: .rejected())
        #expect(try hand.end() == Receipt(id: "7"))
        #expect(!hand.call.isInDoubt)
    }

    @Test func aQueryEndsWithAPage() throws {
        let hand = try Hand(QueryLeads(code: "c"))
        try hand.reply(.ids(["1", "2"]))
        #expect(try hand.end().map(\.id) == ["1", "2"])
    }

    @Test func anErrorIsThrownAgainOnEveryFurtherStep() throws {
        let hand = try Hand(removal)
        try hand.reply(.rejected("5"))
        for _ in 0..<2 { #expect(hand.error()?.code == "rejected") }
    }

    @Test func anInvalidPayloadEndsACallBeforeAnythingIsSent() throws {
        let hand = try Hand(AddLead())
        for _ in 0..<2 { #expect(hand.error()?.code == "invalid_payload") }
        #expect(hand.call.lastAttempt == nil && !hand.call.isInDoubt)
    }

    @Test(arguments: [(Int64(-1), "m"), (0, ""), (.max, "m")])
    func aStampThatCannotBeWrittenEndsACall(_ nowMs: Int64, _ msgId: String) throws {
        let call = Call(account: try Secrets.account, payload: lead)
        let error = refusal { try call.step(nowMs: nowMs, msgId: msgId, random: 0) }
        #expect(error?.code == "invalid_stamp")
        #expect(!call.isInDoubt)
    }

    @Test func whatHappensWithoutARequestUnderWayChangesNothing() throws {
        let hand = try Hand(lead)
        hand.call.replied(msgId: "m1", nowMs: 0, reply: .ok("9"))
        hand.call.failed(msgId: "m1", nowMs: 0, failure: .unknown, cause: Wrong("early"))
        #expect(hand.call.lastAttempt == nil && !hand.call.isInDoubt)
        try hand.reply(.ok("7"))
        #expect(try hand.end().id == "7")
    }

    @Test func whatCanBeRepeatedIsTriedAgain() throws {
        func check(_ payload: some Payload, _ operation: String, _ fail: (RawReply?, Failure)) throws {
            let hand = try Hand(payload)
            if let reply = fail.0 { try hand.reply(reply) } else { try hand.fail(fail.1) }
            try hand.reply(.ok())
            _ = try hand.end()
            #expect(hand.operations == [operation, operation])
        }
        for (operation, payload) in valid where !operation.hasPrefix("add") {
            for status in [408, 429, 500, 503] { try check(payload, operation, (.status(status), .unknown)) }
            try check(payload, operation, (.foreign, .unknown))
            try check(payload, operation, (nil, .unknown))
            try check(payload, operation, (nil, .notSent))
        }
    }

    @Test func whatWouldFailAgainIsNotTriedAgain() throws {
        let replies: [(RawReply, String)] = [
            (.rejected(), "rejected"), (.status(404), "http_status"), (.status(301), "http_status"),
            (RawReply(status: 404, body: RawReply.ok(5).body), "malformed"),
        ]
        for (reply, code) in replies {
            let hand = try Hand(QueryLeads(code: "c"))
            try hand.reply(reply)
            #expect(hand.error()?.code == code)
        }
    }

    @Test func aRetryIsSignedAnew() throws {
        let hand = try Hand(removal, Policy(baseDelayMs: 100, jitter: 0))
        try hand.fail()
        try hand.send()
        let (first, second) = (hand.sent[0], hand.sent[1])
        #expect(second.msgId == "m2" && second.timestamp == "100" && second.body == first.body)
        #expect(first.url.split(separator: "/").suffix(2).first != second.url.split(separator: "/").suffix(2).first)
    }

    @Test func delaysDoubleUpToTheLongest() throws {
        let hand = try Hand(removal, Policy(maxAttempts: 6, baseDelayMs: 100, maxDelayMs: 500, jitter: 0))
        var waits: [Int64] = []
        for _ in 0..<5 {
            try hand.fail()
            waits.append(try #require(try hand.wait()) - hand.nowMs)
        }
        #expect(waits == [100, 200, 400, 500, 500])
    }

    @Test(
        arguments: [
            (0.5, 0.0, 1000), (0.5, 1.0, 500), (0.5, .nan, 1000), (1.0, 1.0, nil), (0.0, 1.0, 1000),
            (0.5, 7.0, 500), (0.5, -7.0, 1000),
        ] as [(Double, Double, Int64?)])
    func delaysAreShortenedByJitterAndNeverBeyondTheirBounds(_ jitter: Double, _ random: Double, _ delay: Int64?) throws
    {
        let call = Call(
            account: try Secrets.account, payload: removal, policy: Policy(baseDelayMs: 1000, jitter: jitter))
        _ = try call.step(nowMs: 0, msgId: "m", random: random)
        call.failed(msgId: "m", nowMs: 0, failure: .unknown)
        switch try call.step(nowMs: 0, msgId: "m", random: random) {
        case .waitUntil(let timeMs): #expect(timeMs == delay)
        case .send: #expect(delay == nil)
        case .done: Issue.record("it is over")
        }
    }

    @Test(arguments: [-0.1, 1.1, 7, .infinity, .nan])
    func aJitterThatIsNoPartOfADelayIsRefusedBeforeAnythingIsSent(_ jitter: Double) throws {
        let call = Call(account: try Secrets.account, payload: removal, policy: Policy(jitter: jitter))
        #expect(code { try call.step(nowMs: 0, msgId: "m", random: 0.5) } == "invalid_account")
    }

    @Test(
        arguments: [
            ("7", 7000), (" 7 ", 7000), ("1.5", 1500), ("0", 100), ("Tue, 14 Nov 2023 22:13:30 GMT", 10_000),
            ("Tuesday, 14-Nov-23 22:13:30 GMT", 10_000), ("Tue Nov 14 22:13:30 2023", 10_000),
            ("Tue, 14 Nov 2023 22:13:10 GMT", 100), ("Thu, 01 Jan 1970 00:00:00 GMT", 100),
        ] as [(String, Int64)])
    func aRetryAfterThatLiesAheadReplacesTheDelay(_ header: String, _ delay: Int64) throws {
        let now: Int64 = 1_700_000_000_000
        let hand = try Hand(removal, Policy(baseDelayMs: 100, maxDelayMs: 100))
        hand.nowMs = now
        try hand.reply(RawReply(status: 429, headers: ["Retry-After": header], body: Data()))
        #expect(try hand.wait() == now + delay)
    }

    @Test(arguments: ["", "soon", "-1", "1e3", "٧", "7s", "7.", "Tue, 99 Nov 2023 22:13:30 GMT"])
    func aRetryAfterThatCannotBeReadIsPassedOver(_ header: String) throws {
        let hand = try Hand(removal, Policy(baseDelayMs: 100, jitter: 0))
        try hand.reply(RawReply(status: 429, headers: ["Retry-After": header], body: Data()))
        #expect(try hand.wait() == 100)
    }

    @Test func whatComesOfAnEarlierRequestComesTooLate() throws {
        let hand = try Hand(removal)
        try hand.fail()
        try hand.send()
        hand.call.replied(msgId: "m1", nowMs: 0, reply: .rejected())
        hand.call.failed(msgId: "m1", nowMs: 0, failure: .notSent)
        hand.call.replied(msgId: "m2", nowMs: 0, reply: .ok("7"))
        #expect(try hand.end().id == "7")
    }

    @Test func aWaitBeyondTheDeadlineIsNotBegun() throws {
        let hand = try Hand(removal, Policy(deadlineMs: 6999))
        try hand.reply(RawReply(status: 429, headers: ["Retry-After": "7"], body: Data()))
        #expect(hand.error()?.code == "http_status")
    }

    @Test(arguments: [Int.min, -1, 0, 1])
    func oneRequestIsSentWhateverThePolicySays(_ number: Int) throws {
        let hand = try Hand(removal, Policy(maxAttempts: number, baseDelayMs: .min, maxDelayMs: .min, deadlineMs: .min))
        try hand.fail(.notSent)
        guard case .transport(let failed)? = hand.error() else {
            Issue.record("another error")
            return
        }
        #expect(failed.failure == .notSent)
        #expect(hand.sent.count == 1)
    }

    @Test func theDefaultsOfAPolicyAreThoseOfTheCore() {
        let policy = Policy()
        #expect(policy.maxAttempts == 4 && policy.baseDelayMs == 500 && policy.maxDelayMs == 8000)
        #expect(policy.deadlineMs == 60_000 && policy.jitter == 0.5)
        #expect(policy.settleDelayMs == 0 && policy.resendAdds && policy.retryCodes == [] && !policy.matchMsgId)
    }

    @Test func anAddWhoseOutcomeIsUnknownIsSettledByAQueryForItsCode() throws {
        func check(_ payload: some Payload, _ query: String) throws {
            for reply in [nil, RawReply.status(408), .status(500), .foreign] {
                let hand = try Hand(payload)
                if let reply { try hand.reply(reply) } else { try hand.fail() }
                #expect(hand.call.isInDoubt)
                try hand.reply(.page("L0", "L1"))
                #expect(try hand.end() as? Receipt == Receipt(id: "2", settled: true))
                #expect(hand.operations.last == query && hand.operations.count == 2)
                #expect(hand.sent[1].body.contains(#""code":"L1""#))
                #expect(!hand.call.isInDoubt)
            }
        }
        try check(lead, "query")
        try check(AddApaasLead(code: "L1", companyName: "c"), "query_apaas")
    }

    @Test func anAddThatWasSentAgainAndIsRefusedIsLookedUpOnceMore() throws {
        for (found, code) in [(RawReply.page("L1"), nil), (.page(), "uncertain")] {
            let hand = try Hand(lead)
            try hand.fail()
            try hand.reply(.page())
            try hand.reply(.rejected())
            try hand.reply(found)
            if let code { #expect(hand.error()?.code == code) } else { #expect(try hand.end().id == "1") }
            #expect(hand.operations == ["add", "query", "add", "query"])
        }
    }

    @Test func anAddWithoutACodeEndsUncertainWithTheChainOfCauses() throws {
        let hand = try Hand(AddLead(empName: "e"))
        try hand.fail(.unknown, Wrong("slow"))
        guard case .uncertain(let uncertain)? = hand.error(),
            case .transport(let failed) = uncertain.cause
        else {
            Issue.record("another error")
            return
        }
        #expect(failed.failure == .unknown)
        #expect((failed.cause as? Wrong)?.description == "slow")
    }

    @Test func anAddThatCannotBeSettledIsUncertain() throws {
        let hand = try Hand(lead, Policy(maxAttempts: 2, baseDelayMs: 0))
        for _ in 0..<3 { try hand.fail() }
        #expect(hand.error()?.code == "uncertain")
        #expect(hand.operations == ["add", "query", "query"])
    }

    @Test func aRequestThatWasLostTrackOfCountsAsFailedInAnUnknownWay() throws {
        let hand = try Hand(lead)
        try hand.send()
        #expect(try hand.send().operation == "query")
        #expect(hand.call.lastAttempt?.outcome == "unknown")
    }

    @Test func onlyAnAddCanBeInDoubtAndOnlyWhileNobodyKnows() throws {
        func check(_ payload: some Payload, _ operation: String) throws {
            let hand = try Hand(payload)
            #expect(!hand.call.isInDoubt)
            try hand.send()
            #expect(hand.call.isInDoubt == operation.hasPrefix("add"))
        }
        for (operation, payload) in valid { try check(payload, operation) }
        let hand = try Hand(lead)
        try hand.reply(.rejected())
        #expect(!hand.call.isInDoubt)
    }

    @Test func anAttemptIsToldWithItsNumberItsOutcomeAndItsTime() throws {
        let call = Call(account: try Secrets.account, payload: lead, policy: .atOnce)
        _ = try call.step(nowMs: 1000, msgId: "m1", random: 0)
        call.replied(msgId: "m1", nowMs: 1250, reply: .status(503))
        let attempt = try #require(call.lastAttempt)
        #expect(attempt.operation == "add" && attempt.number == 1 && attempt.msgId == "m1" && attempt.status == 503)
        #expect(attempt.outcome == "http_status" && attempt.durationMs == 250)
        #expect(attempt.url == "https://openapi.waiqin365.com/api/salesleads/v1/addSalesLeads/***/1000/***/m1")
        _ = try call.step(nowMs: 2000, msgId: "m2", random: 0)
        call.failed(msgId: "m2", nowMs: 1000, failure: .notSent)
        let second = try #require(call.lastAttempt)
        #expect(second.operation == "query" && second.number == 1 && second.status == nil)
        #expect(second.outcome == "not_sent" && second.durationMs == 0)
    }

    @Test func oneCallMayBeDrivenFromManyTasks() async throws {
        let call = Call(account: try Secrets.account, payload: lead)
        _ = try await forEach(Array(0..<100)) { number in
            _ = try? call.step(nowMs: Int64(number), msgId: "m\(number)", random: 0)
            call.failed(msgId: "m\(number)", nowMs: Int64(number), failure: .unknown, cause: Wrong("\(number)"))
            return (call.isInDoubt, call.lastAttempt)
        }
        #expect(call.lastAttempt != nil)
    }
}

/// The pager, driven by hand.
@Suite struct PagesTests {
    @Test func aScanAsksPageByPageUntilOneIsEmpty() throws {
        let pages = try Pages(QueryLeads(code: "c", pageSize: 2))
        for (number, ids) in [["1", "2"], ["3"], []].enumerated() {
            #expect(try pages.nextQuery() == QueryLeads(code: "c", page: number + 1, pageSize: 2))
            #expect(try pages.take(QueryLeads.read(.ids(ids))).map(\.id) == ids)
        }
        for _ in 0..<2 { #expect(try pages.nextQuery() == nil) }
    }

    @Test func aScanBeginsAtThePageThatTheQueryNamesAndAsksForAThousand() throws {
        #expect(try Pages(QueryLeads(code: "c", page: 5)).nextQuery() == QueryLeads(code: "c", page: 5, pageSize: 1000))
    }

    @Test func aPageThatWasAskedForIsAskedForAgainUntilItIsTaken() throws {
        let pages = try Pages(QueryLeads(code: "c"))
        #expect(try pages.nextQuery() == pages.nextQuery())
    }

    @Test func leadsThatShiftFromPageToPageAreHandedOutOnce() throws {
        let pages = try Pages(QueryLeads(code: "c"))
        var taken: [[String?]] = []
        for ids in [["1", "2"], ["2", "3"], ["3", "4", "1"], []] {
            _ = try pages.nextQuery()
            taken.append(try pages.take(QueryLeads.read(.ids(ids))).map(\.id))
        }
        #expect(taken == [["1", "2"], ["3"], ["4"], []])
    }

    @Test func pagesThatDoNotTurnEndAScan() throws {
        let pages = try Pages(QueryLeads(code: "c"))
        let page = try QueryLeads.read(.ids(["1", "2"]))
        #expect(try pages.take(page).count == 2)
        for _ in 0..<2 {
            _ = try pages.nextQuery()
            #expect(try pages.take(page).isEmpty)
        }
        _ = try pages.nextQuery()
        let error = refusal { try pages.take(page) }
        #expect(error?.code == "malformed")
        #expect(try pages.nextQuery() == nil)
    }

    @Test func leadsWithoutAnIdAreToldApartByAllThatTheySay() throws {
        let (one, other): (JSON, JSON) = (
            ["n": .number("12345678901234567891")], ["n": .number("12345678901234567892")]
        )
        let pages = try Pages(QueryLeads(code: "c"))
        _ = try pages.nextQuery()
        #expect(try pages.take(QueryLeads.read(.ok([one]))).count == 1)
        _ = try pages.nextQuery()
        #expect(try pages.take(QueryLeads.read(.ok([one, other]))).map(\.extra["n"]?.text) == ["12345678901234567892"])
    }

    @Test func aScanOfApaasLeadsKeepsItsSorts() throws {
        let query = QueryApaasLeads(code: "c", sorts: [LeadSort(fieldKey: "s", direction: "asc")])
        let asked = try #require(try Pages(query).nextQuery())
        #expect(asked.sorts == query.sorts && asked.page == 1 && asked.pageSize == 1000)
    }

    @Test(arguments: 1...50)
    func aScanOverAnyPagesEndsAndHandsOutNoLeadTwice(_ seed: UInt64) throws {
        var random = Seeded(seed)
        let given = (0..<8).map { _ in
            (0..<Int.random(in: 0...4, using: &random)).map { _ in String("abcdef".randomElement(using: &random)!) }
        }
        let pages = try Pages(QueryLeads(code: "c"))
        var before: Set<String> = []
        for ids in given {
            guard try pages.nextQuery() != nil else { break }
            do throws(QinceError) {
                let handed = try pages.take(QueryLeads.read(.ids(ids)))
                let new = handed.compactMap(\.id)
                #expect(Set(new).count == new.count && before.isDisjoint(with: new))
                before.formUnion(new)
                #expect(before.isSuperset(of: ids))
            } catch {
                #expect(error.code == "malformed")
                #expect(try pages.nextQuery() == nil)
            }
            if ids.isEmpty { #expect(try pages.nextQuery() == nil) }
        }
    }
}
