import Foundation
import QinceLeads
import TestSupport
import Testing

private let lead = AddLead(empName: "e", code: "L1")

private func makeClient(_ transport: any Transport, _ options: QinceLeads.Options = .init()) throws -> QinceLeads {
    var options = options
    options.policy = .atOnce
    return QinceLeads(account: try Secrets.account, transport: transport, options: options)
}

/// Answers after a while, and notes how many requests it has at once.
private final class Busy: Transport, @unchecked Sendable {
    private let lock = NSLock()
    private var now = 0
    private var most = 0
    private var codes: [String] = []
    private let pause: Duration

    init(_ pause: Duration) {
        self.pause = pause
    }

    func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply {
        let code = try JSON(request.body)["code"]?.string ?? ""
        lock.withLock {
            now += 1
            most = max(most, now)
            codes.append(code)
        }
        defer { lock.withLock { now -= 1 } }
        try await Task.sleep(for: pause)
        return .ok("7")
    }

    /// The most requests at once.
    var mostAtOnce: Int { lock.withLock { most } }

    /// In which order they came.
    var order: [String] { lock.withLock { codes } }
}

/// How many requests run at once. One by one, since the order in which tasks begin is that of a host with time to spare.
@Suite(.serialized, .timeLimit(.minutes(1))) struct TurnTests {
    @Test(arguments: [1, 3, 10]) func noMoreRequestsRunAtOnceThanMay(_ limit: Int) async throws {
        let transport = Busy(.milliseconds(20))
        let client = try makeClient(transport, .init(maxConcurrent: limit))
        _ = try await forEach(0..<40, atOnce: 40) { try await client.add(AddLead(empName: "e", code: "C\($0)")) }
        #expect(transport.mostAtOnce == limit)
        #expect(transport.order.count == 40)
    }

    @Test func tenRunAtOnceWhereNothingElseIsSaidAndCopiesShareThem() async throws {
        let transport = Busy(.milliseconds(20))
        let client = try makeClient(transport)
        let copies = (0..<4).map { _ in client.with { $0.timeout = .seconds(9) } }
        _ = try await forEach(0..<60, atOnce: 60) { try await copies[$0 % 4].add(lead) }
        #expect(transport.mostAtOnce == 10)
    }

    @Test func whatWaitsForItsTurnIsNotTimed() async throws {
        let transport = Busy(.milliseconds(100))
        let client = try makeClient(transport, .init(timeout: .milliseconds(900), maxConcurrent: 1))
        let attempts = Attempts()
        let timed = client.with { $0.onAttempt = { attempts.note($0) } }
        _ = try await forEach(0..<20, atOnce: 20) { _ in try await timed.add(AddLead(empName: "e")) }
        #expect(attempts.take().map(\.outcome) == Array(repeating: "ok", count: 20))
    }

    @Test func turnsComeInTheOrderInWhichTheyWereWaitedFor() async throws {
        let transport = Busy(.milliseconds(5))
        let client = try makeClient(transport, .init(maxConcurrent: 1))
        var tasks: [Task<Receipt, any Error>] = []
        for number in 0..<20 {
            tasks.append(Task { try await client.add(AddLead(empName: "e", code: "C\(number)")) })
            try await Task.sleep(for: .milliseconds(2))
        }
        for task in tasks { _ = try await task.value }
        #expect(transport.order == (0..<20).map { "C\($0)" })
    }

    @Test func whoHasAReplyDoesNotWaitForAnotherTurn() async throws {
        let (transport, doubts) = (Busy(.milliseconds(5)), Noted<QinceError.Uncertain>())
        let client = try makeClient(transport, .init(maxConcurrent: 1, onUncertain: { doubts.note($0) }))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 { group.addTask { _ = try? await client.add(lead) } }
            while transport.order.count < 10 { try await Task.sleep(for: .milliseconds(1)) }
            group.cancelAll()
        }
        // At most the one that was on its way.
        #expect(doubts.count <= 1)
    }

    @Test func whoIsCancelledBeforeHisTurnSendsNothing() async throws {
        let transport = Answers(.silence)
        let attempts = Attempts()
        let client = try makeClient(transport, .init(maxConcurrent: 1, onAttempt: { attempts.note($0) }))
        let first = Task { try await client.add(lead) }
        try await transport.awaitSent(1)
        let others = (0..<20).map { _ in Task { try await client.add(lead) } }
        try await Task.sleep(for: .milliseconds(20))
        for other in others { other.cancel() }
        for other in others { await #expect(throws: CancellationError.self) { try await other.value } }
        #expect(transport.sent.count == 1 && attempts.count == 0)
        first.cancel()
        let error = await refusal { try await first.value }
        #expect(error?.code == "uncertain")
    }
}

