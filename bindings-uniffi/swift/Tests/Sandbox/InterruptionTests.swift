import Foundation
import QinceLeads
import TestSupport
import Testing

/// Calls that are given up in the middle: whoever does so learns what that leaves open.
@Suite(.timeLimit(.minutes(3))) struct InterruptionTests {
    @Test(arguments: ["slow", "late"])
    func aCancelledAddThatWasSentSaysThatItIsUncertain(_ fault: String) async throws {
        try await withHost { host, sandbox in
            try await sandbox.planNext(fault, slowMs: 300)
            let task = Task { try await host.client.add(AddLead(empName: "负责人", code: "C1")) }
            try await sandbox.awaitRequests(1)
            task.cancel()
            #expect(await refusal { try await task.value }?.code == "uncertain")
            try await sandbox.awaitLateRequests()
            #expect(try await sandbox.leads().count == 1)
            // What was given up stays given up, and the client is as good as before.
            try await host.client.add(AddLead(empName: "负责人", code: "C2"))
            #expect(host.trace() == ["add cancelled", "add ok"])
        }
    }

    @Test func anAddThatIsCancelledWhileItIsSettledSaysThatItIsUncertain() async throws {
        try await withHost { host, sandbox in
            try await sandbox.planNext("drop_after", "slow", slowMs: 600)
            let task = Task { try await host.client.add(AddLead(empName: "负责人", code: "C1")) }
            try await sandbox.awaitRequests(2)
            task.cancel()
            #expect(await refusal { try await task.value }?.code == "uncertain")
            #expect(host.trace() == ["add unknown", "query cancelled"])
        }
    }

    @Test func aCancelledCallThatLeavesNothingOpenSaysNoMoreThanThat() async throws {
        try await withHost { host, sandbox in
            try await sandbox.createLeads(1)
            try await sandbox.planNext("too_many")
            let add = Task { try await host.client.add(AddLead(empName: "负责人", code: "C1")) }
            // While it waits to send again, nothing is under way.
            while host.attempts.count == 0 { try await Task.sleep(for: .milliseconds(2)) }
            add.cancel()
            await #expect(throws: CancellationError.self) { try await add.value }

            try await sandbox.planNext("slow", slowMs: 600)
            let modify = Task { try await host.client.modify(ModifyLead(code: "L1", linkman: "甲")) }
            try await sandbox.awaitRequests(2)
            modify.cancel()
            await #expect(throws: CancellationError.self) { try await modify.value }
            #expect(try await sandbox.leads().map(\.code) == ["L1"])
        }
    }

    @Test func ofManyAddsThatAreCancelledAtOnceEachSaysWhatItLeavesOpen() async throws {
        try await withHost { host, sandbox in
            try await sandbox.planFaults(["rate": 1, "kinds": ["slow"], "slow_ms": 3000])
            let client = host.client.with { $0.maxConcurrent = 40 }
            let tasks = (0..<40).map { number in
                Task { try await client.add(AddLead(empName: "负责人", code: "C\(number)")) }
            }
            try await sandbox.awaitRequests(40)
            for task in tasks { task.cancel() }
            for task in tasks { #expect(await refusal { try await task.value }?.code == "uncertain") }
            try await sandbox.awaitLeads(40)
            #expect(try await sandbox.leads().count == 40)
        }
    }
}

/// Hosts that end in the middle of a call, and another that goes on with it.
@Suite(.timeLimit(.minutes(3))) struct CrashTests {
    @Test(arguments: ["drop_before", "drop_after"])
    func anAddThatWasSavedBeforeItWasSentIsAddedOnce(_ fault: String) async throws {
        try await withHost { host, sandbox in
            try await sandbox.planNext(fault)
            let saved = Noted<String>()
            let begun = Call(account: host.client.account, payload: AddLead(empName: "负责人", code: "C1"))
            // What came of the request is never told: the host has ended.
            _ = await refusal { try await advance(begun, host, saved) }
            let resumed = try Call<AddLead>.resume(account: host.client.account, text: saved.all[0])
            var output: Receipt?
            while output == nil { output = try await advance(resumed, host, saved, telling: true) }
            #expect(output?.settled == (fault == "drop_after"))
            #expect(try await sandbox.leads().map(\.id) == [output?.id])
        }
    }

    /// One step of a call, which is saved before it sends.
    @discardableResult
    private func advance(
        _ call: Call<AddLead>, _ host: Host, _ saved: Noted<String>, telling isTold: Bool = false
    ) async throws -> Receipt? {
        switch try call.step(nowMs: nowMs(), msgId: UUID().uuidString, random: 1) {
        case .done(let receipt): return receipt
        case .waitUntil(let timeMs): try await Task.sleep(for: .milliseconds(max(0, timeMs - nowMs())))
        case .send(let request):
            saved.note(try #require(call.save()))
            let reply = try await host.client.transport.send(request)
            if isTold { call.replied(msgId: request.msgId, nowMs: nowMs(), reply: reply) }
        }
        return nil
    }
}

/// The service pushes: each event is handled once, and nothing forged ever.
@Suite(.timeLimit(.minutes(3))) struct WebhookTests {
    @Test func aFollowUpIsVerifiedHandledAndAcknowledged() async throws {
        try await withWebhook { webhook, events, sandbox in
            let deliveries = try await sandbox.push(
                to: webhook.url,
                [
                    "count": 1,
                    "follow_up": [
                        "lead_code": "D1", "lead_name": "示例公司 & Co = 100%+", "activity_content": "客户\n很感兴趣😀",
                        "ext_remark": "自定义",
                    ],
                ])
            #expect(deliveries.map(\.isAcknowledged) == [true] && deliveries.map(\.status) == [200])
            let event = try #require(events.all.first)
            #expect(events.count == 1 && event.msgId == deliveries[0].msgId && event.dataType == "salesLeads_follow")
            #expect(!event.redelivery && event.statusTime == nil && abs(event.timestampMs - nowMs()) < 60_000)
            guard case .followUp(let followUp) = event.data else {
                Issue.record("no follow-up")
                return
            }
            #expect(followUp.leadName == "示例公司 & Co = 100%+" && followUp.activityContent == "客户\n很感兴趣😀")
            let journal = try await sandbox.journal()
            #expect(try JSON.says(JSON(followUp.toJson()), journal[0]["data"]!))
        }
    }

    @Test func pushesThatComeTwiceInAnyOrderAndWithForgedOnesAreHandledOnce() async throws {
        try await withWebhook { webhook, events, sandbox in
            let deliveries = try await sandbox.push(
                to: webhook.url,
                [
                    "count": 200, "repeat": .number("0.3"), "tamper": .number("0.3"), "shuffle": true, "seed": 5,
                ])
            let (forged, genuine) = (deliveries.filter(\.isForged), deliveries.filter { !$0.isForged })
            #expect(forged.count > 20 && genuine.count > 220)
            for push in forged { #expect(push.status == 401 && push.answer == "" && !push.isAcknowledged) }
            for push in genuine { #expect(push.isAcknowledged) }
            #expect(events.count == 200)
            #expect(Set(events.all.map(\.msgId)) == Set(genuine.compactMap(\.msgId)))
            let journal = try await sandbox.journal()
            #expect(journal.allSatisfy { $0["acknowledged"]?.flag == true })
        }
    }

    @Test func anEventThatCouldNotBeHandledIsRefusedAndComesAgain() async throws {
        try await withWebhook(failing: 1) { webhook, events, sandbox in
            let first = try #require(try await sandbox.push(to: webhook.url, ["count": 1]).first)
            #expect(!first.isAcknowledged)
            #expect(try JSON(first.answer ?? "")["return_msg"]?.string == "暂时无法处理")
            let second = try #require(try await sandbox.redeliver().first)
            #expect(second.isAcknowledged)
            #expect(try await sandbox.redeliver().isEmpty)
            let (before, after) = (events.all[0], events.all[1])
            #expect(before.msgId == after.msgId && before.data == after.data)
            #expect(!before.redelivery && after.redelivery)
            #expect(after.statusTime?.wholeMatch(of: #/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/#) != nil)
        }
    }

    @Test func anotherDataTypeComesAsJson() async throws {
        try await withWebhook { webhook, events, sandbox in
            _ = try await sandbox.push(to: webhook.url, ["count": 1, "data_type": "another"])
            guard let event = events.all.first, case .other(let json) = event.data else {
                Issue.record("no JSON")
                return
            }
            #expect(event.dataType == "another")
            let journal = try await sandbox.journal()
            #expect(try JSON.says(JSON(json.text), journal[0]["data"]!))
        }
    }

    @Test func whileOneSecretTakesThePlaceOfAnotherBothAreAccepted() async throws {
        for (others, status) in [([], 200), (["new"], 200)] as [([String], Int64)] {
            try await withWebhook(others: others) { webhook, _, sandbox in
                let deliveries = try await sandbox.push(to: webhook.url, ["count": 1])
                #expect(deliveries.map(\.status) == [status])
            }
        }
        try await withWebhook(others: ["new"], withOwn: false) { webhook, events, sandbox in
            let deliveries = try await sandbox.push(to: webhook.url, ["count": 1])
            #expect(deliveries.map(\.status) == [401])
            #expect(events.count == 0)
        }
    }

    /// Runs a test with a webhook that notes its events, and cannot handle the first ones.
    private func withWebhook(
        failing: Int = 0, others: [String] = [], withOwn: Bool = true,
        _ test: @escaping @Sendable (Webhook, Noted<PushEvent>, Sandbox) async throws -> Void
    ) async throws {
        try await withSandbox { sandbox, environment in
            let events = Noted<PushEvent>()
            let webhook = try Webhook(secrets: others + (withOwn ? [environment.pushSecret] : [])) { event in
                events.note(event)
                if events.count <= failing { throw Wrong("暂时无法处理") }
            }
            defer { webhook.end() }
            try await test(webhook, events, sandbox)
        }
    }
}
