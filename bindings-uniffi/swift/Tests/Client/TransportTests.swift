import Foundation
import QinceLeads
import TestSupport
import Testing

/// A transport of this package.
enum Shipped: CaseIterable, Sendable {
    #if os(Linux)
        case curl
    #endif
    case urlSession

    func make() -> any Transport {
        switch self {
        #if os(Linux)
            case .curl: CurlTransport()
        #endif
        case .urlSession: URLSessionTransport()
        }
    }
}

/// The transports against a server that does as it is told, byte by byte.
@Suite(.timeLimit(.minutes(1))) struct TransportTests {
    @Test(arguments: Shipped.allCases) func aRequestArrivesAsItWasSigned(_ shipped: Shipped) async throws {
        let came = Noted<(head: String, body: [UInt8])>()
        let listener = try Listener { connection in
            defer { connection.end() }
            guard let message = try connection.message() else { return }
            came.note(message)
            try connection.write(answer("200 OK", body: #"{"return_code":"0","response_data":"7"}"#))
        }
        let lead = AddLead(empName: "负责人 \u{1F600}\n", code: "L1")
        let receipt = try await client(shipped, listener.url).add(lead)
        #expect(receipt.id == "7")
        let message = try #require(came.all.first)
        #expect(message.head.hasPrefix("POST /api/salesleads/v1/addSalesLeads/\(Secrets.openid)/"))
        #expect(header("content-type", of: message.head)?.hasPrefix("application/json") == true)
        #expect(String(decoding: message.body, as: UTF8.self) == lead.toJson())
    }

    @Test(arguments: Shipped.allCases, ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"])
    func aRedirectIsAnAnswerAndNotFollowed(_ shipped: Shipped, _ status: String) async throws {
        let followed = Noted<String>()
        let elsewhere = try Listener { connection in
            defer { connection.end() }
            followed.note(try connection.message()?.head ?? "")
            try connection.write(answer("200 OK", body: #"{"return_code":"0"}"#))
        }
        let listener = try answering(answer(status, "Location: \(elsewhere.url)/elsewhere"))
        await #expect {
            try await client(shipped, listener.url).remove(RemoveLead(code: "c"))
        } throws: { error in
            guard case .httpStatus(let httpStatus)? = error as? QinceError else { return false }
            return String(httpStatus.status) == status.prefix(3)
        }
        #expect(followed.count == 0)
        elsewhere.end()
    }

    @Test(arguments: Shipped.allCases) func aConnectionThatIsRefusedSentNothing(_ shipped: Shipped) async throws {
        let port = try Listener.unusedPort()
        let attempts = Attempts()
        let client = try client(shipped, "http://127.0.0.1:\(port)", attempts)
        await #expect {
            try await client.add(AddLead(empName: "e"))
        } throws: { error in
            guard case .transport(let failed)? = error as? QinceError else { return false }
            return failed.failure == .notSent && failed.cause != nil
        }
        #expect(attempts.trace() == ["add not_sent", "add not_sent"])
    }

    @Test(arguments: Shipped.allCases) func aHostWithoutAnAddressWasSentNothing(_ shipped: Shipped) async throws {
        let attempts = Attempts()
        await #expect(throws: QinceError.self) {
            try await client(shipped, "https://no-such-host.invalid", attempts).add(AddLead(empName: "e"))
        }
        #expect(attempts.trace() == ["add not_sent", "add not_sent"])
    }

    @Test(arguments: Shipped.allCases, ["closed", "reset", "half a body", "half a chunk"])
    func aConnectionThatBreaksLeavesItOpen(_ shipped: Shipped, _ how: String) async throws {
        let listener = try Listener { connection in
            _ = try connection.message()
            switch how {
            case "reset": return connection.end(abruptly: true)
            case "half a head": try connection.write("HTTP/1.1 200 OK\r\nContent-".utf8)
            case "half a body": try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{\"return_code".utf8)
            case "half a chunk":
                try connection.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n40\r\n{\"return_code".utf8)
            default: break
            }
            connection.end()
        }
        let attempts = Attempts()
        let error = await refusal {
            try await client(shipped, listener.url, attempts).add(AddLead(empName: "e"))
        }
        #expect(error?.code == "uncertain")
        #expect(attempts.trace() == ["add unknown"])
    }

    @Test(arguments: Shipped.allCases) func aHostOneOfWhoseAddressesRefusesMayHaveBeenReachedByAnother(
        _ shipped: Shipped
    ) async throws {
        // Where localhost is ::1 as well, nobody listens there.
        for broken in ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"] {
            let listener = try answering(Array(broken.utf8))
            let attempts = Attempts()
            let error = await refusal {
                try await client(shipped, "http://localhost:\(listener.port)", attempts).add(AddLead(empName: "e"))
            }
            #expect(error?.code == "uncertain")
            #expect(attempts.trace() == ["add unknown"])
        }
    }

    @Test(
        arguments: Shipped.allCases,
        [
            "garbage\r\n\r\n", "SSH-2.0-x\r\n", "\0\0\0\0", "HTTP/1.1 99999 X\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
            "HTTP/1.1 200\r\n\r\n",
            "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx", "HTTP/1.1 200 OK\r\nno colon\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nA: \0\r\n\r\nx", "HTTP/1.1 200 OK\r\n: x\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nContent-Encoding: unknown\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            "HTTP/1.1 200 OK\r\nLocation: http://[\r\n\r\nx", "HTTP/1.1 302 Found\r\nLocation: http://[\r\n\r\nx",
            "HTTP/1.1 302 Found\r\n\r\n",
            "HTTP/1.1 204 No Content\r\n\r\n", "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n\r\n",
            "HTTP/1.1 401 No\r\nWWW-Authenticate: \r\n\r\n", "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n\r\n",
            "HTTP/1.1 200 OK\r\nSet-Cookie: =;;;=\r\nSet-Cookie: a=b; Expires=never; Max-Age=x; Domain=..\r\n\r\nx",
            "HTTP/1.1 200 OK\r\nRetry-After: \u{1F600}\r\nCache-Control: max-age=99999999999999999999\r\n\r\nx",
        ])
    func whateverAServerSaysEndsInATypedError(_ shipped: Shipped, _ reply: String) async throws {
        let listener = try answering(Array(reply.utf8))
        var client = try client(shipped, listener.url)
        client.options.timeout = .seconds(2)
        let error = await refusal { [client] in try await client.add(AddLead(empName: "e")) }
        #expect(["uncertain", "http_status"].contains(error?.code))
        listener.end()
    }

    @Test(arguments: Shipped.allCases) func aServerThatDoesNotAnswerIsTimedOut(_ shipped: Shipped) async throws {
        let listener = try Listener { connection in
            _ = try connection.message()
            // Until the client hangs up.
            _ = try connection.read()
            connection.end()
        }
        let attempts = Attempts()
        var client = try client(shipped, listener.url, attempts)
        client.options.timeout = .milliseconds(200)
        let began = ContinuousClock.now
        let error = await refusal { try await client.add(AddLead(empName: "e")) }
        #expect(error?.code == "uncertain")
        #expect(ContinuousClock.now - began < .seconds(15))
        #expect(attempts.trace() == ["add unknown"])
    }

    @Test(arguments: Shipped.allCases) func aServerThatDripsIsTimedOutAsAWhole(_ shipped: Shipped) async throws {
        let listener = try Listener { connection in
            _ = try connection.message()
            try connection.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n".utf8)
            // Each byte in time, all of them never.
            while true {
                try connection.write([0x20])
                Thread.sleep(forTimeInterval: 0.02)
            }
        }
        var client = try client(shipped, listener.url)
        client.options.timeout = .milliseconds(300)
        let began = ContinuousClock.now
        let error = await refusal { try await client.add(AddLead(empName: "e")) }
        #expect(error?.code == "uncertain")
        #expect(ContinuousClock.now - began < .seconds(15))
    }

    @Test(arguments: Shipped.allCases) func cancellingHangsUp(_ shipped: Shipped) async throws {
        let (arrived, hungUp) = (Noted<Void>(), Noted<Void>())
        let listener = try Listener { connection in
            _ = try connection.message()
            arrived.note(())
            if try connection.read().isEmpty { hungUp.note(()) }
            connection.end()
        }
        let client = try client(shipped, listener.url)
        let task = Task { try await client.add(AddLead(empName: "e", code: "L1")) }
        try await until { arrived.count == 1 }
        task.cancel()
        let error = await refusal { try await task.value }
        #expect(error?.code == "uncertain")
        try await until { hungUp.count == 1 }
    }

    @Test(arguments: Shipped.allCases) func aReplyThatIsCompressedIsRead(_ shipped: Shipped) async throws {
        let listener = try answering(answer("200 OK", "Content-Encoding: gzip", content: Array(gzipped)))
        #expect(try await client(shipped, listener.url).add(AddLead(empName: "e")).id == "7")
    }

    @Test(arguments: Shipped.allCases) func aReplyThatIsCompressedWithoutSayingSoIsRead(_ shipped: Shipped) async throws
    {
        let listener = try answering(answer("200 OK", content: Array(gzipped)))
        #expect(try await client(shipped, listener.url).add(AddLead(empName: "e")).id == "7")
    }

    @Test(arguments: Shipped.allCases) func aReplyInChunksIsRead(_ shipped: Shipped) async throws {
        let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        let chunks = #"{"return_code":"0","response_data":"7"}"#.map { "1\r\n\($0)\r\n" }.joined() + "0\r\n\r\n"
        let listener = try answering(Array((head + chunks).utf8))
        #expect(try await client(shipped, listener.url).add(AddLead(empName: "e")).id == "7")
    }

    @Test(arguments: Shipped.allCases) func retryAfterComesThrough(_ shipped: Shipped) async throws {
        let listener = try answering(answer("429 Too Many", "retry-after: 7"))
        let request = try account(listener.url).sign(RemoveLead(code: "c"))
        let reply = try await shipped.make().send(request)
        #expect(reply.status == 429 && reply.retryAfter == "7" && reply.body.isEmpty)
    }

    @Test(arguments: Shipped.allCases) func aLargeReplyIsReadWhole(_ shipped: Shipped) async throws {
        let rows = (0..<5000).map { #"{"id":"\#($0)","detail":"\#(String(repeating: "详", count: 100))"}"# }
        let body = #"{"return_code":"0","response_data":[\#(rows.joined(separator: ","))]}"#
        let (pages, empty) = (answer("200 OK", body: body), answer("200 OK", body: #"{"return_code":"0"}"#))
        let asked = Noted<Void>()
        let listener = try Listener { connection in
            defer { connection.end() }
            _ = try connection.message()
            asked.note(())
            try connection.write(asked.count == 1 ? pages : empty)
        }
        let leads = try await all(client(shipped, listener.url).query(QueryLeads(code: "c")))
        #expect(leads.count == 5000)
        #expect(leads.last?.id == "4999")
        #expect(leads.last?.detail?.count == 100)
    }

    @Test(arguments: Shipped.allCases) func manyRequestsAtOnceAreAllAnswered(_ shipped: Shipped) async throws {
        let listener = try Listener { connection in
            defer { connection.end() }
            guard let (_, body) = try connection.message() else { return }
            let code = try JSON(body)["code"]!.string!
            try connection.write(answer("200 OK", body: #"{"return_code":"0","response_data":"\#(code)"}"#))
        }
        let client = try client(shipped, listener.url)
        let codes = (0..<100).map { "C\($0)" }
        let ids = try await forEach(codes) { try await client.add(AddLead(empName: "e", code: $0)).id }
        #expect(ids == codes)
    }

    private func account(_ url: String) throws -> Account {
        try Account(openid: Secrets.openid, appKey: Secrets.appKey, baseUrl: url)
    }

    private func client(
        _ shipped: Shipped, _ url: String, _ attempts: Attempts = Attempts()
    ) throws -> QinceLeads {
        QinceLeads(
            account: try account(url), transport: shipped.make(),
            options: .init(timeout: .seconds(20), policy: Policy(maxAttempts: 2, baseDelayMs: 0)) { attempts.note($0) })
    }
}

/// `{"return_code":"0","response_data":"7"}`, compressed.
private let gzipped = Data(
    base64Encoded: "H4sIAAAAAAACA6tWKkotKS3Ki0/OT0lVslIyUNIBihQX5OcVp8anJJYkAsXMlWoBzTdT4icAAAA=")!

/// Waits until something is so.
private func until(_ isSo: () -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !isSo() {
        guard ContinuousClock.now < deadline else { throw Wrong("it was waited for in vain") }
        try await Task.sleep(for: .milliseconds(2))
    }
}

/// Answers each request alike.
private func answering(_ bytes: [UInt8]) throws -> Listener {
    try Listener { connection in
        defer { connection.end() }
        _ = try connection.message()
        try connection.write(bytes)
    }
}

private func answer(_ status: String, _ header: String? = nil, body: String = "") -> [UInt8] {
    answer(status, header, content: Array(body.utf8))
}

private func answer(_ status: String, _ header: String? = nil, content: [UInt8]) -> [UInt8] {
    let headers = ["Content-Length: \(content.count)", "Connection: close"] + [header].compactMap { $0 }
    return Array("HTTP/1.1 \(status)\r\n\(headers.joined(separator: "\r\n"))\r\n\r\n".utf8) + content
}
