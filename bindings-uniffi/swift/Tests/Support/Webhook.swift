import Foundation
import QinceLeads

/// A webhook on a free port of this machine that hands each event to a handler once.
///
/// An event whose handler throws is refused, and so comes again. A push that is not signed is answered with HTTP 401, any
/// other bad one with HTTP 400, and no word more.
public final class Webhook: Sendable {
    private let listener: Listener

    /// Where it takes pushes.
    public var url: String { "\(listener.url)/push" }

    public init(secrets: [String], handle: @escaping @Sendable (PushEvent) throws -> Void) throws {
        let receiver = Receiver(secrets, handle)
        listener = try Listener { connection in
            defer { connection.end() }
            guard let (_, body) = try connection.message() else { return }
            let (status, answer) = receiver.answer(Data(body))
            try connection.write(
                """
                HTTP/1.1 \(status) .\r
                Content-Type: application/json\r
                Content-Length: \(answer.utf8.count)\r
                Connection: close\r
                \r
                \(answer)
                """.utf8)
        }
    }

    /// Takes no more pushes.
    public func end() {
        listener.end()
    }
}

private final class Receiver: @unchecked Sendable {
    private static let maxAgeMs: Int64 = 60_000

    private let secrets: [String]
    private let handle: @Sendable (PushEvent) throws -> Void
    private let lock = NSLock()
    private var handled: Set<String> = []

    init(_ secrets: [String], _ handle: @escaping @Sendable (PushEvent) throws -> Void) {
        self.secrets = secrets
        self.handle = handle
    }

    func answer(_ body: Data) -> (status: Int, body: String) {
        let event: PushEvent
        do {
            event = try verifyPush(body, secrets: secrets, maxAgeMs: Self.maxAgeMs)
        } catch .badSignature {
            return (401, "")
        } catch {
            return (400, "")
        }
        // One at a time: two deliveries of an event may come at once.
        return lock.withLock {
            if !handled.contains(event.msgId) {
                do {
                    try handle(event)
                } catch {
                    return (200, event.refuse(reason: "\(error)"))
                }
                handled.insert(event.msgId)
            }
            return (200, event.acknowledge())
        }
    }
}
