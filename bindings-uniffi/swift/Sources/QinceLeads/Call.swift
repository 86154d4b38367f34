import QinceLeadsCore

/// One call of an operation, from the first request to the result: the retry machine below ``QinceLeads``, without clock,
/// randomness and network of its own.
///
/// Failures are tried again where that is harmless. An add that may have been carried out is never simply sent again: if it
/// has a `code`, the call first queries for that code; if it has none, the call ends with ``QinceError/uncertain(_:)``.
///
/// A host that saves a call before it sends can stop at any instant and lose nothing: see ``save()``.
///
/// It may be used from several threads.
public final class Call<Operation: Callable>: Sendable {
    private let core: CoreCall
    /// The request that was sent last.
    private let sent = Locked<SignedRequest?>(nil)
    /// Which attempt of its operation that is.
    private let sentAs = Locked(0)
    /// What the transport threw last, without openid and digest.
    private let thrown = Locked<(any Error)?>(nil)
    /// What came to the request that was sent last.
    private let reply = Locked<RawReply?>(nil)

    /// A call that has not begun. What is wrong with the payload is said by the first step.
    ///
    /// - Parameters:
    ///   - account: The account that signs.
    ///   - payload: What the operation takes.
    ///   - policy: How often and how long to try.
    ///   - timestampForm: How requests are stamped.
    ///   - byCode: Whether an add is to add the lead only where none has its code, which its receipt then says
    ///     (``Receipt/existed``), and a query to find the one lead that has its code. Both need one.
    public init(
        account: Account, payload: Operation, policy: Policy = Policy(), timestampForm: TimestampForm = .epochMs,
        byCode: Bool = false
    ) {
        // It fails only for operations that the core does not know, and the endpoints are made from those that it knows.
        core = try! CoreCall(
            account: account.core, payload: payload.content.core, policy: policy.core,
            compact: timestampForm == .compact, byCode: byCode)
    }

    private init(_ core: CoreCall) {
        self.core = core
    }

    /// Goes on with a call that was saved.
    ///
    /// - Parameters:
    ///   - account: The account that signs.
    ///   - text: What ``save()`` gave, here or in another language.
    ///   - policy: How often and how long to try.
    /// - Throws: ``QinceError/malformed(_:)`` where the text is damaged, of another version, or of another operation.
    public static func resume(
        account: Account, text: String, policy: Policy = Policy()
    ) throws(QinceError) -> Call {
        Call(
            try calling {
                try CoreCall.resume(
                    account: account.core, operation: Operation.endpoint.name, policy: policy.core, text: text)
            })
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
        case .send(let request, let number):
            sentAs.value = Int(clamping: number)
            let signed = SignedRequest(request)
            sent.value = signed
            reply.value = nil
            return .send(signed)
        case .waitUntil(let timeMs): return .waitUntil(timeMs: timeMs)
        case .done(let outcome): return .done(Operation.endpoint.output(outcome, reply.value))
        case .failed(let error): throw ended(by: error)
        }
    }

    /// Takes the reply to a request. A reply to any other request than the one under way comes too late, and changes nothing.
    ///
    /// - Parameters:
    ///   - msgId: The request's message id.
    ///   - nowMs: The clock, in milliseconds since the epoch.
    ///   - reply: The reply as it came.
    public func replied(msgId: String, nowMs: Int64, reply: RawReply) {
        if msgId == sent.value?.msgId { self.reply.value = reply }
        core.replied(
            msgId: msgId, nowMs: nowMs, status: reply.coreStatus, body: reply.coreBody, retryAfter: reply.retryAfter)
    }

    /// Takes note that no reply came to a request; of any other request than the one under way that changes nothing.
    ///
    /// - Parameters:
    ///   - msgId: The request's message id.
    ///   - nowMs: The clock, in milliseconds since the epoch.
    ///   - failure: Whether it may have arrived.
    ///   - cause: What the transport threw, which becomes the error's cause; openid and digest in it are replaced by `***`.
    public func failed(msgId: String, nowMs: Int64, failure: Failure, cause: (any Error)? = nil) {
        thrown.value = cause.map { sent.value?.redacted($0) ?? $0 }
        core.failed(msgId: msgId, nowMs: nowMs, notSent: failure == .notSent)
    }

    /// Gives the call up, because it is cancelled: it is over.
    ///
    /// - Parameter nowMs: The clock, in milliseconds since the epoch.
    /// - Returns: What to report, where an add may have been carried out: ``QinceError/uncertain(_:)``.
    public func giveUp(nowMs: Int64) -> QinceError? {
        core.giveUp(nowMs: nowMs).map(ended)
    }

    /// The call as one line of text, by which ``resume(account:text:policy:)`` goes on with it in another process, on another
    /// host or in another language; `nil` where its end is known. It holds the payload, but no secret, openid or digest.
    ///
    /// Save before sending: a request that was under way when a host ended counts as failed, in an unknown way.
    public func save() -> String? {
        core.save()
    }

    /// Whether an add may or may not have been carried out: whoever gives the call up now does not know.
    public var isInDoubt: Bool {
        core.isInDoubt()
    }

    /// Which attempt of its operation the request that was sent last is, from 1; 0 before. The queries of each settling are
    /// counted afresh.
    public var number: Int {
        sentAs.value
    }

    /// One line for a log, of a call that has ended in doubt: the operation, the error, and the lead's code and the message id
    /// to look it up by; `nil` of any other.
    public var doubtLine: String? {
        core.doubtLine()
    }

    /// The attempt that finished last, for an observer.
    public var lastAttempt: Attempt? {
        core.lastAttempt().map(Attempt.init)
    }

    /// What is known of the call beside its result.
    public var progress: CallProgress {
        CallProgress(core.progress())
    }

    private func ended(by error: CoreError) -> QinceError {
        QinceError(error, cause: thrown.value, progress: progress, reply: reply.value)
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
    /// How long to wait at least before an add that may have been carried out is looked for: as long as the service may take
    /// to show what it stored.
    public var settleDelayMs: Int64
    /// Whether an add that may have been carried out is sent again once a query has not found it. Without it, such a call ends
    /// with ``QinceError/uncertain(_:)``.
    public var resendAdds: Bool
    /// Return codes by which this tenant's service says that it has not carried out a request and that it may be sent again: a
    /// rate limit that comes as HTTP 200, say.
    public var retryCodes: [String]
    /// Whether the tenant's service echoes message ids: then a reply with another one is another request's.
    public var matchMsgId: Bool

    /// What is left out is taken from ``defaults``.
    public init(
        maxAttempts: Int = defaults.maxAttempts, baseDelayMs: Int64 = defaults.baseDelayMs,
        maxDelayMs: Int64 = defaults.maxDelayMs, deadlineMs: Int64? = defaults.deadlineMs,
        jitter: Double = defaults.jitter, settleDelayMs: Int64 = defaults.settleDelayMs,
        resendAdds: Bool = defaults.resendAdds, retryCodes: [String] = defaults.retryCodes,
        matchMsgId: Bool = defaults.matchMsgId
    ) {
        self.maxAttempts = maxAttempts
        self.baseDelayMs = baseDelayMs
        self.maxDelayMs = maxDelayMs
        self.deadlineMs = deadlineMs
        self.jitter = jitter
        self.settleDelayMs = settleDelayMs
        self.resendAdds = resendAdds
        self.retryCodes = retryCodes
        self.matchMsgId = matchMsgId
    }

    var core: CorePolicy {
        CorePolicy(
            maxAttempts: UInt32(clamping: maxAttempts), baseDelayMs: UInt64(clamping: baseDelayMs),
            maxDelayMs: UInt64(clamping: maxDelayMs), deadlineMs: deadlineMs.map(UInt64.init(clamping:)),
            jitter: jitter, settleDelayMs: UInt64(clamping: settleDelayMs), resendAdds: resendAdds,
            retryCodes: retryCodes, matchMsgId: matchMsgId)
    }
}