/// What a request carries beside its payload.
@Suite struct HeaderTests {
    private func sent(_ options: QinceLeads.Options) async throws -> [String: String] {
        let transport = Answers(.reply(.ok()))
        try await makeClient(transport, options).add(lead)
        return transport.sent[0].headers
    }

    @Test func aClientSaysWhatItIs() async throws {
        let agent = try #require(try await sent(.init())["User-Agent"])
        #expect(agent.wholeMatch(of: #/qince-leads-swift/\d+\.\d+\.\d+ (linux|macos|ios)/#) != nil)
    }

    @Test func headersOfOnesOwnWin() async throws {
        let headers = try await sent(.init(headers: ["user-agent": "mine", "X-Tenant": "t"]))
        #expect(headers == ["user-agent": "mine", "X-Tenant": "t", "Content-Type": "application/json"])
    }

    @Test func aHookAddsHeadersToEachRequest() async throws {
        let transport = Answers(.failure(URLError(.timedOut)), .reply(.page()), .reply(.ok()))
        let seen = Noted<QinceLeads.Upcoming>()
        let client = try makeClient(
            transport,
            .init(
                headers: ["traceparent": "none"],
                onRequest: {
                    seen.note($0)
                    return ["traceparent": "\($0.operation) \($0.number)"]
                }))
        try await client.add(lead)
        #expect(transport.sent.map { $0.headers["traceparent"] } == ["add 1", "query 1", "add 2"])
        #expect(seen.all.map(\.msgId) == transport.sent.map(\.msgId))
    }

    @Test func aHookThatFailsIsLoggedAndPassedOver() async throws {
        let lines = Noted<String>()
        let headers = try await sent(
            .init(onRequest: { _ in throw Wrong("no trace") }, logger: { lines.note("\($0) \($1)") }))
        #expect(headers.count == 2)
        #expect(lines.all.contains { $0.hasPrefix("warning onRequest failed before add") })
    }

    @Test func headersOfAHookThatNoRequestMayHaveAreLoggedAndPassedOver() async throws {
        let lines = Noted<String>()
        let headers = try await sent(
            .init(onRequest: { _ in ["X-A": "secret\r\nX-B: b"] }, logger: { lines.note("\($0) \($1)") }))
        #expect(headers.keys.sorted() == ["Content-Type", "User-Agent"])
        #expect(lines.all.contains { $0.hasPrefix("warning onRequest failed before add") })
        #expect(!lines.all.contains { $0.contains("secret") })
    }

    @Test(arguments: [
        "X-A": "a\r\nX-B: b", "X A": "a", "": "a", "Content-Length": "5", "Host": "elsewhere", "Accept-Encoding": "br",
        "Upgrade": "h2c", "content-type": "text/plain", "X-Name": "名",
    ])
    func aHeaderThatCannotBeSentIsNamedAndNothingIsSent(_ name: String, _ value: String) async throws {
        let transport = Answers()
        let client = try makeClient(transport, .init(headers: [name: value]))
        let error = await refusal { try await client.add(lead) }
        #expect(error?.code == "invalid_account" && error?.message.contains("headers: `\(name)`") == true)
        #expect(transport.sent.isEmpty)
    }
}

