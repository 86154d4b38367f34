public import Foundation

/// What sends requests: ``URLSessionTransport``, on Linux `CurlTransport`, or one of your own.
///
/// One of your own POSTs ``SignedRequest/url`` with ``SignedRequest/headers`` and ``SignedRequest/body``, unchanged and once. It
/// follows no redirect, which is an answer that is none of the service, and reads no more of a body than
/// ``RawReply/maxBody``.
public protocol Transport: Sendable {
    /// Sends a request and waits for its reply.
    ///
    /// - Parameters:
    ///   - request: The request, to be sent as it stands.
    ///   - timeout: How long the client waits. When it is over, the client cancels the task that this runs in, so a transport
    ///     that heeds cancellation need not look at it.
    ///   - connectTimeout: How long to wait until a connection stands.
    /// - Returns: The reply, whatever its status.
    /// - Throws: ``NotSentError`` where nothing left this host: no name, no connection, no TLS, no way through a proxy. Whatever
    ///   else is thrown counts as a request that may have arrived.
    func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply
}

extension Transport {
    /// Sends a single request, with the time-outs that a client has by default.
    public func send(_ request: SignedRequest) async throws -> RawReply {
        try await send(request, timeout: .seconds(30), connectTimeout: .seconds(10))
    }
}

/// Thrown by a transport that knows that nothing left this host.
public struct NotSentError: Error, CustomStringConvertible {
    /// What kept it from being sent.
    public let cause: any Error

    /// - Parameter cause: What kept it from being sent.
    public init(cause: any Error) {
        self.cause = cause
    }

    /// What the cause says.
    public var description: String {
        "\(cause)"
    }
}

/// What the transports of this SDK throw in their own words, by itself or as the cause of a ``NotSentError``.
public struct TransportError: Error, Hashable, CustomStringConvertible, LocalizedError {
    /// What happened.
    public let description: String

    /// - Parameter description: What happened.
    public init(description: String) {
        self.description = description
    }

    /// What happened.
    public var errorDescription: String? {
        description
    }
}

/// What sends requests where nothing else is given.
func makeTransport() -> any Transport {
    #if os(Linux)
        CurlTransport()
    #else
        URLSessionTransport()
    #endif
}

extension Failure {
    /// How a request failed. It counts as not sent only where that is known.
    init(of error: any Error) {
        self = error is NotSentError ? .notSent : .unknown
    }
}

/// A transport that ends in time by itself, whatever comes: nobody needs to watch over it, which takes longer than a short request.
protocol Punctual: Transport {}
