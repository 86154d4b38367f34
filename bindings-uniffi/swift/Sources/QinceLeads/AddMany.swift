import QinceLeadsCore

/// The outcomes of many adds in the order in which they end, to be iterated over once: a second iteration is empty.
///
/// ```swift
/// for try await one in client.addMany(leads, atOnce: 8, perSecond: 50) {
///     print(one.lead.code ?? "", one.outcome)
/// }
/// ```
///
/// What is wrong with one lead is its outcome, and stops none of the others. An iteration throws what reading a lead throws,
/// and what is wrong with the client itself, once all that is under way has ended and was handed out.
///
/// Whoever leaves the loop early, or is cancelled, cancels what is under way. Whatever of that is in doubt is told as any
/// doubt is, and is ``unread``.
public struct AddMany<Lead: Payload>: AsyncSequence, Sendable {
    fileprivate typealias Add = Task<LeadOutcome<Lead>, any Error>

    fileprivate struct Plan {
        let atOnce: Int
        let perSecond: Double?
        let read: @Sendable () async throws -> Lead?
        let add: @Sendable (Lead) async throws -> Receipt
    }

    /// `nil` once an iteration has begun.
    private let plan: Locked<Plan?>
    /// What was under way when the iteration was left.
    private let left = Locked<[Add]>([])

    private init(_ plan: Plan) {
        self.plan = Locked(plan)
    }

    /// Outcomes of adds that were begun, but not handed out, because the iteration was left: it is waited for their ends.
    /// What was cancelled before anything of it was sent has none.
    public var unread: [LeadOutcome<Lead>] {
        get async {
            var outcomes: [LeadOutcome<Lead>] = []
            for add in left.value {
                if case .success(let outcome) = await add.result { outcomes.append(outcome) }
            }
            return outcomes.sorted { $0.index < $1.index }
        }
    }

    public struct AsyncIterator: AsyncIteratorProtocol {
        /// `nil` where there is nothing to hand out.
        fileprivate let adding: Adding<Lead>?

        /// What came of the lead whose add ended next.
        ///
        /// - Throws: ``QinceError/invalidAccount(message:)`` where `atOnce` or `perSecond` cannot be kept, and no lead was
        ///   read, or where the client cannot send anything; what reading a lead has thrown; `CancellationError`.
        public mutating func next() async throws -> LeadOutcome<Lead>? {
            try await adding?.next()
        }
    }

    public func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(adding: plan.replaced(by: nil).map { Adding($0, left: left) })
    }
}

extension AddMany {
    init(
        _ leads: sending some Sequence<Lead>, atOnce: Int, perSecond: Double?,
        add: @escaping @Sendable (Lead) async throws -> Receipt
    ) {
        let source = InTurn(leads.makeIterator())
        self.init(Plan(atOnce: atOnce, perSecond: perSecond, read: { source.iterator.next() }, add: add))
    }

    init<Leads: AsyncSequence>(
        _ leads: sending Leads, atOnce: Int, perSecond: Double?,
        add: @escaping @Sendable (Lead) async throws -> Receipt
    ) where Leads.Element == Lead {
        let source = InTurn(leads.makeAsyncIterator())
        self.init(Plan(atOnce: atOnce, perSecond: perSecond, read: { try await source.iterator.next() }, add: add))
    }
}

/// What came of one lead of many.
public struct LeadOutcome<Lead: Payload>: Sendable {
    /// Its place among the leads that were given, from 0.
    public let index: Int
    /// The lead as it was given.
    public let lead: Lead
    /// What the service answered, or why the lead was not added; ``QinceError/uncertain(_:)`` where nobody knows.
    public let result: Result<Receipt, QinceError>

    /// `ok`, or the ``QinceError/code`` of the error.
    public var outcome: String {
        switch result {
        case .success: "ok"
        case .failure(let error): error.code
        }
    }
}

extension QinceError {
    /// Whether another lead may fare better.
    fileprivate var isOfOneLead: Bool {
        if case .invalidAccount = self { false } else { true }
    }
}

