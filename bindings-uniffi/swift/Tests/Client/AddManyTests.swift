import Foundation
import QinceLeads
import TestSupport
import Testing

private func makeClient(_ transport: any Transport, _ options: QinceLeads.Options = .init()) throws -> QinceLeads {
    var options = options
    options.policy = .atOnce
    return QinceLeads(account: try Secrets.account, transport: transport, options: options)
}

private func lead(_ number: Int) -> AddLead {
    AddLead(empName: "e", code: "C\(number)")
}

/// Leads without end, which note how many were read.
private struct Endless: Sequence, IteratorProtocol {
    let read: Noted<Int>

    func next() -> AddLead? {
        read.note(read.count)
        return lead(read.count - 1)
    }
}

/// Answers requests by the numbers of their leads, which a test lets through one by one.
private final class Gate: Transport, Sendable {
    let opened = Noted<String>()
    let sent = Noted<String>()

    func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply {
        let code = try JSON(request.body)["code"]?.string ?? ""
        sent.note(code)
        while !opened.all.contains(code) { try await Task.sleep(for: .milliseconds(1)) }
        return .ok(["id": .text(code)])
    }
}

/// Answers each request in turn by what this says of the number of its lead.
private struct Answering: Transport {
    let answer: @Sendable (Int) async throws -> RawReply

    func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply {
        try await answer(Int(try JSON(request.body)["code"]?.string?.dropFirst() ?? "") ?? -1)
    }
}

