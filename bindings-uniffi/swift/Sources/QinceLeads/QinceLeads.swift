#if canImport(FoundationNetworking)
    import Foundation
    public import FoundationNetworking
#else
    public import Foundation
#endif

/// The sales leads of one account.
///
/// ```swift
/// let client = QinceLeads(account: try Account(openid: openid, appKey: appKey, baseUrl: baseUrl))
/// try await client.add(AddLead(empName: "负责人", code: "L1", cusName: "示例公司"))
/// for try await lead in client.query(QueryLeads(createTimeStart: "2026-01-01")) {
///     print(lead.cusName ?? "")
/// }
/// ```
///
/// Failures are tried again where that is harmless; an add whose outcome is unknown is settled by a query for its `code`, so
/// give each lead one.
///
/// A call that is given up, because its task is cancelled, throws `CancellationError`; where an add may have been carried out
/// by then, it throws ``QinceError/uncertain(_:)`` instead.
public struct QinceLeads: Sendable {
    /// The account that signs.
    public let account: Account

    /// How the client calls.
    public var options: Options

    private let transport: any Transport

    /// How a client calls.
    public struct Options: Sendable {
        /// How long one attempt may take.
        public var timeout: Duration
        /// How often and how long to try.
        public var policy: Policy
        /// How requests are stamped.
        public var timestampForm: TimestampForm
        /// Called after each attempt, for logs and metrics.
        public var onAttempt: (@Sendable (Attempt) -> Void)?

        /// - Parameters:
        ///   - timeout: How long one attempt may take.
        ///   - policy: How often and how long to try.
        ///   - timestampForm: How requests are stamped.
        ///   - onAttempt: Called after each attempt, for logs and metrics.
        public init(
            timeout: Duration = .seconds(30), policy: Policy = Policy(), timestampForm: TimestampForm = .epochMs,
            onAttempt: (@Sendable (Attempt) -> Void)? = nil
        ) {
            self.timeout = timeout
            self.policy = policy
            self.timestampForm = timestampForm
            self.onAttempt = onAttempt
        }
    }

    /// - Parameters:
    ///   - account: Who calls.
    ///   - transport: What sends requests; a `URLSession` is one.
    ///   - options: How to call.
    public init(account: Account, transport: any Transport = URLSession.shared, options: Options = Options()) {
        self.account = account
        self.transport = transport
        self.options = options
    }

    /// Asks any endpoint of the vendor: see ``Other``.
    ///
    /// ```swift
    /// let receipt = try await client.other("customer/v1/queryCustomer", ["cm_code": "C1"])
    /// print(receipt.data ?? .null)
    /// ```
    ///
    /// - Parameters:
    ///   - path: The path between `/api/` and the openid.
    ///   - payload: The body: an object or a list.
    ///   - repeat: Whether it may be sent again where it may have been carried out, as a query may.
    /// - Throws: A ``QinceError``, or `CancellationError`: see ``QinceLeads``.
    @discardableResult
    public func other(_ path: String, _ payload: Json, repeat: Bool = true) async throws -> Receipt {
        try await run(Other(path: path, payload: payload, repeat: `repeat`))
    }

    /// Does what a call says until it is over.
    func run<Operation: Callable>(_ payload: Operation) async throws -> Operation.Output {
        let call = Call(
            account: account, payload: payload, policy: options.policy, timestampForm: options.timestampForm)
        while true {
            switch try call.step(nowMs: Host.clockMs(), msgId: Host.randomId(), random: Host.randomFraction()) {
            case .send(let request): try await send(request, of: call)
            case .waitUntil(let timeMs): try await wait(until: timeMs, in: call)
            case .done(let output): return output
            }
        }
    }

    private func send<Operation>(_ request: SignedRequest, of call: Call<Operation>) async throws {
        defer {
            if let observe = options.onAttempt, let attempt = call.lastAttempt { observe(attempt) }
        }
        do {
            // A task that is cancelled sends nothing.
            guard !Task.isCancelled else { throw NotSentError(cause: CancellationError()) }
            let reply = try await reply(to: request)
            call.replied(msgId: request.msgId, nowMs: Host.clockMs(), reply: reply)
        } catch {
            let failure = Failure(of: error)
            let isCancelled = Task.isCancelled
            // A request that was cancelled on its way stays under way, which leaves an add in doubt.
            if !isCancelled || failure == .notSent {
                call.failed(msgId: request.msgId, nowMs: Host.clockMs(), failure: failure, cause: error)
            }
            if isCancelled { throw call.givenUp() }
        }
    }

    /// The reply, if it comes in time.
    private func reply(to request: SignedRequest) async throws -> RawReply {
        let timeout = min(options.timeout, .day)
        return try await withThrowingTaskGroup(of: RawReply.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await transport.send(request, timeout: timeout) }
            group.addTask {
                try await Task.sleep(for: timeout)
                throw URLError(.timedOut)
            }
            return try await group.next()!
        }
    }

    private func wait<Operation>(until timeMs: Int64, in call: Call<Operation>) async throws {
        // A clock that was set meanwhile is looked at again after a day.
        let delay = min(Duration.milliseconds(max(0, timeMs - Host.clockMs())), .day)
        do {
            try await Task.sleep(for: delay)
        } catch {
            throw call.givenUp()
        }
    }
}

extension Call {
    /// Gives the call up, and says what to report.
    fileprivate func givenUp() -> any Error {
        giveUp(nowMs: Host.clockMs()) ?? CancellationError()
    }
}

extension Duration {
    fileprivate static let day = Duration.seconds(86_400)
}

extension QinceLeads: CustomStringConvertible {
    /// The account's address.
    public var description: String {
        "QinceLeads(\(account))"
    }
}
