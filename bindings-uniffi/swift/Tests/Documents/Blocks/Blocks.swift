// Written by `swift run qince-leads-documents` from README.md. Do not edit.

import Foundation
import QinceLeads
import QinceLeadsTesting

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// The blocks of the README.
enum Blocks {
    @Sendable static func block1(_ client: QinceLeads) async throws {
        let environment = ProcessInfo.processInfo.environment
        let account = try Account(
            openid: environment["QINCE_OPENID"] ?? "",
            appKey: environment["QINCE_APP_KEY"] ?? "",
            baseUrl: environment["QINCE_BASE_URL"]  // the console calls it "OpenAPI address" (OpenAPI地址)
        )
        let client = QinceLeads(account: account)

        let receipt = try await client.add(AddLead(empName: "负责人", code: "L1", cusName: "示例公司"))
        print("added", receipt.id ?? "")

        for try await lead in client.query(QueryLeads(createTimeStart: "2026-01-01")) {
            print(lead.id ?? "", lead.code ?? "", lead.cusName ?? "")
        }
    }

    @Sendable static func block2(_ client: QinceLeads) async throws {
        do {
            try await client.add(AddLead(cusName: String(repeating: "长", count: 101), mobileRepeat: "2"))
        } catch QinceError.invalidPayload(let invalid) {
            for violation in invalid.violations {
                print(violation.message)
            }
        }
    }

    @Sendable static func block3(_ client: QinceLeads) async throws {
        let recent = client.query(QueryLeads(createTimeStart: "2026-01-01", pageSize: 500))

        for try await lead in recent where lead.code == "L1" {
            print("found", lead.id ?? "")
            break  // no further page is asked for
        }

        for try await page in recent.pages {
            print("a page of", page.count)
            for fault in page.faults {
                print(fault.path, "should be", fault.expected)  // `[3].mobile`
            }
        }

        let everything = try await recent.reduce(into: []) { $0.append($1) }  // where there are not too many
        print(everything.count, "in all")
    }

    @Sendable static func block4(_ client: QinceLeads) async throws {
        let lead = AddLead(empName: "负责人", code: "L1", cusName: "示例公司")
        var other = lead
        other.code = "L2"
        other.empName = nil  // takes the field away

        print(lead.toJson())  // the vendor's names
        print(other)
        print(try AddLead(json: lead.toJson()) == lead)
        do throws(QinceError) {
            try other.validate()
        } catch {
            print(error)
        }
    }

    @Sendable static func block5(_ client: QinceLeads) async throws {
        for try await lead in client.query(QueryLeads(code: "L1")) {
            switch (lead.code, lead.mobile) {
            case (let code?, let mobile?) where !mobile.isEmpty: print(code, "can be called")
            case (let code?, _): print(code, "cannot be called", lead.extra)
            default: print(lead.id ?? "", "has no code")
            }
        }

        let value: Json = ["sizes": [1, 2], "name": "示例"]
        print(value)
        print(try Json(parsing: "6789690485561771524").decode(as: Int.self))
    }

    @Sendable static func block6(_ client: QinceLeads) async throws {
        do {
            try await client.remove(RemoveLead(code: "L9"))
        } catch QinceError.rejected(let rejected) {
            print(rejected.returnCode, rejected.returnMsg ?? "")
        } catch QinceError.transport(let failed) {
            print(failed.message, failed.cause.map { "\($0)" } ?? "")
        } catch let error as QinceError {
            print(error.code, error, error.progress?.attempts ?? 0, error.progress?.msgId ?? "")
        }
    }

    @Sendable static func block7(_ client: QinceLeads) async throws {
        var patient = client
        patient.options.timeout = .seconds(10)  // for each attempt; 30 seconds by default
        patient.options.policy.maxAttempts = 6
        patient.options.policy.baseDelayMs = 200
        patient.options.policy.deadlineMs = 120_000
        patient.options.onAttempt = { attempt in
            print(attempt.operation, attempt.number, attempt.outcome, attempt.durationMs < 10_000)  // no secrets
        }
        try await patient.add(AddLead(empName: "负责人", code: "L3", cusName: "示例公司"))
    }

    @Sendable static func block8(_ client: QinceLeads) async throws {
        let task = Task {
            try await client.add(AddLead(empName: "负责人", code: "L4", cusName: "示例公司"))
        }
        task.cancel()
        do {
            print("added", try await task.value.id ?? "")
        } catch QinceError.uncertain {
            print("given up, and it may have been added")
        } catch is CancellationError {
            print("given up, and nothing was added")
        }
    }

    struct Block9 {
        actor Store {
            private(set) var events: [String: PushEvent] = [:]

            func keep(_ event: PushEvent) throws {
                events[event.msgId] = event  // stands for: insert, with a unique key on msgId, on conflict do nothing
            }
        }

        let store = Store()