/// Who is told, and of what.
@Suite(.timeLimit(.minutes(1))) struct DoubtTests {
    private let told = Noted<QinceError.Uncertain>()
    private let lines = Noted<String>()

    private func doubtful(_ transport: Answers) throws -> QinceLeads {
        try makeClient(
            transport, .init(onUncertain: { [told] in told.note($0) }, logger: { [lines] in lines.note("\($0) \($1)") })
        )
    }

    @Test func anAddThatEndsInDoubtIsToldAndLogged() async throws {
        let transport = Answers(.failure(URLError(.timedOut)))
        let client = try doubtful(transport)
        let error = await refusal { try await client.add(AddLead(empName: "e")) }
        #expect(error?.code == "uncertain" && told.count == 1)
        #expect(told.all[0].leadCode == nil)
        let msgId = transport.sent[0].msgId
        let warning = lines.all.first { $0.hasPrefix("warning add: uncertain: ") }
        #expect(warning?.hasSuffix(" (no code, msg_id \(msgId))") == true)
    }

    @Test func doubtSurvivesATaskGroupThatDropsWhatItsTasksThrow() async throws {
        let transport = Answers(Array(repeating: .silence, count: 5))
        let client = try doubtful(transport)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<5 {
                group.addTask { _ = try? await client.add(AddLead(empName: "e", code: "C\(number)")) }
            }
            try? await transport.awaitSent(5)
            group.cancelAll()
        }
        #expect(Set(told.all.map(\.leadCode)) == Set((0..<5).map { "C\($0)" }))
        #expect(lines.all.filter { $0.hasPrefix("debug ") && $0.contains("cancelled") }.count == 5)
    }

    @Test func whatIsNotInDoubtIsToldToNobody() async throws {
        let client = try doubtful(Answers(.reply(.rejected()), .reply(.ok())))
        _ = await refusal { try await client.add(lead) }
        try await client.modify(ModifyLead(id: "7"))
        #expect(told.count == 0 && !lines.all.contains { $0.hasPrefix("warning") })
    }

    @Test func aLineForALogNamesTheRequestAndNoSecretAndNoBody() async throws {
        let transport = Answers(.failure(URLError(.timedOut)), .reply(.page()), .reply(.status(503)))
        let client = try doubtful(transport).with { $0.policy.maxAttempts = 2 }
        _ = await refusal { try await client.add(AddLead(empName: "secret-name", code: "L1")) }
        #expect(lines.count >= 4)
        #expect(lines.all[0].hasPrefix("debug add attempt 1: unknown after "))
        let digests = transport.sent.map { String($0.url.split(separator: "/").dropLast().last!) }
        for line in lines.all {
            for hidden in Secrets.all + digests + ["secret-name"] { #expect(!line.contains(hidden)) }
        }
    }
}

/// Times that a client gives to its transport.
@Suite(.timeLimit(.minutes(1))) struct TimeoutTests {
    @Test func connectingHasATimeoutOfItsOwnThatIsNoLongerThanTheWhole() async throws {
        for (options, all, connect) in [
            (QinceLeads.Options(), Duration.seconds(30), Duration.seconds(10)),
            (.init(timeout: .seconds(3)), .seconds(3), .seconds(3)),
            (.init(timeout: .seconds(3), connectTimeout: .seconds(1)), .seconds(3), .seconds(1)),
        ] {
            let transport = Answers(.reply(.ok()))
            try await makeClient(transport, options).add(lead)
            #expect(transport.waited.map(\.all) == [all] && transport.waited.map(\.connect) == [connect])
        }
    }

    @Test func aTransportThatKnowsWhenTimeIsUpThatNothingLeftIsBelieved() async throws {
        let connecting = Answers.Answer.work { _ in
            try? await Task.sleep(for: .seconds(60))
            throw NotSentError(cause: TransportError(description: "still connecting"))
        }
        let attempts = Attempts()
        let client = try makeClient(
            Answers(connecting, .reply(.ok("7"))),
            .init(timeout: .milliseconds(50), onAttempt: { attempts.note($0) }))
        #expect(try await client.add(AddLead(empName: "e")).id == "7")
        #expect(attempts.trace() == ["add not_sent", "add ok"])
    }
}

/// Replies as they came.
@Suite struct RawReplyTests {
    private let answered = RawReply(
        status: 200, headers: ["X-Request-Id": "r1"], body: RawReply.ok("7").body)

    @Test func aReceiptAndAPageHaveTheReplyThatTheyWereReadFrom() async throws {
        let client = try makeClient(Answers(.reply(answered), .reply(.page("a")), .reply(.page())))
        let receipt = try await client.add(lead)
        #expect(receipt.reply == answered && receipt.reply?.headers == ["x-request-id": "r1"])
        for try await page in client.query(QueryLeads(code: "c")).pages {
            #expect(page.reply == .page("a"))
        }
        #expect(try AddLead.read(answered).reply == answered)
    }

    @Test func anErrorHasTheReplyThatItWasReadFrom() async throws {
        for (reply, code) in [
            (RawReply.rejected(), "rejected"), (.status(404), "http_status"),
        ] {
            let error = await refusal { try await makeClient(Answers(.reply(reply))).add(lead) }
            #expect(error?.code == code && error?.reply == reply)
        }
        let error = await refusal { try await makeClient(Answers(.reply(.foreign))).add(AddLead(empName: "e")) }
        #expect(error?.code == "uncertain" && error?.reply == .foreign)
        let lost = await refusal { try await makeClient(Answers(.failure(Wrong("lost")))).add(AddLead(empName: "e")) }
        #expect(lost?.code == "uncertain" && lost?.reply == nil)
    }

