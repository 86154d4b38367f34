public import Foundation
import QinceLeadsCore

/// An account of the OpenAPI: openid and app key, and the address of its tenant. Or one without a key, whose requests go to a
/// relay: see ``relay(_:)``.
///
/// Nothing that it prints shows openid or app key.
public struct Account: Sendable {
    let core: CoreAccount

    /// The address that requests go to, without a trailing slash.
    public let baseUrl: String

    /// - Parameters:
    ///   - openid: The openid, from the console.
    ///   - appKey: The app key, from the console.
    ///   - baseUrl: The address that the console calls "OpenAPI address" (OpenAPI地址); where it is left out, the vendor's
    ///     own.
    /// - Throws: ``QinceError/invalidAccount(message:)`` where one of them cannot be used.
    public init(openid: String, appKey: String, baseUrl: String? = nil) throws(QinceError) {
        self.init(try calling { try CoreAccount(openid: openid, appKey: appKey, baseUrl: baseUrl) })
    }

    /// The account that the environment names: `QINCE_OPENID`, `QINCE_APP_KEY`, and `QINCE_BASE_URL`, without which it is at the
    /// vendor's own address.
    ///
    /// - Parameter environment: The variables; those of the process where they are left out.
    /// - Throws: ``QinceError/invalidAccount(message:)`` where a variable is missing, or its value cannot be used.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws(QinceError) {
        func value(_ name: String) throws(QinceError) -> String {
            if let value = environment[name], !value.isEmpty { return value }
            throw .invalidAccount(
                message: "invalid account: \(name) is not set in the environment: set it, or give the account")
        }
        let baseUrl = environment["QINCE_BASE_URL"].flatMap { $0.isEmpty ? nil : $0 }
        try self.init(openid: value("QINCE_OPENID"), appKey: value("QINCE_APP_KEY"), baseUrl: baseUrl)
    }

    /// An account without a key, for an app: its requests are not signed, and go to a server that signs them. See ``Relayed``.
    ///
    /// - Parameter relayUrl: The address of that server, up to what the SDK adds: `salesleads/v1/`, operation and message id.
    /// - Throws: ``QinceError/invalidAccount(message:)`` where it cannot be used.
    public static func relay(_ relayUrl: String) throws(QinceError) -> Account {
        Account(try calling { try CoreAccount.relay(relayUrl: relayUrl) })
    }

    private init(_ core: CoreAccount) {
        self.core = core
        baseUrl = core.baseUrl()
    }

    /// Checks a payload, writes its body, and signs it: a request that is ready to be sent.
    ///
    /// - Parameters:
    ///   - payload: What the operation takes.
    ///   - stamp: When, and under which message id. Every attempt is to be signed anew.
    /// - Throws: ``QinceError/invalidPayload(_:)`` with everything that is wrong, or ``QinceError/invalidStamp(_:)``.
    public func sign(_ payload: some Callable, _ stamp: Stamp = Stamp()) throws(QinceError) -> SignedRequest {
        SignedRequest(try calling { try core.sign(payload: payload.content.core, stamp: stamp.core) })
    }
}

extension Account: CustomStringConvertible, CustomReflectable {
    /// Where requests go to, and nothing else.
    public var description: String {
        "Account(baseUrl: \"\(baseUrl)\")"
    }

    /// What ``description`` says.
    public var customMirror: Mirror {
        Mirror(self, children: ["baseUrl": baseUrl])
    }
}

/// What makes a request differ from all others.
public struct Stamp: Hashable, Sendable {
    /// When it is signed, in milliseconds since the epoch.
    public var nowMs: Int64
    /// Its message id.
    public var msgId: String
    /// How its timestamp is written.
    public var form: TimestampForm

    /// - Parameters:
    ///   - nowMs: When it is signed, in milliseconds since the epoch; now where it is left out.
    ///   - msgId: Its message id; a random one where it is left out.
    ///   - form: How its timestamp is written.
    public init(nowMs: Int64? = nil, msgId: String? = nil, form: TimestampForm = .epochMs) {
        self.nowMs = nowMs ?? Host.clockMs()
        self.msgId = msgId ?? Host.randomId()
        self.form = form
    }

    var core: CoreStamp {
        CoreStamp(nowMs: nowMs, msgId: msgId, compact: form == .compact)
    }
}

/// How a request's timestamp is written.
public enum TimestampForm: Hashable, Sendable {
    /// Milliseconds since the epoch.
    case epochMs
    /// `yyyyMMddHHmmss` in UTC+8.
    case compact
}

/// A request that is sent as it stands: POST ``url`` with ``headers`` and ``body``, unchanged.
///
/// Its URL holds openid and digest, so nothing that it prints shows it.
public struct SignedRequest: Hashable, Sendable {
    /// Where to send it. It holds openid and digest: keep it out of logs.
    public let url: String
    /// The exact text to send, as UTF-8.
    public let body: String
    /// The operation's name, such as `add`.
    public let operation: String
    /// The message id of the request.
    public let msgId: String
    /// The timestamp as it stands in the URL.
    public let timestamp: String
    /// The URL for logs: openid and digest are replaced by `***`.
    public let redactedUrl: String

    /// The HTTP method: POST.
    public var method: String {
        Self.method
    }

    /// The headers to send it with.
    public internal(set) var headers = ["Content-Type": contentType]

    /// A text in which openid and digest of this request are replaced by `***`: the words of an error that a transport threw,
    /// say.
    public func redact(_ text: String) -> String {
        QinceLeadsCore.redact(text: text, url: url)
    }

    init(_ request: CoreRequest) {
        url = request.url
        body = request.body
        operation = request.operation
        msgId = request.msgId
        timestamp = request.timestamp
        redactedUrl = request.redactedUrl
    }
}

extension SignedRequest: CustomStringConvertible, CustomReflectable {
    /// The operation and the URL for logs.
    public var description: String {
        "SignedRequest(operation: \"\(operation)\", url: \"\(redactedUrl)\")"
    }

    /// What ``description`` says.
    public var customMirror: Mirror {
        Mirror(self, children: ["operation": operation, "url": redactedUrl])
    }
}