        func routes(_ app: Application) throws {
            let secrets = (Environment.get("QINCE_PUSH_SECRET") ?? "").split(separator: ",").map(String.init)

            app.on(.POST, "push", body: .collect(maxSize: "1mb")) { request async -> Response in
                let body = Data((request.body.data ?? ByteBuffer()).readableBytesView)
                let event: PushEvent
                do throws(QinceError) {
                    event = try verifyPush(body, secrets: secrets, maxAgeMs: nil)
                } catch {
                    return Response(status: .badRequest)
                }
                do {
                    try await store.keep(event)
                } catch {
                    return answer(event.refuse(reason: "not stored"))
                }
                return answer(event.acknowledge())
            }
        }

        func answer(_ json: String) -> Response {
            Response(headers: ["Content-Type": "application/json"], body: .init(string: json))
        }
    }

    @Sendable static func block10(_ client: QinceLeads) async throws {
        #if os(Linux)
            let transport = CurlTransport(caFile: "/etc/ssl/certs/ca-certificates.crt")  // of your company
        #else
            let configuration = URLSessionConfiguration.ephemeral
            configuration.waitsForConnectivity = false
            let transport = URLSessionTransport(configuration)
        #endif
        let own = QinceLeads(account: client.account, transport: transport)
        try await own.add(AddLead(empName: "负责人", code: "L5", cusName: "示例公司"))
    }

