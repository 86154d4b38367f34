/// Runs what is given one by one, whoever asks.
public actor InTurn {
    private var isBusy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    public init() {}

    public nonisolated func run<Result: Sendable>(
        _ work: @Sendable () async throws -> Result
    ) async throws -> Result {
        await begin()
        do {
            let result = try await work()
            await end()
            return result
        } catch {
            await end()
            throw error
        }
    }

    private func begin() async {
        if isBusy {
            await withCheckedContinuation { waiting.append($0) }
        }
        isBusy = true
    }

    private func end() {
        if waiting.isEmpty {
            isBusy = false
        } else {
            waiting.removeFirst().resume()
        }
    }
}

private let sandboxInTurn = InTurn()

/// Runs a test with an empty sandbox that nobody else uses meanwhile, and waits for what it held back.
public func withSandbox<Result: Sendable>(
    _ work: @escaping @Sendable (Sandbox, Environment) async throws -> Result
) async throws -> Result {
    try await sandboxInTurn.run {
        let environment = try Environment()
        let sandbox = try Sandbox(environment)
        try await sandbox.forget()
        let result = try await work(sandbox, environment)
        try await sandbox.planFaults()
        try await sandbox.awaitLateRequests()
        return result
    }
}
