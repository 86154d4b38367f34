// Takes transports of this package through the faults of `tests/faults`: NAME [bounds | chaos ADDS], or all of them.

import Foundation
import TestSupport

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.first == "--case" {
    // One case in a process of its own: see `Alone`.
    print(try await Case(JSON(arguments[1])).outcome(by: .urlSession).written)
    exit(0)
}

let control = try Control()
var failed: [String] = []
for name in arguments.first.map({ [$0] }) ?? Driven.allCases.map(\.rawValue) {
    guard let driven = Driven(rawValue: name) else { throw Wrong("\(name) is no transport of this package") }
    switch arguments.dropFirst().first {
    case nil: failed += try await control.runCases(driven)
    case "bounds"?: failed += try await control.runBounds(driven)
    case "chaos"?: failed += try await control.runChaos(driven, adds: Int64(arguments.last!) ?? 500)
    case let other?: throw Wrong("\(other) is no kind of run")
    }
}
for line in failed { print(line) }
exit(failed.isEmpty ? 0 : 1)