/// Leads that are read one after another, by whichever task.
private final class InTurn<Iterator>: @unchecked Sendable {
    var iterator: Iterator

    init(_ iterator: Iterator) {
        self.iterator = iterator
    }
}

/// Adds while its outcomes are asked for. What is under way when it goes is cancelled.
private final class Adding<Lead: Payload> {
    private enum News {
        case read
        case ended(Int)
    }

    private let plan: AddMany<Lead>.Plan
    private let left: Locked<[AddMany<Lead>.Add]>
    private let news: AsyncStream<News>.Continuation
    private var heard: AsyncStream<News>.Iterator
    private let clock = CallClock()
    private var pace: CorePace?
    /// The next lead, where it is being read or waits for its time.
    private var reading: Task<Lead?, any Error>?
    /// Begun, and not handed out.
    private var underWay: [Int: AddMany<Lead>.Add] = [:]
    private var index = 0
    private var isRead = false
    /// What to throw once nothing is under way any more.
    private var failure: (any Error)?

    init(_ plan: AddMany<Lead>.Plan, left: Locked<[AddMany<Lead>.Add]>) {
        self.plan = plan
        self.left = left
        let (stream, news) = AsyncStream.makeStream(of: News.self)
        self.news = news
        heard = stream.makeAsyncIterator()
        do throws(QinceError) {
            guard plan.atOnce > 0 else { throw .invalidAccount(message: "atOnce: must be 1 at least") }
            if let perSecond = plan.perSecond { pace = try calling { try CorePace(perSecond: perSecond) } }
        } catch {
            stop(error)
        }
    }

    deinit {
        giveUp()
    }

    func next() async throws -> LeadOutcome<Lead>? {
        while !Task.isCancelled {
            if !isRead && reading == nil && underWay.count < plan.atOnce { read() }
            guard reading != nil || !underWay.isEmpty else {
                defer { failure = nil }
                return try failure.map { throw $0 }
            }
            switch await heard.next() {
            case .read: await begin()
            case .ended(let index): if let outcome = await end(index) { return outcome }
            // Nothing is heard where the task is cancelled.
            case nil: break
            }
        }
        for add in giveUp() { _ = await add.result }
        throw CancellationError()
    }

    private func read() {
        let (plan, pace, clock, news) = (plan, pace, clock, news)
        reading = Task {
            defer { news.yield(.read) }
            guard let lead = try await plan.read() else { return nil }
            if let pace {
                let nowMs = clock.nowMs()
                try await Task.sleep(for: .milliseconds(pace.nextMs(nowMs: nowMs) - nowMs))
            }
            return lead
        }
    }

    /// Begins to add the lead that was read, if there was one.
    private func begin() async {
        guard let read = await reading?.result else { return }
        reading = nil
        switch read {
        case .success(let lead?):
            let (index, add, news) = (index, plan.add, news)
            self.index += 1
            underWay[index] = Task {
                defer { news.yield(.ended(index)) }
                do throws(any Error) {
                    return LeadOutcome(index: index, lead: lead, result: .success(try await add(lead)))
                } catch let error as QinceError where error.isOfOneLead {
                    return LeadOutcome(index: index, lead: lead, result: .failure(error))
                }
            }
        case .success(nil): isRead = true
        case .failure(let error): stop(error)
        }
    }

    private func end(_ index: Int) async -> LeadOutcome<Lead>? {
        guard let ended = await underWay[index]?.result else { return nil }
        underWay[index] = nil
        switch ended {
        case .success(let outcome): return outcome
        case .failure(let error):
            stop(error)
            return nil
        }
    }

    /// Reads no more, because of this.
    private func stop(_ error: any Error) {
        isRead = true
        reading?.cancel()
        reading = nil
        failure = failure ?? error
    }

    /// Reads no more, and cancels what is under way.
    @discardableResult
    private func giveUp() -> [AddMany<Lead>.Add] {
        isRead = true
        reading?.cancel()
        reading = nil
        let adds = Array(underWay.values)
        underWay = [:]
        for add in adds { add.cancel() }
        left.value += adds
        return adds
    }
}
