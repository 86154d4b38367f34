import Foundation
import QinceLeads
import TestSupport
import Testing

private let lead = AddLead(empName: "e", code: "L1")

/// Sends the next request of a call.
private func send<Operation>(_ call: Call<Operation>, _ msgId: String, nowMs: Int64 = 0) throws -> SignedRequest {
    guard case .send(let request) = try call.step(nowMs: nowMs, msgId: msgId, random: 0) else {
        throw Wrong("nothing was to be sent")
    }
    return request
}

/// Calls and scans that outlive the process that began them.
@Suite struct SavingTests {
    @Test func anAddThatWasUnderWayWhenItsHostEndedIsSettledAndNotDoubled() throws {
        let account = try Secrets.account
        let begun = Call(account: account, payload: lead, policy: .atOnce)
        _ = try send(begun, "m1")
        let saved = try #require(begun.save())

        let resumed = try Call<AddLead>.resume(account: account, text: saved, policy: .atOnce)
        #expect(resumed.isInDoubt && resumed.progress == begun.progress)
        let query = try send(resumed, "m2")
        #expect(query.operation == "query" && query.body.contains(#""code":"L1""#))
        resumed.replied(msgId: "m2", nowMs: 0, reply: .page("L1"))
        guard case .done(let receipt) = try resumed.step(nowMs: 0, msgId: "m3", random: 0) else {
            throw Wrong("the call goes on")
        }
        #expect(receipt == Receipt(id: "1", settled: true))
    }

    @Test func aCallGoesOnWaitingAndInItsForm() throws {
        let account = try Secrets.account
        let removal = RemoveLead(id: "7")
        let begun = Call(account: account, payload: removal, policy: .atOnce, timestampForm: .compact)
        _ = try send(begun, "m1", nowMs: 1000)
        begun.replied(
            msgId: "m1", nowMs: 1000, reply: RawReply(status: 429, headers: ["Retry-After": "7"], body: Data()))
        let saved = try #require(begun.save())
        let resumed = try Call<RemoveLead>.resume(account: account, text: saved, policy: .atOnce)
        guard case .waitUntil(8000) = try resumed.step(nowMs: 2000, msgId: "m2", random: 0) else {
            throw Wrong("another step")
        }
        let stamp = Stamp(nowMs: 8000, msgId: "m2", form: .compact)
        #expect(try send(resumed, "m2", nowMs: 8000) == account.sign(removal, stamp))
    }

    @Test func aCallToAnyEndpointIsSavedToo() throws {
        let account = try Secrets.account
        let saved = try #require(Call(account: account, payload: Other(path: "a/b", payload: [1])).save())
        let request = try send(Call<Other>.resume(account: account, text: saved), "m1")
        #expect(request.url.contains("/api/a/b/") && request.body == "[1]")
    }

