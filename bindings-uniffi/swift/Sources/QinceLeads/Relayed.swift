import QinceLeadsCore

/// What a server does for an app without a key: it reads what the app sent, and signs it by an account of its own.
///
/// Its payload is what the SDK read, so never is a text signed that the SDK did not write.
public struct Relayed: Sendable {
    private let core: CoreRelayed

    /// The operation's name, such as `add`.
    public let operation: String
    /// The app's message id.
    public let msgId: String
    /// The payload as it will be sent.
    public let payload: Json

    /// Reads what an app sent by an ``Account/relay(_:)``.
    ///
    /// - Parameters:
    ///   - path: What follows the relay's URL and its slash.
    ///   - body: The request's body.
    ///   - allow: The names of the operations that this app may use, such as `add`.
    /// - Throws: ``QinceError/malformed(_:)`` where the path is none of this SDK, ``QinceError/forbidden(_:)`` where the
    ///   operation is not allowed, and ``QinceError/invalidPayload(_:)`` where the body is no payload of it, or breaks its
    ///   rules.
    public static func read(path: String, body: String, allow: [String]) throws(QinceError) -> Relayed {
        Relayed(try calling { try CoreRelayed.read(path: path, body: body, allow: allow) })
    }

    private init(_ core: CoreRelayed) {
        self.core = core
        operation = core.operation()
        msgId = core.msgId()
        payload = Json(checked: core.payload())
    }

    /// Signs it by the server's own account.
    ///
    /// - Parameters:
    ///   - account: The account that signs.
    ///   - nowMs: When it is signed, in milliseconds since the epoch; now where it is left out.
    ///   - form: How its timestamp is written.
    /// - Throws: ``QinceError/invalidStamp(_:)``.
    public func sign(
        _ account: Account, nowMs: Int64? = nil, form: TimestampForm = .epochMs
    ) throws(QinceError) -> SignedRequest {
        let request = try calling {
            try core.sign(account: account.core, nowMs: nowMs ?? Host.clockMs(), compact: form == .compact)
        }
        return SignedRequest(request)
    }
}

extension Relayed: CustomStringConvertible {
    /// Operation and message id.
    public var description: String {
        "Relayed(operation: \"\(operation)\", msgId: \"\(msgId)\")"
    }
}
