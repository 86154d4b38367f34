#if canImport(FoundationNetworking)
    import Foundation
    public import FoundationNetworking
#else
    public import Foundation
#endif

/// What sends requests. `URLSession` is one.
///
/// To write one of your own, POST ``SignedRequest/url`` with ``SignedRequest/headers`` and ``SignedRequest/body``, unchanged,
/// and do not follow redirects: a redirect is an answer that is none of the service.
public protocol Transport: Sendable {
    /// Sends a request and waits for its reply.
    ///
    /// - Parameters:
    ///   - request: The request, to be sent as it stands.
    ///   - timeout: How long the client waits. When it is over, the client cancels the task that this runs in, so a transport
    ///     that heeds cancellation need not look at it.
    /// - Returns: The reply, whatever its status.
    /// - Throws: ``NotSentError`` where nothing left this host. Whatever else is thrown counts as a request that may have
    ///   arrived, but for a `URLError` which says that no connection was made.
    func send(_ request: SignedRequest, timeout: Duration) async throws -> RawReply
}

/// Thrown by a transport that knows that nothing left this host: no connection was made.
public struct NotSentError: Error {
    /// What kept it from being sent.
    public let cause: any Error

    /// - Parameter cause: What kept it from being sent.
    public init(cause: any Error) {
        self.cause = cause
    }
}

extension URLSession: Transport {
    public func send(_ request: SignedRequest, timeout: Duration) async throws -> RawReply {
        guard let url = URL(string: request.url) else { throw NotSentError(cause: URLError(.badURL)) }
        var sent = URLRequest(url: url, timeoutInterval: timeout / .seconds(1))
        sent.httpMethod = request.method
        sent.allHTTPHeaderFields = request.headers
        sent.httpBody = Data(request.body.utf8)
        return try await reply(to: sent)
    }

    /// What `data(for:delegate:)` is for, which on Linux asks no delegate about redirects.
    private func reply(to request: URLRequest) async throws -> RawReply {
        let running = Locked<URLSessionTask?>(nil)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let task = dataTask(with: request) { body, response, error in
                    continuation.resume(with: Result { try RawReply(body, response, error) })
                }
                task.delegate = NoRedirects()
                running.value = task
                task.resume()
                // It may have been cancelled before there was a task to cancel.
                if Task.isCancelled { task.cancel() }
            }
        } onCancel: {
            running.value?.cancel()
        }
    }
}

extension RawReply {
    /// What came of a request.
    fileprivate init(_ body: Data?, _ response: URLResponse?, _ error: (any Error)?) throws {
        guard let response = response as? HTTPURLResponse, error == nil else {
            throw error ?? URLError(.badServerResponse)
        }
        let retryAfter = response.value(forHTTPHeaderField: "Retry-After")
        self.init(status: response.statusCode, body: body ?? Data(), retryAfter: retryAfter)
    }
}

/// Takes a redirect for an answer like any other.
private final class NoRedirects: NSObject, URLSessionTaskDelegate {
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}

extension Failure {
    /// How a request failed. It counts as not sent only where that is known.
    init(of error: any Error) {
        let isKnown =
            switch error {
            case is NotSentError: true
            case let error as URLError: error.saysThatNoConnectionWasMade
            default: false
            }
        self = isKnown ? .notSent : .unknown
    }
}

extension URLError {
    fileprivate var saysThatNoConnectionWasMade: Bool {
        switch code {
        case .cannotFindHost, .dnsLookupFailed, .notConnectedToInternet: true
        case .cannotConnectToHost: isRefusal
        default: false
        }
    }

    /// Whether no address of the host took the connection.
    private var isRefusal: Bool {
        #if canImport(FoundationNetworking)
            // On Linux the code alone does not tell: where the first of several addresses refuses, whatever fails after that
            // has the same code, be the request sent or not. The words are those of curl.
            localizedDescription.hasPrefix("Failed to connect to ")
        #else
            true
        #endif
    }
}