    @Sendable static func block11(_ client: QinceLeads) async throws {
        struct HTTPClientTransport: Transport {
            let http: HTTPClient

            func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply {
                var sent = HTTPClientRequest(url: request.url)
                sent.method = .POST
                for (name, value) in request.headers {
                    sent.headers.add(name: name, value: value)
                }
                sent.headers.add(name: "Accept-Encoding", value: "gzip")
                sent.body = .bytes(ByteBuffer(string: request.body))
                let response: HTTPClientResponse
                do {
                    response = try await http.execute(sent, timeout: .nanoseconds(Int64(timeout / .nanoseconds(1))))
                } catch let error as HTTPClientError where Self.unsent.contains(error) {
                    throw NotSentError(cause: error)
                } catch let error as NIOConnectionError {
                    throw NotSentError(cause: error)
                }
                let body = try await response.body.collect(upTo: RawReply.maxBody)
                return RawReply(
                    status: Int(response.status.code), headers: response.headers, body: Data(body.readableBytesView))
            }

            // The errors before a request leaves.
            static let unsent: [HTTPClientError] = [
                .connectTimeout, .getConnectionFromPoolTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout,
                .proxyAuthenticationRequired, .invalidProxyResponse,
            ]
        }

        let configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(connect: .seconds(5))  // shorter than the time-out of the client
        )
        let transport = HTTPClientTransport(http: HTTPClient(configuration: configuration))
        let server = QinceLeads(account: client.account, transport: transport)
        try await server.add(AddLead(empName: "负责人", code: "L6", cusName: "示例公司"))
    }

    @Sendable static func block12(_ client: QinceLeads) async throws {
        let leads = (1...50).lazy.map { AddLead(empName: "负责人", code: "A\($0)", cusName: "公司 \($0)") }

        let many = client.addMany(leads, atOnce: 8, perSecond: 100)
        var added = 0
        for try await one in many {
            switch one.result {
            case .success: added += 1
            case .failure(let error): print(one.lead.code ?? "", error)
            }
        }
        print(added, "added")
    }

    @Sendable static func block13(_ client: QinceLeads) async throws {
        print(try await client.find(code: "A1")?.cusName ?? "none")
        let receipt = try await client.ensure(AddLead(empName: "负责人", code: "A1", cusName: "公司 1"))
        print(receipt.existed)
    }

    @Sendable static func block14(_ client: QinceLeads) async throws {
        let watched = client.with {
            $0.connectTimeout = .seconds(5)  // until a connection stands; 10 seconds by default
            $0.maxConcurrent = 20  // requests at once; 10 by default
            $0.headers = ["X-Tenant": "south"]
            $0.onRequest = { request in ["traceparent": "00-\(request.msgId)-00f067aa0ba902b7-01"] }
            $0.onUncertain = { uncertain in print("in doubt", uncertain.leadCode ?? "") }
            $0.logger = { level, line in if level == .warning { print(line) } }
        }
        let lead = AddLead(empName: "负责人", code: "L12", cusName: "示例公司")
        let receipt = try await watched.with { $0.timeout = .seconds(5) }.add(lead)  // for this call
        print(receipt.reply?.status ?? 0, receipt.reply?.headers["content-type"] ?? "")
    }

    @Sendable static func block15(_ client: QinceLeads) async throws {
        let request = try client.account.sign(QueryLeads(code: "L1"))
        print(request.redactedUrl.contains("***"))  // `url` holds openid and digest: keep it out of logs
        let reply = try await client.transport.send(request)
        let page = try QueryLeads.read(reply)
        print(page.first?.cusName ?? "")
    }

    @Sendable static func block16(_ client: QinceLeads) async throws {
        func nowMs() -> Int64 {
            Int64(Date().timeIntervalSince1970 * 1000)
        }

        func run<Operation: Callable>(_ payload: Operation) async throws -> Operation.Output {
            let call = Call(account: client.account, payload: payload)
            while true {
                switch try call.step(nowMs: nowMs(), msgId: UUID().uuidString, random: .random(in: 0...1)) {
                case .done(let output):
                    return output
                case .waitUntil(let timeMs):
                    try await Task.sleep(for: .milliseconds(max(0, timeMs - nowMs())))
                case .send(let request):
                    do {
                        let reply = try await client.transport.send(request)
                        call.replied(msgId: request.msgId, nowMs: nowMs(), reply: reply)
                    } catch {
                        // .notSent only if it certainly did not leave
                        call.failed(msgId: request.msgId, nowMs: nowMs(), failure: .unknown, cause: error)
                    }
                }
            }
        }

        let pages = try Pages(QueryLeads(createTimeStart: "2026-01-01"))
        while let query = try pages.nextQuery() {
            for lead in try pages.take(try await run(query)) {
                print(lead.code ?? "")
            }
        }
    }

    @Sendable static func block17(_ client: QinceLeads) async throws {
        let call = Call(account: client.account, payload: AddLead(empName: "负责人", code: "L10", cusName: "示例公司"))
        let now = Int64(Date().timeIntervalSince1970 * 1000)
        if case .send(let request) = try call.step(nowMs: now, msgId: UUID().uuidString, random: 0.5) {
            let saved = call.save() ?? ""  // store it, and then send
            _ = try await client.transport.send(request)

            // Here the process ends. The next one reads what was stored:
            let resumed = try Call<AddLead>.resume(account: client.account, text: saved)
            print(resumed.isInDoubt)  // so it asks for the code first
        }
    }

    @Sendable static func block18(_ client: QinceLeads) async throws {
        var lead = AddLead(empName: "负责人", code: "L8")
        lead.extra["new_parameter"] = "1"
        print(lead.toJson())
        print(try client.account.sign(lead).body)
    }

    @Sendable static func block19(_ client: QinceLeads) async throws {
        let receipt = try await client.other("salesleads/v1/querySalesLeads", ["code": "L1"])
        print(receipt.msgId ?? "", receipt.data ?? .null)
    }

    @Sendable static func block20(_ client: QinceLeads) async throws {
        let address = "https://crm.example.com/qince"
        let app = QinceLeads(account: try .relay(address))  // with `headers` of its own login

        func relay(path: String, body: String) throws(QinceError) -> SignedRequest {
            let relayed = try Relayed.read(path: path, body: body, allow: ["add", "query"])
            return try relayed.sign(client.account)
        }

        let asked = try app.account.sign(AddLead(empName: "负责人", code: "L11"))  // what the app sends
        let signed = try relay(path: String(asked.url.dropFirst(address.count + 1)), body: asked.body)
        print(signed.operation, signed.body == asked.body)
    }

    @Sendable static func block21(_ client: QinceLeads) async throws {
        var faults = URLRequest(url: URL(string: "\(client.account.baseUrl)/_sandbox/faults")!)
        faults.httpMethod = "PUT"
        faults.httpBody = Data(#"{"next": ["drop_after"]}"#.utf8)
        _ = try await URLSession.shared.data(for: faults)

        try await client.add(AddLead(empName: "负责人", code: "L9", cusName: "示例公司"))
        let found = try await client.query(QueryLeads(code: "L9")).reduce(0) { count, _ in count + 1 }
        print(found)  // settled, not doubled
    }

    @Sendable static func block22(_ client: QinceLeads) async throws {
        struct Answering: Transport {
            func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply {
                RawReply(status: 200, body: Data(#"{"return_code":"0","response_data":"7"}"#.utf8))
            }
        }

        let fake = QinceLeads(account: client.account, transport: Answering())
        print(try await fake.add(AddLead(empName: "负责人")).id ?? "")
    }

    @Sendable static func block23(_ client: QinceLeads) async throws {
        let body = signPush(#"{"lead_code":"L1","activity_content":"很感兴趣"}"#, secret: "push secret", redelivery: true)
        let event = try verifyPush(body, secrets: ["push secret"], maxAgeMs: 60_000)
        if case .followUp(let followUp) = event.data {
            print(followUp.leadCode ?? "", event.redelivery)
        }
    }
}

/// Those that run, in their order.
let running: [(number: Int, run: @Sendable (QinceLeads) async throws -> Void)] = [
    (1, Blocks.block1),
    (2, Blocks.block2),
    (3, Blocks.block3),
    (4, Blocks.block4),
    (5, Blocks.block5),
    (6, Blocks.block6),
    (7, Blocks.block7),
    (8, Blocks.block8),
    (10, Blocks.block10),
    (11, Blocks.block11),
    (12, Blocks.block12),
    (13, Blocks.block13),
    (14, Blocks.block14),
    (15, Blocks.block15),
    (16, Blocks.block16),
    (17, Blocks.block17),
    (18, Blocks.block18),
    (19, Blocks.block19),
    (20, Blocks.block20),
    (21, Blocks.block21),
    (22, Blocks.block22),
    (23, Blocks.block23),
]
