import Foundation
import QinceLeads
import TestSupport
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

private let lead = AddLead(empName: "e", code: "L1")

/// A client over a transport that answers by a list.
private func makeClient(_ transport: Answers, _ attempts: Attempts = Attempts(), policy: Policy = .atOnce) throws
    -> QinceLeads
{
    QinceLeads(
        account: try Secrets.account, transport: transport,
        options: .init(timeout: .seconds(10), policy: policy) { attempts.note($0) })
}

private let refused = NotSentError(cause: URLError(.cannotConnectToHost))

/// Calls: what is sent, what is tried again, and what comes of it.
@Suite(.timeLimit(.minutes(1))) struct CallingTests {
    @Test func everyWriteSendsItsPayloadAndReturnsAReceipt() async throws {
        let writes: [(String, @Sendable (QinceLeads) async throws -> Receipt, String)] = [
            ("add", { try await $0.add(lead) }, lead.toJson()),
            ("add_apaas", { try await $0.addApaas(AddApaasLead(companyName: "c")) }, #"{"company_name":"c"}"#),
            ("modify", { try await $0.modify(ModifyLead(id: "7", code: "c")) }, #"{"id":7,"code":"c"}"#),
            ("modify_apaas", { try await $0.modifyApaas(ModifyApaasLead(id: "7")) }, #"{"id":7}"#),
            ("remove", { try await $0.remove(RemoveLead(code: "c")) }, #"{"code":"c"}"#),
        ]
        for (operation, call, body) in writes {
            let transport = Answers(.reply(.ok("7")))
            let receipt = try await call(try makeClient(transport))
            #expect(receipt == Receipt(id: "7"))
            #expect(transport.operations == [operation])
            #expect(transport.sent[0].body == body)
            #expect(transport.sent[0].method == "POST")
            #expect(transport.sent[0].headers["Content-Type"]?.hasPrefix("application/json") == true)
            #expect(transport.waited.map(\.all) == [.seconds(10)])
        }
    }

    @Test func aLeadIsFoundByItsCode() async throws {
        let found = RawReply.page("L10", " l1 ")
        let transport = Answers(.reply(found), .reply(.page("L10")), .reply(found), .reply(.page()))
        let client = try makeClient(transport)
        #expect(try await client.find(code: "L1")?.id == "2")
        #expect(try await client.find(code: "L1") == nil)
        #expect(try await client.findApaas(code: "L1")?.id == "2")
        #expect(try await client.findApaas(code: "L1") == nil)
        #expect(transport.operations == ["query", "query", "query_apaas", "query_apaas"])
        #expect(transport.sent.allSatisfy { $0.body == #"{"code":"L1"}"# })
        let nameless = await refusal { try await client.find(code: "") }
        #expect(nameless?.code == "invalid_payload" && transport.sent.count == 4)
    }

    @Test func whatIsEnsuredIsAddedUnlessALeadHasItsCode() async throws {
        let transport = Answers(
            .reply(.page("L1")), .reply(.page()), .reply(.ok("7")), .reply(.page()), .reply(.rejected()),
            .reply(.page("x", "L1")))
        let client = try makeClient(transport)
        let lead = AddApaasLead(code: "L1", companyName: "c")
        #expect(try await client.ensureApaas(lead) == Receipt(id: "1", existed: true))
        #expect(try await client.ensureApaas(lead) == Receipt(id: "7"))
        #expect(try await client.ensureApaas(lead) == Receipt(id: "2", existed: true))
        let (query, add) = ("query_apaas", "add_apaas")
        #expect(transport.operations == [query, query, add, query, add, query])
        let nameless = await refusal { try await client.ensure(AddLead(empName: "e")) }
        #expect(nameless?.code == "invalid_payload" && transport.sent.count == 6)
    }

    @Test func aRequestIsStampedByTheClockInTheFormThatWasChosen() async throws {
        for (form, length) in [(TimestampForm.epochMs, 13), (.compact, 14)] {
            let transport = Answers(.reply(.ok()), .reply(.ok()))
            let client = QinceLeads(
                account: try Secrets.account, transport: transport, options: .init(timestampForm: form))
            let before = nowMs()
            try await client.remove(RemoveLead(code: "c"))
            try await client.remove(RemoveLead(code: "c"))
            let (one, other) = (transport.sent[0], transport.sent[1])
            #expect(one.timestamp.count == length)
            if form == .epochMs { #expect((before...nowMs()).contains(Int64(one.timestamp)!)) }
            #expect(one.msgId != other.msgId)
            #expect(one.msgId.utf8.count == 32 && one.msgId.allSatisfy(\.isHexDigit))
        }
    }

    @Test func anInvalidPayloadIsRefusedBeforeAnythingIsSent() async throws {
        let (transport, attempts) = (Answers(), Attempts())
        let client = try makeClient(transport, attempts)
        let error = await refusal { try await client.add(AddLead(cusName: "c")) }
        #expect(error?.code == "invalid_payload")
        await #expect(throws: QinceError.self) { _ = try await all(client.query(QueryLeads(page: 1))) }
        #expect(transport.sent.isEmpty)
        #expect(attempts.trace() == [])
    }

    @Test func whatCanBeRepeatedIsTriedAgainUntilItWorks() async throws {
        let (transport, attempts) = (
            Answers(
                .failure(URLError(.networkConnectionLost)), .reply(.status(503)), .reply(.foreign), .reply(.ok("7"))),
            Attempts()
        )
        let receipt = try await makeClient(transport, attempts).remove(RemoveLead(code: "c"))
        #expect(receipt.id == "7")
        let seen = attempts.take()
        #expect(seen.map(\.outcome) == ["unknown", "http_status", "malformed", "ok"])
        #expect(seen.map(\.number) == [1, 2, 3, 4])
        #expect(seen.map(\.status) == [nil, 503, 200, 200])
        #expect(Set(transport.sent.map(\.msgId)).count == 4)
    }

    @Test func delaysAreWaitedFor() async throws {
        let transport = Answers(.reply(.status(503)), .reply(.status(503)), .reply(.ok()))
        let policy = Policy(baseDelayMs: 60, maxDelayMs: 8000, jitter: 0)
        let began = ContinuousClock.now
        try await makeClient(transport, policy: policy).remove(RemoveLead(code: "c"))
        #expect(ContinuousClock.now - began >= .milliseconds(60 + 120 - 2))
    }

    @Test func retryAfterIsWaitedFor() async throws {
        let busy = RawReply(status: 429, headers: ["Retry-After": "1"], body: Data())
        let transport = Answers(.reply(busy), .reply(.ok()))
        let began = ContinuousClock.now
        try await makeClient(transport).add(AddLead(empName: "e"))
        #expect(ContinuousClock.now - began >= .milliseconds(990))
        #expect(transport.operations == ["add", "add"])
    }

    @Test func attemptsThatAreUsedUpEndInTheLastFailureAndItsCause() async throws {
        let transport = Answers(.failure(URLError(.timedOut)), .failure(URLError(.networkConnectionLost)))
        let policy = Policy(maxAttempts: 2, baseDelayMs: 0, maxDelayMs: 0)
        do {
            try await makeClient(transport, policy: policy).remove(RemoveLead(code: "c"))
            Issue.record("it went well")
        } catch QinceError.transport(let failed) {
            #expect(failed.failure == .unknown)
            #expect((failed.cause as? URLError)?.code == .networkConnectionLost)
        }
    }

    @Test func aRefusalIsNotTriedAgain() async throws {
        let (transport, attempts) = (Answers(.reply(.rejected("5", "no"))), Attempts())
        do {
            try await makeClient(transport, attempts).add(lead)
            Issue.record("it went well")
        } catch QinceError.rejected(let rejected) {
            #expect(rejected.returnCode == "5")
            #expect(rejected.returnMsg == "no")
        }
        #expect(attempts.trace() == ["add rejected"])
    }

    @Test func anAddIsSettledByAQueryAndNotSentAgain() async throws {
        let (transport, attempts) = (Answers(.failure(URLError(.timedOut)), .reply(.page("L0", "L1"))), Attempts())
        let receipt = try await makeClient(transport, attempts).add(lead)
        #expect(receipt.id == "2")
        #expect(attempts.trace() == ["add unknown", "query ok"])
    }

    @Test func anAddThatWasNotCarriedOutIsSentAgain() async throws {
        let transport = Answers(.failure(URLError(.timedOut)), .reply(.page()), .reply(.ok("7")))
        #expect(try await makeClient(transport).add(lead).id == "7")
        #expect(transport.operations == ["add", "query", "add"])
    }

    @Test func anAddWithoutACodeEndsUncertainWithWhatTheTransportThrew() async throws {
        struct Lost: Error {}
        do {
            try await makeClient(Answers(.failure(Lost()))).add(AddLead(empName: "e"))
            Issue.record("it went well")
        } catch QinceError.uncertain(let uncertain) {
            guard case .transport(let failed) = uncertain.cause else {
                Issue.record("another cause: \(uncertain.cause)")
                return
            }
            #expect(failed.failure == .unknown)
            #expect(failed.cause is Lost)
        }
    }

    @Test func anAddThatWasAnsweredByNoReplyIsUncertainBecauseOfIt() async throws {
        do {
            try await makeClient(Answers(.reply(.status(502)))).add(AddLead(empName: "e"))
            Issue.record("it went well")
        } catch QinceError.uncertain(let uncertain) {
            #expect(uncertain.cause.code == "http_status")
        }
    }

    @Test func anAddOfWhichNothingLeftThisHostIsSentAgain() async throws {
        let (transport, attempts) = (Answers(.failure(refused), .reply(.ok("7"))), Attempts())
        #expect(try await makeClient(transport, attempts).add(AddLead(empName: "e")).id == "7")
        #expect(attempts.trace() == ["add not_sent", "add ok"])
    }

    @Test(
        arguments: [
            URLError(.timedOut), URLError(.networkConnectionLost), URLError(.badServerResponse), URLError(.cancelled),
            URLError(.secureConnectionFailed), URLError(.cannotFindHost), URLError(.notConnectedToInternet),
            CancellationError(),
            POSIXError(.ECONNREFUSED), Wrong("anything"),
        ] as [any Error])
    func whateverElseATransportThrowsMayHaveArrived(_ error: any Error) async throws {
        let (transport, attempts) = (Answers(.failure(error)), Attempts())
        let thrown = await refusal {
            try await makeClient(transport, attempts).add(AddLead(empName: "e"))
        }
        #expect(thrown?.code == "uncertain")
        #expect(attempts.trace() == ["add unknown"])
    }

    @Test func aTransportThatHangsIsTimedOut() async throws {
        let (transport, attempts) = (Answers(.silence, .reply(.ok())), Attempts())
        var client = try makeClient(transport, attempts)
        client.options.timeout = .milliseconds(50)
        let began = ContinuousClock.now
        try await client.remove(RemoveLead(code: "c"))
        #expect(ContinuousClock.now - began < .seconds(25))
        #expect(attempts.trace() == ["remove unknown", "remove ok"])
    }

    @Test func aTimeoutThatIsAlreadyOverStillEndsInAnError() async throws {
        for timeout in [Duration.zero, .seconds(-5)] {
            var client = try makeClient(Answers(Array(repeating: .silence, count: 4)))
            client.options.timeout = timeout
            let error = await refusal { try await client.remove(RemoveLead(code: "c")) }
            #expect(error?.code == "transport")
        }
    }

    @Test func aTimeoutWithoutBoundsIsNoTimeout() async throws {
        var client = try makeClient(Answers(.reply(.ok("7"))))
        client.options.timeout = .seconds(Int64.max)
        #expect(try await client.remove(RemoveLead(code: "c")).id == "7")
    }

    @Test func aClientIsAValueWhoseCopiesHaveOptionsOfTheirOwn() async throws {
        let transport = Answers(.reply(.status(503)), .reply(.status(503)), .reply(.ok()))
        let client = try makeClient(transport)
        var impatient = client
        impatient.options.policy.maxAttempts = 1
        await #expect(throws: QinceError.self) { try await impatient.remove(RemoveLead(code: "c")) }
        #expect(transport.sent.count == 1)
        try await client.remove(RemoveLead(code: "c"))
        #expect(transport.sent.count == 3)
    }

    @Test func anyEndpointCanBeAsked() async throws {
        let transport = Answers(.reply(.status(503)), .reply(.ok([["cm_code": "C1"]])))
        let receipt = try await makeClient(transport).other("customer/v1/queryCustomer", ["cm_code": "C1"])
        #expect(receipt == Receipt(data: [["cm_code": "C1"]]))
        #expect(transport.operations == ["other", "other"])
        #expect(transport.sent[0].body == #"{"cm_code":"C1"}"#)
        let lost = Answers(.failure(URLError(.timedOut)))
        let error = await refusal { try await makeClient(lost).other("order/v1/addOrder", [:], repeat: false) }
        #expect(error?.code == "uncertain" && lost.sent.count == 1)
    }

    @Test func anErrorSaysWhichRequestItCameOf() async throws {
        let (transport, attempts) = (Answers(.reply(.status(503)), .reply(.rejected())), Attempts())
        let error = await refusal { try await makeClient(transport, attempts).remove(RemoveLead(code: "c")) }
        let progress = try #require(error?.progress)
        #expect(progress.attempts == 2 && progress.mayHaveBeenCarriedOut)
        #expect(progress.msgId == transport.sent[1].msgId)
        #expect(attempts.take().map(\.msgId) == transport.sent.map(\.msgId))
    }

    @Test func anAppWithoutAKeyCallsThroughItsServer() async throws {
        let relay = "https://crm.example.com/qince"
        let signed = Noted<SignedRequest>()
        let transport = Answers(
            .work { request in
                let path = String(request.url.dropFirst(relay.count + 1))
                let relayed = try Relayed.read(path: path, body: request.body, allow: ["add"])
                signed.note(try relayed.sign(Secrets.account))
                return .ok("7")
            })
        let app = QinceLeads(account: try .relay(relay), transport: transport)
        #expect(try await app.add(lead).id == "7")
        let (sent, forwarded) = (transport.sent[0], signed.all[0])
        #expect(sent.url == "\(relay)/salesleads/v1/addSalesLeads/\(sent.msgId)")
        #expect(forwarded.body == sent.body && forwarded.msgId == sent.msgId)
        #expect(forwarded.url.contains("/\(Secrets.openid)/\(forwarded.timestamp)/"))
    }

    @Test func anAttemptIsToldWithoutSecrets() async throws {
        let attempts = Attempts()
        try await makeClient(Answers(.reply(.ok())), attempts).add(lead)
        let attempt = try #require(attempts.take().first)
        #expect(attempt.url.hasPrefix("https://openapi.waiqin365.com/api/salesleads/v1/addSalesLeads/***/"))
        #expect(attempt.durationMs >= 0)
        var shown = "\(attempt) \(String(reflecting: attempt))"
        dump(attempt, to: &shown)
        for secret in Secrets.all { #expect(!shown.contains(secret)) }
    }

    @Test func manyCallsAtOnceDoNotMeetEachOther() async throws {
        let transport = Echo()
        let client = QinceLeads(account: try Secrets.account, transport: transport)
        let ids = try await forEach(Array(0..<300)) { number in
            try await client.add(AddLead(empName: "e", code: "C\(number)")).id
        }
        #expect(ids == (0..<300).map { "id of C\($0)" })
    }
}

/// Answers an add with an id that is made of its code.
private struct Echo: Transport {
    func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply {
        await Task.yield()
        let code = try JSON(request.body)["code"]?.string ?? ""
        return .ok(.text("id of \(code)"))
    }
}

/// Calls that are given up: what is left open is said, and nothing else.
@Suite(.timeLimit(.minutes(1))) struct CancellationTests {
    @Test func aCallThatIsCancelledBeforeItBeginsSendsNothing() async throws {
        let transport = Answers(.reply(.ok()))
        let error = await cancelled(try makeClient(transport)) {
            try await $0.add(lead)
        } when: {
        }
        #expect(error is CancellationError)
        #expect(transport.sent.isEmpty)
    }

    @Test func anAddThatIsCancelledOnItsWayIsUncertain() async throws {
        let (transport, attempts) = (Answers(.silence), Attempts())
        let error = await cancelled(try makeClient(transport, attempts)) {
            try await $0.add(lead)
        } when: {
            try await transport.awaitSent(1)
        }
        guard case .uncertain(let uncertain)? = error as? QinceError else {
            Issue.record("it ended with \(String(describing: error))")
            return
        }
        #expect(uncertain.cause.code == "transport")
        #expect(uncertain.message.contains("may or may not have been carried out"))
        #expect(uncertain.progress?.attempts == 1 && uncertain.progress?.msgId == transport.sent[0].msgId)
        #expect(transport.operations == ["add"])
        #expect(attempts.trace() == ["add cancelled"])
    }

    @Test func anAddThatIsCancelledWhileItIsSettledIsUncertain() async throws {
        let transport = Answers(.failure(URLError(.timedOut)), .silence)
        let error = await cancelled(try makeClient(transport)) {
            try await $0.add(lead)
        } when: {
            try await transport.awaitSent(2)
        }
        #expect((error as? QinceError)?.code == "uncertain")
    }

    @Test func anAddThatIsCancelledWhileItWaitsToBeSettledIsUncertain() async throws {
        let (transport, attempts) = (Answers(.failure(URLError(.timedOut))), Attempts())
        let patient = Policy(baseDelayMs: 60_000, maxDelayMs: 60_000, deadlineMs: nil)
        let error = await cancelled(try makeClient(transport, attempts, policy: patient)) {
            try await $0.add(lead)
        } when: {
            while attempts.count == 0 { try await Task.sleep(for: .milliseconds(1)) }
        }
        #expect((error as? QinceError)?.code == "uncertain")
    }

    @Test func anAddThatSurelyWasNotCarriedOutIsOnlyCancelled() async throws {
        for answer in [Answers.Answer.failure(refused), .reply(.status(429))] {
            let (transport, attempts) = (Answers(answer), Attempts())
            let patient = Policy(baseDelayMs: 60_000, maxDelayMs: 60_000, deadlineMs: nil)
            let error = await cancelled(try makeClient(transport, attempts, policy: patient)) {
                try await $0.add(lead)
            } when: {
                while attempts.count == 0 { try await Task.sleep(for: .milliseconds(1)) }
            }
            #expect(error is CancellationError)
        }
    }

    @Test func aCallThatMayBeRepeatedIsOnlyCancelled() async throws {
        let transport = Answers(.silence)
        let error = await cancelled(try makeClient(transport)) {
            try await $0.modify(ModifyLead(id: "7"))
        } when: {
            try await transport.awaitSent(1)
        }
        #expect(error is CancellationError)
    }

    @Test func aScanThatIsCancelledIsOnlyCancelledAndAsksNoMore() async throws {
        let transport = Answers(.reply(.page("a")), .silence)
        let error = await cancelled(try makeClient(transport)) {
            _ = try await all($0.query(QueryLeads(code: "c")))
        } when: {
            try await transport.awaitSent(2)
        }
        #expect(error is CancellationError)
        #expect(transport.sent.count == 2)
    }

    @Test func aTransportThatNoticesTheCancellationByItsOwnErrorChangesNothing() async throws {
        let noticed = Answers.Answer.work { _ in
            while !Task.isCancelled { await Task.yield() }
            throw URLError(.cancelled)
        }
        let transport = Answers(noticed)
        let error = await cancelled(try makeClient(transport)) {
            try await $0.add(lead)
        } when: {
            try await transport.awaitSent(1)
        }
        #expect((error as? QinceError)?.code == "uncertain")
    }

    @Test func ofManyAddsThatAreCancelledEachSaysWhatItLeavesOpen() async throws {
        let transport = Answers(Array(repeating: .silence, count: 50))
        let client = try makeClient(transport).with { $0.maxConcurrent = 50 }
        let tasks = (0..<50).map { number in Task { try await client.add(AddLead(empName: "e", code: "C\(number)")) } }
        try await transport.awaitSent(50)
        for task in tasks { task.cancel() }
        for task in tasks {
            let error = await refusal { try await task.value }
            #expect(error?.code == "uncertain")
        }
    }
}

/// Begins a call in a task, cancels that when it is time, and returns what it threw.
private func cancelled(
    _ client: QinceLeads, _ call: @escaping @Sendable (QinceLeads) async throws -> some Sendable,
    when isTime: () async throws -> Void
) async -> (any Error)? {
    let task = Task { _ = try await call(client) }
    do {
        try await isTime()
        task.cancel()
        try await task.value
        return nil
    } catch {
        return error
    }
}

/// Queries: read page by page as they are asked for.
@Suite(.timeLimit(.minutes(1))) struct ScanTests {
    private let query = QueryLeads(code: "c")

    @Test func everyLeadOfEveryPageComes() async throws {
        let transport = Answers(.reply(.ids(["1", "2"])), .reply(.ids(["3"])), .reply(.page()))
        let client = try makeClient(transport)
        #expect(try await all(client.query(query)).map(\.id) == ["1", "2", "3"])
        #expect(try transport.sent.map { try JSON($0.body)["page"]?.integer } == [1, 2, 3])
        let apaas = Answers(.reply(.ids(["1"])), .reply(.page()))
        #expect(try await all(makeClient(apaas).queryApaas(QueryApaasLeads(code: "c"))).map(\.id) == ["1"])
        #expect(apaas.operations == ["query_apaas", "query_apaas"])
    }

    @Test func nothingIsSentBeforeTheFirstLeadIsAskedFor() async throws {
        let transport = Answers(.reply(.ids(["1"])))
        var leads = try makeClient(transport).query(query).makeAsyncIterator()
        #expect(transport.sent.isEmpty)
        #expect(try await leads.next()?.id == "1")
        #expect(transport.sent.count == 1)
    }

    @Test func thePageAfterIsAskedForOnlyWhenTheOneBeforeIsUsedUp() async throws {
        let transport = Answers(.reply(.ids(["1", "2"])), .reply(.ids(["3"])))
        var leads = try makeClient(transport).query(query).makeAsyncIterator()
        for _ in 0..<2 { _ = try await leads.next() }
        #expect(transport.sent.count == 1)
        #expect(try await leads.next()?.id == "3")
        #expect(transport.sent.count == 2)
    }

    @Test func whoStopsEarlyAsksForNoFurtherPage() async throws {
        let transport = Answers(.reply(.ids(["1", "2"])))
        for try await lead in try makeClient(transport).query(query) where lead.id == "2" { break }
        #expect(transport.sent.count == 1)
    }

    @Test func eachIterationBeginsAnew() async throws {
        let transport = Answers(.reply(.ids(["1"])), .reply(.page()), .reply(.ids(["2"])), .reply(.page()))
        let leads = try makeClient(transport).query(query)
        #expect(try await all(leads).map(\.id) == ["1"])
        #expect(try await all(leads).map(\.id) == ["2"])
    }

    @Test func twoIterationsOfOneScanDoNotMeet() async throws {
        let transport = Answers(.reply(.ids(["1", "2"])), .reply(.ids(["1", "2"])))
        let scan = try makeClient(transport).query(query)
        var (one, other) = (scan.makeAsyncIterator(), scan.makeAsyncIterator())
        #expect(try await one.next()?.id == "1")
        #expect(try await other.next()?.id == "1")
        #expect(try await one.next()?.id == "2")
    }

    @Test func pagesComeOneByOneWithoutEmptyOnes() async throws {
        let transport = Answers(
            .reply(.ids(["1", "2"])), .reply(.ids(["2", "3"])), .reply(.ids(["4"])), .reply(.page()))
        let pages = try await all(makeClient(transport).query(query).pages)
        #expect(pages.map { $0.map(\.id) } == [["1", "2"], ["3"], ["4"]])
    }

    @Test func whatIsNotAsDocumentedIsToldByThePageThatItCameWith() async throws {
        let odd = Answers.Answer.reply(.ok([["id": "1", "linkman": []], 5]))
        let transport = Answers(odd, .reply(.ok([5])), .reply(.page()))
        let pages = try await all(makeClient(transport).query(query).pages)
        #expect(pages.map { Set($0.faults.map(\.path)) } == [["[0].linkman", "[1]"], ["[0]"]])
        #expect(pages.map { $0.map(\.id) } == [["1"], []])
        #expect(pages[0][0].faults.map(\.path) == ["linkman"])
        let leads = try await all(makeClient(Answers(odd, .reply(.page()))).query(query))
        #expect(leads.map(\.id) == ["1"])
    }

    @Test func aScanThatFailedIsOver() async throws {
        let transport = Answers(.reply(.ids(["1"])), .reply(.rejected()))
        var leads = try makeClient(transport).query(query).makeAsyncIterator()
        #expect(try await leads.next()?.id == "1")
        let error = await refusal { try await leads.next() }
        #expect(error?.code == "rejected")
        #expect(try await leads.next() == nil)
        #expect(try await leads.next() == nil)
        #expect(transport.sent.count == 2)
    }

    @Test func aScanThatEndedStaysSo() async throws {
        let transport = Answers(.reply(.page()))
        var leads = try makeClient(transport).query(query).makeAsyncIterator()
        for _ in 0..<3 { #expect(try await leads.next() == nil) }
        #expect(transport.sent.count == 1)
    }

    @Test func pagesThatDoNotTurnEndAScanWithAnError() async throws {
        let transport = Answers(Array(repeating: .reply(.ids(["1", "2"])), count: 4))
        let error = await refusal { try await all(makeClient(transport).query(query)) }
        #expect(error?.code == "malformed")
    }

    @Test func aPageIsTriedAgainAndItsLeadsComeOnce() async throws {
        let transport = Answers(
            .reply(.ids(["1"])), .failure(URLError(.timedOut)), .reply(.status(500)), .reply(.ids(["2"])),
            .reply(.page()))
        #expect(try await all(makeClient(transport).query(query)).map(\.id) == ["1", "2"])
        #expect(try transport.sent.map { try JSON($0.body)["page"]?.integer } == [1, 2, 2, 2, 3])
    }

    @Test func aQueryBeginsAtThePageThatItNames() async throws {
        let transport = Answers(.reply(.page()))
        _ = try await all(makeClient(transport).query(QueryLeads(code: "c", page: 5, pageSize: 20)))
        #expect(transport.sent[0].body == #"{"code":"c","page":5,"pageSize":20}"#)
    }
}

/// What a transport throws is kept, and shows no secret.
@Suite(.timeLimit(.minutes(1))) struct CauseTests {
    private struct Chatty: Error, CustomStringConvertible {
        let url: String
        var description: String { "could not reach \(url)" }
    }

    @Test func aCauseThatShowsTheUrlIsShownWithoutOpenidAndDigest() async throws {
        let errors: [@Sendable (SignedRequest) -> any Error] = [
            { Chatty(url: $0.url) },
            { NSError(domain: "d", code: 1, userInfo: [NSLocalizedDescriptionKey: "no \($0.url)"]) },
            { URLError(.timedOut, userInfo: [NSURLErrorFailingURLStringErrorKey: $0.url]) },
            { NotSentError(cause: Chatty(url: $0.url)) },
        ]
        for chatty in errors {
            let transport = Answers(Array(repeating: .work { request in throw chatty(request) }, count: 4))
            let error = await refusal {
                try await makeClient(transport).remove(RemoveLead(code: "c"))
            }
            guard case .transport(let failed)? = error, let cause = failed.cause else {
                Issue.record("no cause")
                return
            }
            var shown =
                "\(cause) \(cause.localizedDescription) \(String(reflecting: cause)) \(String(describing: error))"
            dump(error, to: &shown)
            let digest = String(transport.sent.last!.url.split(separator: "/").dropLast().last!)
            #expect(!shown.contains(Secrets.openid))
            #expect(!shown.contains(digest))
        }
    }

    @Test func aCauseThatShowsNothingIsKeptAsItIs() async throws {
        struct Mine: Error, Equatable { let number: Int }
        let transport = Answers(Array(repeating: .failure(Mine(number: 5)), count: 4))
        let error = await refusal { try await makeClient(transport).remove(RemoveLead(code: "c")) }
        guard case .transport(let failed)? = error else {
            Issue.record("it ended with \(String(describing: error))")
            return
        }
        #expect(failed.cause as? Mine == Mine(number: 5))
    }
}