    @Test func whatIsSavedIsOneLineWithoutSecrets() throws {
        let call = Call(account: try Secrets.account, payload: lead)
        let request = try send(call, "m1")
        let saved = try #require(call.save())
        let digest = String(request.url.split(separator: "/").dropLast().last!)
        #expect(saved.contains("L1") && !saved.contains { $0.isNewline })
        for secret in Secrets.all + [digest] { #expect(!saved.contains(secret)) }
    }

    @Test func aCallWhoseEndIsKnownIsNotSaved() throws {
        let call = Call(account: try Secrets.account, payload: lead)
        _ = try send(call, "m1")
        call.replied(msgId: "m1", nowMs: 0, reply: .ok("7"))
        _ = try call.step(nowMs: 0, msgId: "m2", random: 0)
        #expect(call.save() == nil)
    }

    @Test func textOfWhichNothingCanGoOnIsRefused() throws {
        let account = try Secrets.account
        let call = try #require(Call(account: account, payload: lead).save())
        let scan = try #require(try Pages(QueryLeads(code: "c")).save())
        for text in ["", "x", "{}", "[]", scan, String(call.dropLast()), call + call] {
            #expect(code { try Call<AddLead>.resume(account: account, text: text) } == "malformed")
        }
        #expect(code { try Call<ModifyLead>.resume(account: account, text: call) } == "malformed")
        for text in ["", "x", call, String(scan.dropLast())] {
            #expect(code { try Pages<QueryLeads>.resume(text: text) } == "malformed")
        }
        #expect(code { try Pages<QueryApaasLeads>.resume(text: scan) } == "malformed")
    }

    @Test func aScanGoesOnWithThePageThatComesNextAndKnowsWhatItHandedOut() throws {
        let begun = try Pages(QueryLeads(code: "c", pageSize: 2))
        _ = try begun.nextQuery()
        _ = try begun.take(QueryLeads.read(.ids(["1", "2"])))
        let resumed = try Pages<QueryLeads>.resume(text: try #require(begun.save()))
        #expect(try resumed.nextQuery() == QueryLeads(code: "c", page: 2, pageSize: 2))
        #expect(try resumed.take(QueryLeads.read(.ids(["2", "3"]))).map(\.id) == ["3"])
        _ = try resumed.take(Page([]))
        #expect(try resumed.nextQuery() == nil && resumed.save() == nil)
    }
}

/// Calls that are given up: the core says what that leaves open.
@Suite struct GivingUpTests {
    @Test func anAddThatIsGivenUpOnItsWayIsUncertain() throws {
        let call = Call(account: try Secrets.account, payload: lead)
        _ = try send(call, "m1")
        let error = try #require(call.giveUp(nowMs: 7))
        #expect(error.code == "uncertain" && error.message.contains("may or may not have been carried out"))
        #expect(error.progress == call.progress)
        #expect(error.progress?.attempts == 1 && error.progress?.msgId == "m1")
        #expect(error.progress?.mayHaveBeenCarriedOut == true)
        let attempt = try #require(call.lastAttempt)
        #expect(attempt.outcome == "cancelled" && attempt.msgId == "m1" && attempt.durationMs == 7)
    }

    @Test func aCallThatIsGivenUpIsOver() throws {
        let call = Call(account: try Secrets.account, payload: lead)
        _ = try send(call, "m1")
        _ = call.giveUp(nowMs: 0)
        call.replied(msgId: "m1", nowMs: 0, reply: .ok("7"))
        #expect(code { try call.step(nowMs: 0, msgId: "m2", random: 0) } == "uncertain")
        #expect(call.save() == nil)
    }

    @Test func whatLeavesNothingOpenIsOnlyGivenUp() throws {
        #expect(Call(account: try Secrets.account, payload: lead).giveUp(nowMs: 0) == nil)
        let modification = Call(account: try Secrets.account, payload: ModifyLead(id: "7"))
        _ = try send(modification, "m1")
        #expect(modification.giveUp(nowMs: 0) == nil)
        let refused = Call(account: try Secrets.account, payload: lead)
        _ = try send(refused, "m1")
        refused.failed(msgId: "m1", nowMs: 0, failure: .notSent)
        #expect(refused.giveUp(nowMs: 0) == nil)
    }

    @Test func anOtherThatMustNotBeRepeatedIsUncertainToo() throws {
        for (isRepeatable, expected) in [(true, nil), (false, "uncertain")] {
            let call = Call(
                account: try Secrets.account, payload: Other(path: "a/b", payload: [:], repeat: isRepeatable))
            _ = try send(call, "m1")
            #expect(call.giveUp(nowMs: 0)?.code == expected)
        }
    }
}

/// What an error says of the call that came to it.
@Suite struct ProgressTests {
    @Test func aRefusalAfterALostReplySaysThatTheFirstRequestMayHaveWorked() throws {
        let call = Call(account: try Secrets.account, payload: RemoveLead(id: "7"), policy: .atOnce)
        _ = try send(call, "m1")
        call.failed(msgId: "m1", nowMs: 0, failure: .unknown)
        _ = try send(call, "m2")
        call.replied(msgId: "m2", nowMs: 0, reply: .rejected())
        let error = try #require(refusal { try call.step(nowMs: 0, msgId: "m3", random: 0) })
        let progress = try #require(error.progress)
        #expect(error.code == "rejected")
        #expect(progress.attempts == 2 && progress.msgId == "m2" && progress.mayHaveBeenCarriedOut)
    }

    @Test func aRefusalAtOnceSaysThatNothingWasCarriedOut() throws {
        let call = Call(account: try Secrets.account, payload: RemoveLead(id: "7"))
        _ = try send(call, "m1")
        call.replied(msgId: "m1", nowMs: 0, reply: .rejected())
        let progress = try #require(refusal { try call.step(nowMs: 0, msgId: "m2", random: 0) }?.progress)
        #expect(progress.attempts == 1 && progress.msgId == "m1" && !progress.mayHaveBeenCarriedOut)
    }

    @Test func anErrorBeforeTheFirstRequestSaysThatNothingWasSent() throws {
        let invalid = Call(account: try Secrets.account, payload: AddLead())
        let unstamped = Call(account: try Secrets.account, payload: lead)
        for error in [
            refusal { try invalid.step(nowMs: 0, msgId: "m1", random: 0) },
            refusal { try unstamped.step(nowMs: 0, msgId: "", random: 0) },
        ] {
            let progress = try #require(error?.progress)
            #expect(progress.attempts == 0 && progress.msgId == nil && !progress.mayHaveBeenCarriedOut)
        }
    }

    @Test func anErrorThatCameOfNoCallSaysNothingOfOne() throws {
        #expect(refusal { try AddLead.read(.status(502)) }?.progress == nil)
        #expect(refusal { try AddLead().validate() }?.progress == nil)
        #expect(refusal { try AddLead.read(.rejected()) }?.progress == nil)
    }
}

/// What else a policy decides.
@Suite struct PolicyTests {
    private func call(_ policy: Policy) throws -> Call<AddLead> {
        Call(account: try Secrets.account, payload: lead, policy: policy)
    }

    @Test func anAddInDoubtIsLookedForAfterTheTimeThatTheServiceTakes() throws {
        let call = try call(Policy(baseDelayMs: 0, settleDelayMs: 5000))
        _ = try send(call, "m1")
        call.failed(msgId: "m1", nowMs: 0, failure: .unknown)
        guard case .waitUntil(5000) = try call.step(nowMs: 0, msgId: "m2", random: 0) else {
            throw Wrong("another step")
        }
    }

    @Test func anAddThatIsNotToBeSentAgainEndsUncertain() throws {
        let call = try call(Policy(baseDelayMs: 0, resendAdds: false))
        _ = try send(call, "m1")
        call.failed(msgId: "m1", nowMs: 0, failure: .unknown)
        _ = try send(call, "m2")
        call.replied(msgId: "m2", nowMs: 0, reply: .page())
        #expect(code { try call.step(nowMs: 0, msgId: "m3", random: 0) } == "uncertain")
    }

    @Test func aCodeThatSaysThatNothingWasCarriedOutIsTriedAgain() throws {
        for (codes, operation) in [([], nil), (["busy"], "add")] {
            let call = try call(Policy(baseDelayMs: 0, retryCodes: codes))
            _ = try send(call, "m1")
            call.replied(msgId: "m1", nowMs: 0, reply: .rejected("busy"))
            #expect((try? send(call, "m2").operation) == operation)
        }
    }

    @Test func aReplyToAnotherMessageIdIsNoneWhereTheServiceEchoesThem() throws {
        let reply = RawReply(
            status: 200, body: Data(#"{"return_code":"0","msg_id":"m9","response_data":"7"}"#.utf8))
        for (matchMsgId, isInDoubt) in [(false, false), (true, true)] {
            let call = try call(Policy(baseDelayMs: 0, matchMsgId: matchMsgId))
            _ = try send(call, "m1")
            call.replied(msgId: "m1", nowMs: 0, reply: reply)
            #expect((try? send(call, "m2").operation) == (isInDoubt ? "query" : nil))
        }
    }
}
