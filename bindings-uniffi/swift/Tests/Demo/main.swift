import Foundation
import QinceLeads
import TestSupport

/// The main job, end to end, against a running sandbox that the QINCE_ variables of the environment name.
///
/// Seven operations, a scan, refusals, an uncertain add that is settled, and a push. What is not as it should be ends it with
/// an error.
let steps: [(title: String, show: (Stage) async throws -> Void)] = [
    ("Seven operations, with the vendor's own samples", showOperations),
    ("2,500 leads, page by page", showScan),
    ("A payload with four faults: refused before anything is sent", showInvalid),
    ("A code that exists already: refused by the service", showRejected),
    ("The reply to an add is lost: the add is settled, not repeated", showUncertain),
    ("A follow-up is pushed to a webhook, and a forged one turned away", showPush),
]

func fail(_ message: String) -> Never {
    try? FileHandle.standardError.write(contentsOf: Data("\(message)\n".utf8))
    exit(1)
}

let stage: Stage
do {
    stage = try Stage()
    try await stage.sandbox.forget()
} catch {
    fail("error: \(error)")
}
Screen.title(stage.baseUrl)
for (index, step) in steps.enumerated() {
    Screen.step(index + 1, step.title)
    do {
        try await step.show(stage)
    } catch {
        fail("\nerror: step \(index + 1) is not as it should be: \(error)")
    }
}
print("\n\(stage.summary)")
