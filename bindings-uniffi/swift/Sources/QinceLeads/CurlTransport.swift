#if os(Linux)
    import QinceLeadsCurl

    /// The system's libcurl: what sends requests on Linux where nothing else is given.
    ///
    /// It keeps connections, follows no redirect, keeps no cookie, and never sends a request a second time.
    public struct CurlTransport: Transport, Punctual {
        private let curl: Curl

        /// - Parameters:
        ///   - proxy: The URL of a proxy; where it is left out, the one that `https_proxy` or `all_proxy` of the environment
        ///     names, if any.
        ///   - caFile: A file of PEM with the authorities to trust in place of the system's.
        public init(proxy: String? = nil, caFile: String? = nil) {
            curl = Curl(proxy: proxy, caFile: caFile, maxBody: RawReply.maxBody)
        }

        public func send(
            _ request: SignedRequest, timeout: Duration, connectTimeout: Duration
        ) async throws -> RawReply {
            do {
                let reply = try await curl.post(
                    Curl.Request(
                        url: request.url, headers: request.headers, body: request.body, timeout: timeout,
                        connectTimeout: connectTimeout))
                return RawReply(status: reply.status, headers: reply.headers, body: reply.body)
            } catch let failure as Curl.Failure {
                let cause = TransportError(description: failure.text)
                throw failure.wasSent ? cause : NotSentError(cause: cause)
            }
        }
    }
#endif