@Suite(.timeLimit(.minutes(1))) struct AddManyTests {
    @Test func outcomesComeInTheOrderInWhichTheyEnd() async throws {
        let gate = Gate()
        let client = try makeClient(gate)
        var outcomes = client.addMany((0..<4).lazy.map(lead), atOnce: 3).makeAsyncIterator()
        var ended: [Int] = []
        for number in [2, 0, 3, 1] {
            gate.opened.note("C\(number)")
            let one = try #require(try await outcomes.next())
            #expect(one.outcome == "ok" && one.lead == lead(number))
            #expect(try one.result.get().id == "C\(number)")
            ended.append(one.index)
        }
        #expect(ended == [2, 0, 3, 1])
        #expect(try await outcomes.next() == nil)
        #expect(Set(gate.sent.all.prefix(3)) == ["C0", "C1", "C2"])
    }

    @Test func whatIsWrongWithOneLeadIsItsOutcomeAlone() async throws {
        let client = try makeClient(
            Answering { number in
                switch number {
                case 1: .rejected()
                case 3: throw TransportError(description: "cut")
                default: .ok(["id": .text("\(number)")])
                }
            })
        // The third breaks a rule, and the fourth cannot be looked up.
        var leads = (0..<5).map { AddApaasLead(code: "C\($0)", companyName: "c") }
        leads[2].companyName = nil
        leads[2].code = nil
        leads[2].allocationStatus = "9"
        let outcomes = try await all(client.addManyApaas(leads, atOnce: 2)).sorted { $0.index < $1.index }
        #expect(outcomes.map(\.outcome) == ["ok", "rejected", "invalid_payload", "uncertain", "ok"])
        #expect(outcomes.map(\.lead) == leads)
    }

    @Test func noMoreLeadsAreReadThanAreUnderWay() async throws {
        let client = try makeClient(Answering { _ in .ok(["id": "7"]) })
        let (read, readLate) = (Noted<Int>(), Noted<Int>())
        var handedOut = 0
        for try await _ in client.addMany(Endless(read: read), atOnce: 3) {
            handedOut += 1
            #expect(read.count < handedOut + 3)
            if handedOut == 50 { break }
        }
        handedOut = 0
        let late = AsyncStream<AddLead>(unfolding: {
            readLate.note(0)
            return lead(readLate.count)
        })
        for try await _ in client.addMany(late, atOnce: 3) {
            handedOut += 1
            #expect(readLate.count < handedOut + 3)
            if handedOut == 50 { break }
        }
        #expect(read.count >= 50 && readLate.count >= 50)
    }

    @Test func nothingIsReadBeforeItIsAskedForAndOnlyOnce() async throws {
        let client = try makeClient(Answering { _ in .ok(["id": "7"]) })
        let read = Noted<Int>()
        let leads = (0..<3).lazy.map { number in
            read.note(number)
            return lead(number)
        }
        let many = client.addMany(leads)
        #expect(read.count == 0)
        #expect(try await all(many).count == 3)
        #expect(try await all(many).isEmpty)
        #expect(read.all == [0, 1, 2])
        #expect(await many.unread.isEmpty)
    }

    @Test func anOutcomeDoesNotWaitForTheNextLead() async throws {
        let client = try makeClient(Answering { _ in .ok(["id": "7"]) })
        let (leads, more) = AsyncStream.makeStream(of: AddLead.self)
        var outcomes = client.addMany(leads).makeAsyncIterator()
        for number in 0..<3 {
            more.yield(lead(number))
            #expect(try await outcomes.next()?.index == number)
        }
        more.finish()
        #expect(try await outcomes.next() == nil)
    }

    @Test func whatReadingThrowsComesAfterAllThatWasUnderWay() async throws {
        let gate = Gate()
        let client = try makeClient(gate)
        let (leads, more) = AsyncThrowingStream.makeStream(of: AddLead.self)
        for number in 0..<3 { more.yield(lead(number)) }
        more.finish(throwing: Wrong("the file is cut"))
        let many = client.addMany(leads)
        var outcomes = many.makeAsyncIterator()
        for number in [2, 0, 1] {
            gate.opened.note("C\(number)")
            #expect(try await outcomes.next()?.index == number)
        }
        await #expect(throws: Wrong.self) { try await outcomes.next() }
        #expect(try await outcomes.next() == nil)
        #expect(await many.unread.isEmpty)
    }

    @Test func whatIsUnderWayWhereTheLoopIsLeftIsCancelledAndItsDoubtTold() async throws {
        let (gate, doubts, lines) = (Gate(), Noted<QinceError.Uncertain>(), Noted<String>())
        let client = try makeClient(
            gate, .init(onUncertain: { doubts.note($0) }, logger: { lines.note("\($0) \($1)") }))
        let many = client.addMany(Endless(read: Noted()), atOnce: 3)
        let opening = Task {
            while gate.sent.count < 3 { try await Task.sleep(for: .milliseconds(1)) }
            gate.opened.note("C0")
        }
        for try await one in many {
            #expect(one.index == 0)
            break
        }
        try await opening.value
        let unread = await many.unread
        #expect(unread.map(\.index) == [1, 2] && unread.allSatisfy { $0.outcome == "uncertain" })
        #expect(Set(doubts.all.map(\.leadCode)) == ["C1", "C2"])
        #expect(lines.all.filter { $0.hasPrefix("warning add: ") }.count == 2)
        #expect(gate.sent.count == 3)
    }

    @Test func whoIsCancelledWaitsForTheEndsAndFindsTheDoubtUnread() async throws {
        let (gate, doubts) = (Gate(), Noted<QinceError.Uncertain>())
        let client = try makeClient(gate, .init(onUncertain: { doubts.note($0) }))
        let many = client.addMany((0..<100).map(lead), atOnce: 4)
        let adding = Task { try await all(many) }
        while gate.sent.count < 4 { try await Task.sleep(for: .milliseconds(1)) }
        adding.cancel()
        await #expect(throws: CancellationError.self) { try await adding.value }
        #expect(Set(doubts.all.map(\.leadCode)) == ["C0", "C1", "C2", "C3"])
        #expect(await many.unread.map(\.outcome) == Array(repeating: "uncertain", count: 4))
        #expect(gate.sent.count == 4)
    }

    @Test func whatHasEndedButWasNotHandedOutIsUnread() async throws {
        let (sent, attempts) = (Noted<Int>(), Attempts())
        let transport = Answering { number in
            sent.note(number)
            while sent.count < 4 { try await Task.sleep(for: .milliseconds(1)) }
            return .ok(["id": "7"])
        }
        let many = try makeClient(transport, .init(onAttempt: { attempts.note($0) })).addMany((0..<4).map(lead))
        for try await _ in many {
            while attempts.count < 4 { try await Task.sleep(for: .milliseconds(1)) }
            break
        }
        #expect(await many.unread.map(\.outcome) == ["ok", "ok", "ok"])
    }

    @Test func whatCannotBeKeptIsRefusedBeforeAnythingIsRead() async throws {
        let client = try makeClient(Answers())
        let read = Noted<Int>()
        for (many, name) in [
            (client.addMany(Endless(read: read), atOnce: 0), "atOnce"),
            (client.addMany(Endless(read: read), perSecond: 0), "per_second"),
            (client.addMany(Endless(read: read), perSecond: .nan), "per_second"),
        ] {
            let error = await refusal { try await all(many).count }
            #expect(error?.code == "invalid_account" && error?.message.contains(name) == true)
        }
        #expect(read.count == 0)
    }

    @Test func whatNoLeadCanMendEndsTheIteration() async throws {
        let (read, transport) = (Noted<Int>(), Answers())
        let client = try makeClient(transport, .init(headers: ["Host": "elsewhere"]))
        let error = await refusal { try await all(client.addMany(Endless(read: read), atOnce: 3)).count }
        #expect(error?.code == "invalid_account" && error?.message.contains("`Host`") == true)
        #expect(read.count <= 3 && transport.sent.isEmpty)
    }

    @Test func noMoreBeginInASecondThanMay() async throws {
        let begun = Noted<ContinuousClock.Instant>()
        let client = try makeClient(
            Answering { _ in
                begun.note(.now)
                return .ok(["id": "7"])
            })
        let beginning = ContinuousClock.now
        #expect(try await all(client.addMany((0..<6).map(lead), perSecond: 50)).count == 6)
        // Five times 20 ms, of which a millisecond may have passed when the clock was read.
        #expect(begun.all.max()! - beginning >= .milliseconds(99))
        #expect(begun.count == 6)
    }

    @Test @MainActor func leadsOfAnActorAreAddedByAnActor() async throws {
        let client = try makeClient(Answering { _ in .ok(["id": "7"]) })
        var count = 0
        for try await one in client.addMany([1, 2, 3].map(lead)) where one.outcome == "ok" { count += 1 }
        #expect(count == 3)
    }
}
