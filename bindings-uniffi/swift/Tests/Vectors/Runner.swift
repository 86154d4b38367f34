import Foundation
import TestSupport

/// Runs vectors through the public API, and counts what came of them.
///
/// A file, a kind or a member of a case that is not understood is a failure, and so is whatever the runner throws.
public final class Runner {
    public private(set) var passed = 0
    public private(set) var failed = 0
    private var names: Set<[UInt8]> = []
    private let say: (String) -> Void

    private static let kinds: [String: @Sendable (JSON) throws -> Void] = [
        "sign": runSign, "reply": runReply, "push": runPush, "call": runCall, "pages": runPages,
        "relay": runRelay,
    ]

    /// Makes a runner that says what failed line by line.
    public init(say: @escaping (String) -> Void) {
        self.say = say
    }

    /// Whether cases ran, and all passed.
    public var isGood: Bool { passed > 0 && failed == 0 }

    /// Runs every `.json` file in a folder and below it, in the order of their paths.
    public func run(folder: URL) {
        note(folder.path) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: folder.path, isDirectory: &isFolder), isFolder.boolValue else {
                throw NotUnderstood("\(folder.path) is no folder")
            }
            for path in try FileManager.default.subpathsOfDirectory(atPath: folder.path).sorted()
            where path.hasSuffix(".json") {
                run(file: folder.appendingPathComponent(path))
            }
        }
        say("swift: \(passed) passed, \(failed) failed")
    }

    private func run(file: URL) {
        note(file.path) {
            let suite = try JSON(Array(try Data(contentsOf: file)))
            try check("the file", suite, ["cases": Is.list])
            for (index, one) in suite["cases"]!.elements!.enumerated() {
                let isPassed = note(one["name"]?.string ?? "\(file.path) case \(index)") { try run(one) }
                passed += isPassed ? 1 : 0
            }
        }
    }

    private func run(_ one: JSON) throws {
        guard let name = one["name"]?.string else { throw NotUnderstood("the case has no name") }
        guard names.insert(Array(name.utf8)).inserted else { throw NotUnderstood("a second case of this name") }
        guard let run = one["kind"]?.string.flatMap({ Self.kinds[$0] }) else {
            throw NotUnderstood("no kind \(one["kind"]?.written ?? "at all")")
        }
        try run(one)
    }

    /// Runs something; where it throws, that is a failure of this name.
    @discardableResult
    private func note(_ name: String, _ run: () throws -> Void) -> Bool {
        do {
            try run()
            return true
        } catch {
            failed += 1
            say("FAILED \(name)")
            for line in "\(error)".split(separator: "\n") { say("  \(cut(line))") }
            return false
        }
    }
}
