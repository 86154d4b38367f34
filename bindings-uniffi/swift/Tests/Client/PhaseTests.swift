import Foundation
import QinceLeads
import TestSupport
import Testing

#if os(Linux)
    /// What libcurl has sent when it fails, and that it never sends it twice.
    @Suite(.timeLimit(.minutes(1))) struct PhaseTests {
        private let lead = AddLead(empName: "e")

        @Test func anAddressThatDoesNotAnswerWasSentNothingAfterTheConnectTimeout() async throws {
            let hole = try BlackHole()
            let (error, attempts) = await add(to: hole.url, connectTimeout: .milliseconds(200))
            #expect(attempts == ["add not_sent", "add not_sent"])
            #expect(error?.code == "transport")
            hole.end()
        }

        @Test func aTimeOutThatEndsConnectingSaysThatNothingWasSent() async throws {
            let hole = try BlackHole()
            let (_, attempts) = await add(to: hole.url, timeout: .milliseconds(200), connectTimeout: .seconds(10))
            #expect(attempts == ["add not_sent", "add not_sent"])
            hole.end()
        }

        @Test(arguments: ["closes", "speaks http", "says nothing"])
        func aServerWithoutTlsWasSentNothing(_ how: String) async throws {
            let listener = try Listener { connection in
                defer { connection.end() }
                if how == "closes" { return }
                _ = try connection.read()
                if how == "speaks http" {
                    try connection.write("HTTP/1.1 400 Bad Request\r\n\r\n".utf8)
                } else {
                    _ = try connection.read()
                }
            }
            let url = listener.url.replacingOccurrences(of: "http:", with: "https:")
            let (_, attempts) = await add(to: url, connectTimeout: .milliseconds(300))
            #expect(attempts == ["add not_sent", "add not_sent"])
            listener.end()
        }

        @Test(arguments: ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway", ""])
        func aProxyThatDoesNotConnectIsNamedAndNothingWasSent(_ status: String) async throws {
            let heads = Noted<String>()
            let proxy = try Listener { connection in
                defer { connection.end() }
                heads.note(try connection.message()?.head ?? "")
                if !status.isEmpty { try connection.write("HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n".utf8) }
            }
            let url = proxy.url.replacingOccurrences(of: "//", with: "//user:pass@")
            let (error, attempts) = await add(to: "https://127.0.0.1:9", by: CurlTransport(proxy: url))
            #expect(attempts == ["add not_sent", "add not_sent"])
            let message = error?.message ?? ""
            #expect(message.contains("proxy \(proxy.url)") && !message.contains("pass"), "\(message)")
            #expect(heads.all.allSatisfy { $0.hasPrefix("CONNECT 127.0.0.1:9 ") })
            proxy.end()
        }

        @Test(arguments: [
            "http://whoever:hush@", "whoever:hush@", "whoever:hu/sh@", "whoever:hu@sh@", "none://whoever:hush@",
        ])
        func thePasswordOfAProxyIsNotShown(_ start: String) async throws {
            let transport = CurlTransport(proxy: "\(start)127.0.0.1:\(try Listener.unusedPort())")
            let (error, attempts) = await add(to: "https://127.0.0.1:9", by: transport)
            #expect(attempts == ["add not_sent", "add not_sent"])
            var shown = "\(try #require(error)) \(transport)"
            dump(error, to: &shown)
            dump(try client("https://127.0.0.1:9", by: transport), to: &shown)
            #expect(!shown.contains("whoever") && !shown.contains("hu"), "\(shown)")
        }

        @Test func aHeadThatBreaksOffLeavesItOpenAndEndsNoProcess() async throws {
            for broken in ["HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-", "H", ""] {
                let listener = try Listener { connection in
                    defer { connection.end() }
                    _ = try connection.message()
                    try connection.write(broken.utf8)
                }
                let (error, attempts) = await add(to: listener.url)
                #expect(error?.code == "uncertain" && attempts == ["add unknown"], "\(broken)")
                listener.end()
            }
        }

        /// Answers the first request of each connection, and does this with the second.
        private func keeping(
            _ heads: Noted<String>, then second: @escaping @Sendable (Connection) throws -> Void
        ) throws -> Listener {
            try Listener { connection in
                guard let (head, _) = try connection.message() else { return }
                heads.note(head)
                let body = #"{"return_code":"0","response_data":"7"}"#
                try connection.write("HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
                try second(connection)
            }
        }

        @Test func aKeptConnectionThatWasClosedWhileIdleIsRepaired() async throws {
            let heads = Noted<String>()
            let listener = try keeping(heads) { $0.end() }
            let client = try client(listener.url)
            for _ in 0..<3 {
                try await client.add(lead)
                try await Task.sleep(for: .milliseconds(50))
            }
            #expect(heads.count == 3)
            listener.end()
        }

        @Test(arguments: [false, true])
        func aRequestThatAKeptConnectionTookIsNotSentAgain(_ abruptly: Bool) async throws {
            let (heads, bodies) = (Noted<String>(), Noted<[UInt8]>())
            let listener = try keeping(heads) { connection in
                while let (head, body) = try connection.message() {
                    heads.note(head)
                    bodies.note(body)
                    connection.end(abruptly: abruptly)
                }
            }
            let attempts = Attempts()
            let client = try client(listener.url, attempts)
            try await client.add(lead)
            let error = await refusal { try await client.add(lead) }
            #expect(error?.code == "uncertain")
            #expect(attempts.trace() == ["add ok", "add unknown"])
            try await Task.sleep(for: .milliseconds(100))
            #expect(heads.count == 2 && bodies.count == 1)
            #expect(bodies.all.first == Array(lead.toJson().utf8))
            listener.end()
        }

        @Test func aConnectionIsKept() async throws {
            let (heads, connections) = (Noted<String>(), Noted<Void>())
            let listener = try Listener { connection in
                connections.note(())
                while let (head, _) = try connection.message() {
                    heads.note(head)
                    try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 19\r\n\r\n{\"return_code\":\"0\"}".utf8)
                }
            }
            let client = try client(listener.url)
            for _ in 0..<5 { try await client.add(lead) }
            #expect(heads.count == 5 && connections.count == 1)
            listener.end()
        }

        @Test func aTransportThatIsGoneKeepsNoConnection() async throws {
            let closed = Noted<Void>()
            let listener = try keeping(Noted()) { connection in
                _ = try? connection.message()
                closed.note(())
            }
            try await client(listener.url).add(lead)
            for _ in 0..<1000 where closed.count == 0 { try await Task.sleep(for: .milliseconds(10)) }
            #expect(closed.count == 1)
            listener.end()
        }

        @Test func aCancelledRequestThatWasStillConnectingIsOnlyCancelled() async throws {
            let hole = try BlackHole()
            let attempts = Attempts()
            let client = try client(hole.url, attempts)
            let task = Task { [lead] in try await client.add(lead) }
            try await Task.sleep(for: .milliseconds(100))
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
            #expect(attempts.trace() == ["add not_sent"])
            hole.end()
        }

        private func client(
            _ url: String, _ attempts: Attempts = Attempts(), by transport: CurlTransport = CurlTransport()
        ) throws -> QinceLeads {
            QinceLeads(
                account: try Account(openid: Secrets.openid, appKey: Secrets.appKey, baseUrl: url),
                transport: transport,
                options: .init(timeout: .seconds(10), policy: Policy(maxAttempts: 2, baseDelayMs: 0)) {
                    attempts.note($0)
                })
        }

        /// What an add to this address ends with, and what was attempted.
        private func add(
            to url: String, timeout: Duration = .seconds(10), connectTimeout: Duration = .seconds(10),
            by transport: CurlTransport = CurlTransport()
        ) async -> (QinceError?, [String]) {
            let attempts = Attempts()
            let error = await refusal {
                var client = try client(url, attempts, by: transport)
                client.options.timeout = timeout
                client.options.connectTimeout = connectTimeout
                try await client.add(lead)
            }
            return (error, attempts.trace())
        }
    }
#endif

/// What a server sends that is more than anybody reads.
@Suite(.timeLimit(.minutes(1))) struct BoundTests {
    @Test(arguments: Shipped.allCases) func anEndlessBodyIsNotReadToItsEnd(_ shipped: Shipped) async throws {
        let sent = Noted<Int>()
        // Foundation's on Linux reads ahead of what it hands over, in a queue of all sessions: without an end that held up the
        // requests of all other tests for a minute.
        let most = if case .urlSession = shipped { (RawReply.maxBody >> 20) + 8 } else { Int.max }
        let listener = try Listener { connection in
            defer { connection.end() }
            _ = try connection.message()
            try connection.write("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8)
            let chunk = [UInt8](repeating: 0x20, count: 1 << 20)
            for count in 1...most {
                try connection.write(chunk)
                sent.note(count)
            }
            // The end does not come.
            _ = try connection.read()
        }
        let attempts = Attempts()
        let client = QinceLeads(
            account: try Account(openid: Secrets.openid, appKey: Secrets.appKey, baseUrl: listener.url),
            transport: shipped.make(), options: .init { attempts.note($0) })
        let error = await refusal { try await client.add(AddLead(empName: "e")) }
        #expect(error?.code == "uncertain" && attempts.trace() == ["add unknown"])
        // Where there is an end, that many were sent at most anyway.
        if case .urlSession = shipped { return listener.end() }
        #expect(sent.all.last.map { $0 < 2 * RawReply.maxBody >> 20 } == true)
        listener.end()
    }

    @Test(arguments: Shipped.allCases) func aCookieIsNotSentBack(_ shipped: Shipped) async throws {
        let heads = Noted<String>()
        let listener = try Listener { connection in
            defer { connection.end() }
            guard let (head, _) = try connection.message() else { return }
            heads.note(head)
            let body = #"{"return_code":"0"}"#
            let head2 = "HTTP/1.1 200 OK\r\nSet-Cookie: a=b; Path=/\r\nConnection: close\r\nContent-Length: 19\r\n\r\n"
            try connection.write((head2 + body).utf8)
        }
        let client = QinceLeads(
            account: try Account(openid: Secrets.openid, appKey: Secrets.appKey, baseUrl: listener.url),
            transport: shipped.make())
        for _ in 0..<2 { try await client.add(AddLead(empName: "e")) }
        #expect(heads.count == 2 && heads.all.allSatisfy { header("cookie", of: $0) == nil })
        listener.end()
    }

    @Test(arguments: Shipped.allCases) func aReplyThatAsksForAPasswordIsAnAnswer(_ shipped: Shipped) async throws {
        let listener = try Listener { connection in
            defer { connection.end() }
            _ = try connection.message()
            try connection.write(
                "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 2\r\n\r\nno".utf8)
        }
        let client = QinceLeads(
            account: try Account(openid: Secrets.openid, appKey: Secrets.appKey, baseUrl: listener.url),
            transport: shipped.make(), options: .init(timeout: .seconds(5)))
        let error = await refusal { try await client.add(AddLead(empName: "e")) }
        guard case .httpStatus(let status)? = error else {
            Issue.record("it ended with \(String(describing: error))")
            return
        }
        #expect(status.status == 401 && status.body == Data("no".utf8))
        #expect(error?.reply?.headers["www-authenticate"] == "Basic realm=\"x\"")
        listener.end()
    }
}
