#if canImport(os)
    import os
#endif

extension QinceLeads {
    /// How a client calls.
    public struct Options: Sendable {
        /// How long one attempt may take, from its turn to the whole reply.
        public var timeout: Duration
        /// How long to wait until a connection stands.
        public var connectTimeout: Duration
        /// How many requests run at once. The others wait for their turn: they are not timed, and nothing of them was sent.
        public var maxConcurrent: Int
        /// How often and how long to try.
        public var policy: Policy
        /// How requests are stamped.
        public var timestampForm: TimestampForm
        /// Headers of your own for every request. A call with one that a request may not have throws
        /// ``QinceError/invalidAccount(_:)`` before anything is sent.
        public var headers: [String: String]
        /// Called after each attempt, one that was cancelled included, for metrics.
        public var onAttempt: (@Sendable (Attempt) -> Void)?
        /// Called before each request: what it returns are headers to add, for trace context. What it throws, and headers
        /// that a request may not have, are logged and passed over.
        public var onRequest: (@Sendable (Upcoming) throws -> [String: String])?
        /// Called where a call ends in doubt, or is cancelled in doubt: whatever becomes of what it throws.
        public var onUncertain: (@Sendable (QinceError.Uncertain) -> Void)?
        /// Takes lines for a log, which hold no secret and nothing of a lead but its code. On Apple's platforms they go to
        /// `os.Logger` where nothing else is given.
        public var logger: (@Sendable (LogLevel, String) -> Void)?

        /// - Parameters: see the properties.
        public init(
            timeout: Duration = .seconds(30), connectTimeout: Duration = .seconds(10), maxConcurrent: Int = 10,
            policy: Policy = Policy(), timestampForm: TimestampForm = .epochMs, headers: [String: String] = [:],
            onAttempt: (@Sendable (Attempt) -> Void)? = nil,
            onRequest: (@Sendable (Upcoming) throws -> [String: String])? = nil,
            onUncertain: (@Sendable (QinceError.Uncertain) -> Void)? = nil,
            logger: (@Sendable (LogLevel, String) -> Void)? = systemLogger
        ) {
            self.timeout = timeout
            self.connectTimeout = connectTimeout
            self.maxConcurrent = maxConcurrent
            self.policy = policy
            self.timestampForm = timestampForm
            self.headers = headers
            self.onAttempt = onAttempt
            self.onRequest = onRequest
            self.onUncertain = onUncertain
            self.logger = logger
        }

        /// The logger where nothing else is given: `os.Logger` where there is one.
        public static var systemLogger: (@Sendable (LogLevel, String) -> Void)? {
            #if canImport(os)
                let logger = Logger(subsystem: "qince-leads", category: "calls")
                return { level, line in
                    logger.log(level: level == .warning ? .default : .debug, "\(line, privacy: .public)")
                }
            #else
                return nil
            #endif
        }
    }

    /// A request that is about to be sent.
    public struct Upcoming: Hashable, Sendable {
        /// The operation's name; a query where an add is being settled.
        public let operation: String
        /// Its message id (请求消息ID).
        public let msgId: String
        /// Which attempt of that operation it is, from 1.
        public let number: Int
    }

    /// How much a line of a log matters.
    public enum LogLevel: Hashable, Sendable {
        /// Each attempt.
        case debug
        /// What is in doubt, or was passed over.
        case warning
    }
}
