import Foundation
import QinceLeads

/// A transport that answers by a list, and notes what was sent.
public final class Answers: Transport, @unchecked Sendable {
    /// What becomes of a request.
    public enum Answer: Sendable {
        case reply(RawReply)
        case failure(any Error)
        /// Nothing, until the task is cancelled.
        case silence
        case work(@Sendable (SignedRequest) async throws -> RawReply)
    }

    private let lock = NSLock()
    private var answers: [Answer]
    private var noted: [SignedRequest] = []
    private var timeouts: [(Duration, connect: Duration)] = []

    public init(_ answers: Answer...) {
        self.answers = answers
    }

    public init(_ answers: [Answer]) {
        self.answers = answers
    }

    public func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply {
        let answer = lock.withLock {
            noted.append(request)
            timeouts.append((timeout, connectTimeout))
            return answers.isEmpty ? nil : answers.removeFirst()
        }
        switch answer {
        case .reply(let reply): return reply
        case .failure(let error): throw error
        case .silence:
            try await Task.sleep(for: .seconds(60))
            throw Wrong("nobody cancelled the request")
        case .work(let work): return try await work(request)
        case nil: throw Wrong("nothing more was to be sent")
        }
    }

    /// What was sent.
    public var sent: [SignedRequest] { lock.withLock { noted } }

    /// The operations of what was sent.
    public var operations: [String] { sent.map(\.operation) }

    /// The time-outs that came with what was sent.
    public var waited: [(all: Duration, connect: Duration)] { lock.withLock { timeouts.map { ($0, $1) } } }

    /// Waits until so many requests were sent.
    public func awaitSent(_ count: Int) async throws {
        let deadline = ContinuousClock.now + .seconds(20)
        while sent.count < count {
            guard ContinuousClock.now < deadline else { throw Wrong("\(count) requests were waited for in vain") }
            try await Task.sleep(for: .milliseconds(1))
        }
    }
}

extension RawReply {
    /// A reply of the service that holds this.
    public static func ok(_ data: JSON? = nil) -> RawReply {
        let members = [JSON.Member("return_code", "0")] + (data.map { [JSON.Member("response_data", $0)] } ?? [])
        return RawReply(status: 200, body: Data(JSON.object(members).written.utf8))
    }

    /// A page of leads with these codes; the nth has the id n.
    public static func page(_ codes: String...) -> RawReply {
        let rows = codes.enumerated().map { index, code in
            ["id": .text(String(index + 1)), "code": .text(code)] as JSON
        }
        return .ok(.list(rows))
    }

    /// A page of leads with these ids.
    public static func ids(_ ids: [String]) -> RawReply {
        .ok(.list(ids.map { ["id": .text($0)] }))
    }

    /// A refusal.
    public static func rejected(_ code: String = "1", _ message: String = "已存在") -> RawReply {
        let body: JSON = ["return_code": .text(code), "return_msg": .text(message)]
        return RawReply(status: 200, body: Data(body.written.utf8))
    }

    /// A reply of a status without a body.
    public static func status(_ status: Int) -> RawReply {
        RawReply(status: status, body: Data())
    }

    /// A reply of HTTP 200 that is none of the service.
    public static let foreign = RawReply(status: 200, body: Data("<html>".utf8))
}

/// The account of tests that reach no service. Each secret is told apart from all other text.
public enum Secrets {
    public static let openid = "openid-8f3a"
    public static let appKey = "app-key-5c1e"
    public static let push = "push-secret-77aa"
    public static let all = [openid, appKey, push]

    public static var account: Account {
        get throws { try Account(openid: openid, appKey: appKey) }
    }
}

extension Policy {
    /// Tries again without a delay.
    public static let atOnce = Policy(baseDelayMs: 0, maxDelayMs: 0)
}
