package import Foundation

/// POST by libcurl: one request is at most one on the wire, and a failure says whether any of it left.
///
/// All of it happens in one thread, which is there while requests are, and some time longer for the connections that it keeps:
/// at most as long as this.
package final class Curl: Sendable {
    private let loop: Loop

    /// - Parameters:
    ///   - proxy: The URL of a proxy; where it is left out, what the environment names.
    ///   - caFile: A file of PEM with the authorities to trust; where it is left out, those of the system.
    ///   - maxBody: The longest body that is read, in bytes.
    package init(proxy: String?, caFile: String?, maxBody: Int) {
        loop = Loop(Settings(proxy: proxy, caFile: caFile, maxBody: maxBody))
    }

    deinit {
        loop.end()
    }

    /// Sends a request and waits for its reply, whose body comes as it was sent.
    ///
    /// - Throws: A ``Failure``.
    package func post(_ request: Request) async throws -> Reply {
        let exchange = Exchange(request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                loop.take(.begin(exchange, continuation))
            }
        } onCancel: {
            loop.take(.cancel(exchange))
        }
    }

    package struct Request: Sendable {
        package let url: String
        package let headers: [String: String]
        package let body: String
        /// For all of it.
        package let timeout: Duration
        /// For the connection to stand.
        package let connectTimeout: Duration

        package init(
            url: String, headers: [String: String], body: String, timeout: Duration, connectTimeout: Duration
        ) {
            self.url = url
            self.headers = headers
            self.body = body
            self.timeout = timeout
            self.connectTimeout = connectTimeout
        }
    }

    package struct Reply: Sendable {
        package let status: Int
        package let headers: [(name: String, value: String)]
        package let body: Data
    }

    /// Why there is no reply.
    package struct Failure: Error {
        /// Whether the request began to leave this host.
        package let wasSent: Bool
        /// What libcurl says, or who ended it.
        package let text: String
    }

    struct Settings: Sendable {
        /// It may hold a password.
        let proxy: String?
        let caFile: String?
        let maxBody: Int
    }
}

extension Curl: CustomReflectable {
    /// Nothing: a proxy may come with a password.
    package var customMirror: Mirror {
        Mirror(self, children: [])
    }
}
