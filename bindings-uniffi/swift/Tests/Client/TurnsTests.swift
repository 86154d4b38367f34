import Foundation
import Testing

@testable import QinceLeads

/// Turns by themselves, which no request slows down.
extension TurnTests {
    @Test func whoAreCancelledWhileTurnsAreGivenBackAllEnd() async throws {
        // Threads that wait for each other could not say so.
        let stuck = DispatchWorkItem { fatalError("tasks that were cancelled do not end") }
        DispatchQueue.global().asyncAfter(deadline: .now() + 60, execute: stuck)
        defer { stuck.cancel() }
        let turns = Turns()
        for round in 0..<300 {
            let many = Task {
                await withTaskGroup(of: Void.self) { group in
                    for _ in 0..<200 {
                        group.addTask {
                            guard (try? await turns.take(atMost: 2)) != nil else { return }
                            await Task.yield()
                            turns.giveBack()
                        }
                    }
                }
            }
            try await Task.sleep(for: .microseconds(round % 10 * 50))
            many.cancel()
            await many.value
        }
        // All were given back.
        try await turns.take(atMost: 1)
    }
}
