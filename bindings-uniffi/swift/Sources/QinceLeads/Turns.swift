import Foundation

/// Has so many at once do something. The others wait for their turn, in the order in which they came.
final class Turns: @unchecked Sendable {
    private struct Waiting {
        let limit: Int
        let continuation: CheckedContinuation<Void, any Error>
    }

    private typealias Due = (continuation: CheckedContinuation<Void, any Error>, result: Result<Void, any Error>)

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
                resume {
                    waiting[number] = Waiting(limit: max(1, limit), continuation: continuation)
                    first = min(first, number)
                    // It may have been cancelled before it was there to be found.
                    return serve() + (Task.isCancelled ? cancel(number) : [])
                }
            }
        } onCancel: {
            resume { cancel(number) }
        }
    }

    func giveBack() {
        resume {
            taken -= 1
            return serve()
        }
    }

    /// Resumes those who are due, once the lock is open: to resume a task takes a lock of that task, which is held while
    /// `onCancel` waits for this one.
    private func resume(_ due: () -> [Due]) {
        for one in lock.withLock(due) { one.continuation.resume(with: one.result) }
    }

    private func serve() -> [Due] {
        var due: [Due] = []
        while first < next {
            if let one = waiting[first] {
                guard taken < one.limit else { break }
                waiting[first] = nil
                taken += 1
                due.append((one.continuation, .success(())))
            }
            first += 1
        }
        return due
    }

    private func cancel(_ number: Int) -> [Due] {
        guard let one = waiting.removeValue(forKey: number) else { return [] }
        return [(one.continuation, .failure(CancellationError()))]
    }
}
