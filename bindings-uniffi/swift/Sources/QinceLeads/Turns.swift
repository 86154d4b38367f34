import Foundation

/// Has so many at once do something. The others wait for their turn, in the order in which they came.
final class Turns: @unchecked Sendable {
    private struct Waiting {
        let limit: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    // The lock is held whenever these are touched.
    private let lock = NSLock()
    private var taken = 0
    /// By their numbers, of which `first` is the lowest that may be there.
    private var waiting: [Int: Waiting] = [:]
    private var first = 0
    private var next = 0

    /// Waits until fewer than so many others have theirs; it is to be given back.
    ///
    /// - Throws: `CancellationError` where the task is cancelled while it waits.
    func take(atMost limit: Int) async throws {
        let number = lock.withLock {
            defer { next += 1 }
            return next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                lock.withLock {
                    waiting[number] = Waiting(limit: max(1, limit), continuation: continuation)
                    first = min(first, number)
                    serve()
                    // It may have been cancelled before it was there to be found.
                    if Task.isCancelled { cancel(number) }
                }
            }
        } onCancel: {
            lock.withLock { cancel(number) }
        }
    }

    func giveBack() {
        lock.withLock {
            taken -= 1
            serve()
        }
    }

    private func serve() {
        while first < next {
            if let one = waiting[first] {
                guard taken < one.limit else { return }
                waiting[first] = nil
                taken += 1
                one.continuation.resume()
            }
            first += 1
        }
    }

    private func cancel(_ number: Int) {
        waiting.removeValue(forKey: number)?.continuation.resume(throwing: CancellationError())
    }
}