    @Test func headersAreFoundWhateverTheirCaseAndThoseOfOneNameAreJoined() {
        let headers = [(name: "Via", value: "a"), (name: "VIA", value: "b"), (name: "retry-After", value: "7")]
        let reply = RawReply(status: 200, headers: headers, body: Data())
        #expect(reply.headers == ["via": "a, b", "retry-after": "7"] && reply.retryAfter == "7")
    }

    @Test func aReplyThatIsPrintedShowsNothingOfWhatCame() {
        let reply = RawReply(status: 200, headers: ["A": "hidden"], body: Data("hidden".utf8))
        var shown = "\(reply) \(String(reflecting: reply))"
        dump(reply, to: &shown)
        #expect(shown.contains("6 bytes") && !shown.contains("hidden"))
    }
}

/// Accounts that the environment names.
@Suite struct EnvironmentTests {
    private let whole = ["QINCE_OPENID": "o", "QINCE_APP_KEY": "k", "QINCE_BASE_URL": "https://example.com/"]

    @Test func anAccountIsTakenFromTheEnvironment() throws {
        let account = try Account(environment: whole)
        #expect(account.baseUrl == "https://example.com")
        let vendors = try Account(environment: whole.filter { $0.key != "QINCE_BASE_URL" })
        #expect(try vendors.baseUrl == Secrets.account.baseUrl)
    }

    @Test(arguments: ["QINCE_OPENID", "QINCE_APP_KEY"]) func aVariableThatIsMissingIsNamed(_ name: String) {
        for missing in [whole.filter { $0.key != name }, whole.merging([name: ""]) { $1 }] {
            let error = refusal { try Account(environment: missing) }
            #expect(error?.code == "invalid_account" && error?.message.contains(name) == true)
        }
    }
}

/// What the tests of those who use this package make by hand.
@Suite struct FakeTests {
    private struct Fake: LeadsClient {
        let found: [Lead]

        func add(_ lead: AddLead) async throws -> Receipt {
            throw QinceError.uncertain(.init(cause: .transport(.init(failure: .unknown)), message: "lost"))
        }
        func addApaas(_ lead: AddApaasLead) async throws -> Receipt { Receipt(id: "1") }
        func modify(_ lead: ModifyLead) async throws -> Receipt { throw QinceError.rejected(.init(returnCode: "5")) }
        func modifyApaas(_ lead: ModifyApaasLead) async throws -> Receipt { Receipt() }
        func remove(_ lead: RemoveLead) async throws -> Receipt { Receipt() }
        func query(_ query: QueryLeads) -> Scan<QueryLeads> { Scan(found) }
        func queryApaas(_ query: QueryApaasLeads) -> Scan<QueryApaasLeads> { Scan([]) }
        func find(code: String) async throws -> Lead? { found.first { $0.code == code } }
        func findApaas(code: String) async throws -> ApaasLead? { nil }
        func ensure(_ lead: AddLead) async throws -> Receipt { Receipt(id: "1", existed: true) }
        func ensureApaas(_ lead: AddApaasLead) async throws -> Receipt { Receipt(id: "2") }
        func other(_ path: String, _ payload: Json, repeat: Bool) async throws -> Receipt { Receipt(data: payload) }
    }

    @Test func aFakeTakesThePlaceOfAClient() async throws {
        let client: any LeadsClient = Fake(found: [Lead(id: "1"), Lead(id: "2")])
        #expect(try await all(client.query(QueryLeads(code: "c"))).map(\.id) == ["1", "2"])
        #expect(try await all(client.query(QueryLeads(code: "c")).pages).map(\.count) == [2])
        #expect(try await all(client.queryApaas(QueryApaasLeads(code: "c"))).isEmpty)
        #expect(try await client.other("a", [:]).data == [:])
        let lost = await refusal { try await client.add(lead) }
        #expect(lost?.code == "uncertain" && "\(lost!)" == "lost")
        #expect(try await all(client.addMany([lead, lead])).map(\.outcome) == ["uncertain", "uncertain"])
        #expect(try await all(client.addManyApaas([AddApaasLead(companyName: "c")])).map(\.outcome) == ["ok"])
        let refused = await refusal { try await client.modify(ModifyLead(id: "1")) }
        #expect(refused?.code == "rejected")
    }

    @Test func attemptsAndPushesAreMade() {
        let attempt = Attempt(operation: "add", number: 2, outcome: "cancelled")
        #expect(attempt.number == 2 && attempt.outcome == "cancelled")
        let event = PushEvent(msgId: "m1", data: .followUp(FollowUp(leadCode: "L1")))
        #expect(event.dataType == "salesLeads_follow" && event.acknowledge().contains("m1"))
    }
}
