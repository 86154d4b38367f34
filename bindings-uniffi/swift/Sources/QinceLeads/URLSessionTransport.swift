#if canImport(FoundationNetworking)
    import Foundation
    public import FoundationNetworking
#else
    public import Foundation
#endif

/// `URLSession`: what sends requests on Apple's platforms where nothing else is given.
///
/// It has a session of its own, which ends with it. **On Linux** the `URLSession` of Swift 6.0 ends the whole process where a
/// connection breaks before the head of the reply is complete, and a reply without end holds up all other sessions; take
/// `CurlTransport` there.
public final class URLSessionTransport: Transport {
    private let session: URLSession
    private let exchanges = Exchanges()

    /// - Parameter configuration: Proxies, limits and the like. Cookies, credentials and caches are kept by no session that is
    ///   made of it.
    public init(_ configuration: URLSessionConfiguration = .ephemeral) {
        let own = configuration.copy() as! URLSessionConfiguration
        own.httpCookieStorage = nil
        own.httpShouldSetCookies = false
        own.urlCredentialStorage = nil
        own.urlCache = nil
        session = URLSession(configuration: own, delegate: exchanges, delegateQueue: nil)
    }

    deinit {
        session.finishTasksAndInvalidate()
    }

    public func send(_ request: SignedRequest, timeout: Duration, connectTimeout: Duration) async throws -> RawReply {
        guard let url = URL(string: request.url) else { throw NotSentError(cause: URLError(.badURL)) }
        var sent = URLRequest(url: url, timeoutInterval: timeout / .seconds(1))
        sent.httpMethod = request.method
        sent.allHTTPHeaderFields = request.headers
        sent.httpBody = Data(request.body.utf8)
        let begun = Locked<URLSessionTask?>(nil)
        let impatience = Task {
            try await Task.sleep(for: connectTimeout)
            // Whether it had begun to leave is told by what the session measured.
            if let task = begun.value, task.countOfBytesSent == 0 { task.cancel() }
        }
        defer { impatience.cancel() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let task = session.dataTask(with: sent)
                exchanges.begin(task, continuation)
                begun.value = task
                // It may have been cancelled before there was a task to cancel.
                if Task.isCancelled { task.cancel() }
            }
        } onCancel: {
            begun.value?.cancel()
        }
    }
}

/// The requests of a session that are under way.
private final class Exchanges: NSObject, URLSessionDataDelegate, @unchecked Sendable {
    fileprivate struct Exchange {
        let continuation: CheckedContinuation<RawReply, any Error>
        var body = Data()
        var isTooLong = false
        /// Whether the request began to leave, where that was measured.
        var wasSent: Bool?
    }

    // The lock is held whenever `running` is touched.
    private let lock = NSLock()
    private var running: [Int: Exchange] = [:]

    func begin(_ task: URLSessionTask, _ continuation: CheckedContinuation<RawReply, any Error>) {
        lock.withLock { running[task.taskIdentifier] = Exchange(continuation: continuation) }
        task.resume()
    }

    /// A redirect is an answer like any other.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }

    /// So is one that asks for a password.
    func urlSession(
        _ session: URLSession, task: URLSessionTask, didReceive challenge: URLAuthenticationChallenge,
        completionHandler: @escaping @Sendable (URLSession.AuthChallengeDisposition, URLCredential?) -> Void
    ) {
        #if canImport(FoundationNetworking)
            // It knows no way on without one, but has the whole answer.
            end(task, challenge.failureResponse, nil)
            completionHandler(.cancelAuthenticationChallenge, nil)
        #else
            let isOfServer = challenge.protectionSpace.authenticationMethod == NSURLAuthenticationMethodServerTrust
            completionHandler(isOfServer ? .performDefaultHandling : .useCredential, nil)
        #endif
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = lock.withLock {
            guard var exchange = running.removeValue(forKey: dataTask.taskIdentifier) else { return false }
            if exchange.body.count + data.count > RawReply.maxBody {
                exchange.isTooLong = true
            } else {
                exchange.body.append(data)
            }
            running[dataTask.taskIdentifier] = exchange
            return exchange.isTooLong
        }
        if isTooLong { dataTask.cancel() }
    }

    #if !canImport(FoundationNetworking)
        func urlSession(
            _ session: URLSession, task: URLSessionTask, didFinishCollecting metrics: URLSessionTaskMetrics
        ) {
            let wasSent = metrics.transactionMetrics.contains { $0.requestStartDate != nil }
            lock.withLock { running[task.taskIdentifier]?.wasSent = wasSent }
        }
    #endif

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        end(task, task.response, error)
    }

    private func end(_ task: URLSessionTask, _ response: URLResponse?, _ error: (any Error)?) {
        guard let exchange = lock.withLock({ running.removeValue(forKey: task.taskIdentifier) }) else { return }
        exchange.continuation.resume(with: Result { try exchange.reply(response, error) })
    }
}

extension Exchanges.Exchange {
    /// What came of it.
    fileprivate func reply(_ response: URLResponse?, _ error: (any Error)?) throws -> RawReply {
        if isTooLong { throw TransportError(description: "the body is longer than \(RawReply.maxBody) bytes") }
        if let error {
            throw wasSent ?? !error.saysThatNoConnectionWasMade ? error : NotSentError(cause: error)
        }
        guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
        let headers = response.allHeaderFields.map { (name: "\($0.key)", value: "\($0.value)") }
        return RawReply(status: response.statusCode, headers: headers, body: body)
    }
}

extension Error {
    /// Where nothing was measured. On Linux the words of curl tell more than the code: where the first of several addresses
    /// refuses, whatever fails after that has the same code, be the request sent or not.
    fileprivate var saysThatNoConnectionWasMade: Bool {
        #if canImport(FoundationNetworking)
            switch (self as? URLError)?.code {
            case .cannotFindHost?, .dnsLookupFailed?: true
            case .cannotConnectToHost?: localizedDescription.hasPrefix("Failed to connect to ")
            default: false
            }
        #else
            false
        #endif
    }
}