/// One finished attempt, for logs and metrics: it holds no secret, no body and no openid.
public struct Attempt: Hashable, Sendable {
    /// The operation that was sent; a query where an add is being settled.
    public let operation: String
    /// Which attempt of that operation it was, from 1.
    public let number: Int
    /// The message id (请求消息ID) of the request.
    public let msgId: String
    /// Where it was sent, openid and digest replaced by `***`.
    public let url: String
    /// The HTTP status, if a reply came.
    public let status: Int?
    /// `ok`, `not_sent`, `unknown`, `cancelled`, or the code of the error that the reply was.
    public let outcome: String
    /// How long it took, in milliseconds.
    public let durationMs: Int64
    /// All that as a line for a log.
    public let line: String

    /// An attempt that came to this, for tests.
    public init(
        operation: String, number: Int = 1, msgId: String = "", url: String = "", status: Int? = nil,
        outcome: String = "ok", durationMs: Int64 = 0, line: String = ""
    ) {
        self.operation = operation
        self.number = number
        self.msgId = msgId
        self.url = url
        self.status = status
        self.outcome = outcome
        self.durationMs = durationMs
        self.line = line
    }

    init(_ attempt: CoreAttempt) {
        self.init(
            operation: attempt.operation, number: Int(clamping: attempt.number), msgId: attempt.msgId, url: attempt.url,
            status: attempt.status.map(Int.init), outcome: attempt.outcome,
            durationMs: Int64(clamping: attempt.durationMs), line: attempt.line)
    }
}

/// What is known of a call beside its result.
public struct CallProgress: Hashable, Sendable {
    /// How many requests were sent, those that settle an add included.
    public let attempts: Int
    /// The message id (请求消息ID) of the last one.
    public let msgId: String?
    /// Whether the operation may have been carried out without its reply being read: by an attempt before a refusal, too.
    public let mayHaveBeenCarriedOut: Bool
    /// The code (线索编码) of the lead that is added, by which an add in doubt is looked up.
    public let leadCode: String?

    /// A call that has come to this, for tests.
    public init(
        attempts: Int = 1, msgId: String? = nil, mayHaveBeenCarriedOut: Bool = false, leadCode: String? = nil
    ) {
        self.attempts = attempts
        self.msgId = msgId
        self.mayHaveBeenCarriedOut = mayHaveBeenCarriedOut
        self.leadCode = leadCode
    }

    init(_ progress: CoreProgress) {
        self.init(
            attempts: Int(clamping: progress.attempts), msgId: progress.msgId,
            mayHaveBeenCarriedOut: progress.mayHaveBeenCarriedOut, leadCode: progress.leadCode)
    }
}
