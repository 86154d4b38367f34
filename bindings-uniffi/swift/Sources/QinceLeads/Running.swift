/// A call on its way through a client.
struct Running<Operation: Callable> {
    private let client: QinceLeads
    private let call: Call<Operation>
    private let clock = CallClock()

    init(_ payload: Operation, of client: QinceLeads, byCode: Bool) {
        self.client = client
        let options = client.options
        call = Call(
            account: client.account, payload: payload, policy: options.policy, timestampForm: options.timestampForm,
            byCode: byCode)
    }

    func output() async throws -> Operation.Output {
        do {
            while true {
                let step = try await turn()
                if case .done(let output) = step { return output }
                if case .waitUntil(let timeMs) = step { try await wait(until: timeMs) }
            }
        } catch QinceError.uncertain(let uncertain) {
            report(uncertain)
            throw QinceError.uncertain(uncertain)
        }
    }

    /// Sends what is due when it is this call's turn, and says what comes then.
    private func turn() async throws -> Step<Operation.Output> {
        do {
            try await client.turns.take(atMost: client.options.maxConcurrent)
        } catch {
            throw givenUp()
        }
        defer { client.turns.giveBack() }
        while true {
            let step = try call.step(nowMs: clock.nowMs(), msgId: Host.randomId(), random: Host.randomFraction())
            guard case .send(let request) = step else { return step }
            try await send(request)
        }
    }

    private func send(_ request: SignedRequest) async throws {
        defer { observe() }
        do {
            // A task that is cancelled sends nothing.
            guard !Task.isCancelled else { throw NotSentError(cause: CancellationError()) }
            let reply = try await reply(to: dressed(request))
            call.replied(msgId: request.msgId, nowMs: clock.nowMs(), reply: reply)
        } catch {
            let failure = Failure(of: error)
            let isCancelled = Task.isCancelled
            // A request that was cancelled on its way stays under way, which leaves an add in doubt.
            if !isCancelled || failure == .notSent {
                call.failed(msgId: request.msgId, nowMs: clock.nowMs(), failure: failure, cause: error)
            }
            if isCancelled { throw givenUp() }
        }
    }

    /// The request with the headers of the client and of its user, whose own win.
    private func dressed(_ request: SignedRequest) -> SignedRequest {
        request.adding([["User-Agent": Host.userAgent], client.options.headers, hooked(request)])
    }

    /// What the hook adds.
    private func hooked(_ request: SignedRequest) -> [String: String] {
        guard let onRequest = client.options.onRequest else { return [:] }
        let upcoming = QinceLeads.Upcoming(operation: request.operation, msgId: request.msgId, number: call.number)
        do {
            return try onRequest(upcoming).checked()
        } catch {
            log(.warning, "onRequest failed before \(upcoming.operation), msg_id \(upcoming.msgId)")
            return [:]
        }
    }

    /// The reply, if it comes in time.
    private func reply(to request: SignedRequest) async throws -> RawReply {
        let (transport, timeout) = (client.transport, min(client.options.timeout, .day))
        let connectTimeout = min(client.options.connectTimeout, timeout)
        if transport is any Punctual {
            return try await transport.send(request, timeout: timeout, connectTimeout: connectTimeout)
        }
        return try await withThrowingTaskGroup(of: RawReply?.self) { group in
            defer { group.cancelAll() }
            group.addTask { try await transport.send(request, timeout: timeout, connectTimeout: connectTimeout) }
            group.addTask {
                // Until it is cancelled: with the call, or because the reply has come.
                try? await Task.sleep(for: timeout)
                return nil
            }
            if let reply = try await group.next()! { return reply }
            group.cancelAll()
            do {
                // What was on its way may have come, and the transport may know that nothing left.
                if let reply = try await group.next()! { return reply }
            } catch let error as NotSentError {
                throw error
            } catch {}
            throw TransportError(description: "no reply within \(timeout)")
        }
    }

    private func wait(until timeMs: Int64) async throws {
        do {
            try await Task.sleep(for: min(.milliseconds(max(0, timeMs - clock.nowMs())), .day))
        } catch {
            throw givenUp()
        }
    }

    /// Gives the call up, and says what to throw.
    private func givenUp() -> any Error {
        call.giveUp(nowMs: clock.nowMs()) ?? CancellationError()
    }

    private func observe() {
        let options = client.options
        guard options.onAttempt != nil || options.logger != nil, let attempt = call.lastAttempt else { return }
        log(.debug, attempt.line)
        options.onAttempt?(attempt)
    }

    /// Tells of doubt, whatever becomes of what is thrown.
    private func report(_ uncertain: QinceError.Uncertain) {
        if let line = call.doubtLine { log(.warning, line) }
        client.options.onUncertain?(uncertain)
    }

    private func log(_ level: QinceLeads.LogLevel, _ line: String) {
        client.options.logger?(level, line)
    }
}

/// A clock that does not jump where that of the host is set.
struct CallClock {
    private let startMs = Host.clockMs()
    private let start = ContinuousClock.now

    func nowMs() -> Int64 {
        startMs + Int64((ContinuousClock.now - start) / .milliseconds(1))
    }
}

extension Duration {
    /// More than this is no limit.
    fileprivate static let day = Duration.seconds(86_400)
}
