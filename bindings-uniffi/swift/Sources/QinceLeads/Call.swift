import QinceLeadsCore

/// One call of an operation, from the first request to the result: the retry machine below ``QinceLeads``, without clock,
/// randomness and network of its own.
///
/// Failures are tried again where that is harmless. An add that may have been carried out is never simply sent again: if it
/// has a `code`, the call first queries for that code; if it has none, the call ends with ``QinceError/uncertain(_:)``.
///
/// It may be used from several threads.
public final class Call<Operation: Payload>: Sendable {
    private let core: CoreCall
    /// What the transport threw last.
    private let thrown = Locked<(any Error)?>(nil)

    /// A call that has not begun. What is wrong with the payload is said by the first step.
    ///
    /// - Parameters:
    ///   - account: The account that signs.
    ///   - payload: What the operation takes.
    ///   - policy: How often and how long to try.
    ///   - timestampForm: How requests are stamped.
    public init(
        account: Account, payload: Operation, policy: Policy = Policy(), timestampForm: TimestampForm = .epochMs
    ) {
        // It fails only for operations that the core does not know, and the endpoints are made from those that it knows.
        core = try! CoreCall(
            account: account.core, operation: Operation.endpoint.name, payload: payload.toJson(), policy: policy.core,
            compact: timestampForm == .compact)
    }

    /// Says what to do next.
    ///
    /// Whoever asks while a request is under way has lost track of it: it then counts as failed, in an unknown way.
    ///
    /// - Parameters:
    ///   - nowMs: The clock, in milliseconds since the epoch.
    ///   - msgId: The id of the next request, used only if one is to be sent.
    ///   - random: A number from 0 to 1, for the jitter of delays.
    /// - Throws: A ``QinceError`` where the call has failed.
    public func step(nowMs: Int64, msgId: String, random: Double) throws(QinceError) -> Step<Operation.Output> {
        switch core.step(nowMs: nowMs, msgId: msgId, random: random) {
        case .send(let request): return .send(SignedRequest(request))
        case .waitUntil(let timeMs): return .waitUntil(timeMs: timeMs)
        case .done(let outcome): return .done(Operation.endpoint.output(outcome))
        case .failed(let error): throw QinceError(error, cause: thrown.value)
        }
    }

    /// Takes the reply to the request under way.
    ///
    /// - Parameters:
    ///   - nowMs: The clock, in milliseconds since the epoch.
    ///   - reply: The reply as it came.
    ///   - retryAfterMs: How long the service asks to wait, in milliseconds; where it is left out, what the reply's
    ///     `Retry-After` header asks for.
    public func replied(nowMs: Int64, reply: RawReply, retryAfterMs: Int64? = nil) {
        let retryAfterMs = retryAfterMs ?? reply.retryAfterMs(nowMs: nowMs)
        core.replied(
            nowMs: nowMs, status: reply.coreStatus, body: reply.coreBody,
            retryAfterMs: retryAfterMs.map(UInt64.init(clamping:)))
    }

    /// Takes note that no reply came to the request under way.
    ///
    /// - Parameters:
    ///   - nowMs: The clock, in milliseconds since the epoch.
    ///   - failure: Whether it may have arrived.
    ///   - cause: What the transport threw, which becomes the error's cause.
    public func failed(nowMs: Int64, failure: Failure, cause: (any Error)? = nil) {
        thrown.value = cause
        core.failed(nowMs: nowMs, notSent: failure == .notSent)
    }

    /// Whether an add may or may not have been carried out: whoever gives the call up now does not know.
    public var isInDoubt: Bool {
        core.isInDoubt()
    }

    /// The attempt that finished last, for an observer.
    public var lastAttempt: Attempt? {
        core.lastAttempt().map(Attempt.init)
    }
}

extension Call: CustomStringConvertible {
    /// The operation.
    public var description: String {
        "Call(\(Operation.endpoint.name))"
    }
}

/// What to do next.
public enum Step<Output: Sendable>: Sendable {
    /// Send this request, and tell the call what came of it.
    case send(SignedRequest)
    /// Ask again at this time, in milliseconds since the epoch.
    case waitUntil(timeMs: Int64)
    /// The call has succeeded.
    case done(Output)
}

/// How often and how long a call tries. All times are in milliseconds; those below 0 count as 0.
public struct Policy: Hashable, Sendable {
    /// How many requests of an operation are sent at most; one is always sent.
    public var maxAttempts: Int
    /// The delay after the first failed request; it doubles with each further one.
    public var baseDelayMs: Int64
    /// The longest delay, but for one that the service asks for.
    public var maxDelayMs: Int64
    /// How long after the first request a delay may end at the latest; `nil` for any time.
    public var deadlineMs: Int64?
    /// By which part of itself a delay is shortened at most, from 0 to 1, so that many hosts that fail together do not come
    /// back together.
    public var jitter: Double

    /// What is left out is as it usually is: see ``defaults``.
    public init(
        maxAttempts: Int = defaults.maxAttempts, baseDelayMs: Int64 = defaults.baseDelayMs,
        maxDelayMs: Int64 = defaults.maxDelayMs, deadlineMs: Int64? = defaults.deadlineMs,
        jitter: Double = defaults.jitter
    ) {
        self.maxAttempts = maxAttempts
        self.baseDelayMs = baseDelayMs
        self.maxDelayMs = maxDelayMs
        self.deadlineMs = deadlineMs
        self.jitter = jitter
    }

    var core: CorePolicy {
        CorePolicy(
            maxAttempts: UInt32(clamping: maxAttempts), baseDelayMs: UInt64(clamping: baseDelayMs),
            maxDelayMs: UInt64(clamping: maxDelayMs), deadlineMs: deadlineMs.map(UInt64.init(clamping:)), jitter: jitter
        )
    }
}

/// One finished attempt, for logs and metrics: it holds no secret, no body and no openid.
public struct Attempt: Hashable, Sendable {
    /// The operation that was sent; a query where an add is being settled.
    public let operation: String
    /// Which attempt of that operation it was, from 1.
    public let number: Int
    /// Where it was sent, openid and digest replaced by `***`.
    public let url: String
    /// The HTTP status, if a reply came.
    public let status: Int?
    /// `ok`, `not_sent`, `unknown`, or the code of the error that the reply was.
    public let outcome: String
    /// How long it took, in milliseconds.
    public let durationMs: Int64

    init(_ attempt: CoreAttempt) {
        operation = attempt.operation
        number = Int(clamping: attempt.number)
        url = attempt.url
        status = attempt.status.map(Int.init)
        outcome = attempt.outcome
        durationMs = Int64(clamping: attempt.durationMs)
    }
}
