import Foundation

/// The Swift blocks of a README, and the Swift file that compiles and runs them.
public struct Readme {
    /// A block of Swift, and what it prints where the README says so.
    public struct Block {
        public let number: Int
        public let code: String
        public let output: String?

        /// Whether it only declares things, which something else calls.
        var declares: Bool { code.contains("\nimport Vapor\n") }

        /// The code without what it imports and without comments: the same in every translation.
        public var meaning: String {
            code.replacingOccurrences(of: #" *//.*"#, with: "", options: .regularExpression)
        }
    }

    public let blocks: [Block]

    public init(_ markdown: String) {
        var blocks: [Block] = []
        var fences = markdown.components(separatedBy: "\n```")[...]
        // A fence opens, and the next one closes it.
        while let opened = fences.dropFirst().first {
            let between = fences.dropFirst(2).first ?? ""
            fences = fences.dropFirst(2)
            guard opened.hasPrefix("swift\n") else { continue }
            let output = between == "\n" ? fences.dropFirst().first : nil
            let text = output.flatMap { $0.hasPrefix("text\n") ? String($0.dropFirst(5)) : nil }
            blocks.append(Block(number: blocks.count + 1, code: String(opened.dropFirst(6)), output: text))
        }
        self.blocks = blocks
    }

    /// Reads a README of the package.
    public init(file: String) throws {
        try self.init(String(contentsOf: Self.package.appendingPathComponent(file), encoding: .utf8))
    }

    /// The package's folder.
    private static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The file that compiles the blocks.
    public static let file = package.appendingPathComponent("Tests/Documents/Blocks/Blocks.swift")

    /// The blocks as Swift that compiles: each a function that is given the client of the first one.
    public var rendered: String {
        let all = blocks.map { $0.declares ? declared($0) : called($0) }
        let calls = blocks.filter { !$0.declares }.map { "    (\($0.number), Blocks.block\($0.number)),\n" }
        return """
            // Written by `swift run qince-leads-documents` from README.md. Do not edit.

            import Foundation
            import QinceLeads
            import QinceLeadsTesting

            #if canImport(FoundationNetworking)
                import FoundationNetworking
            #endif

            /// The blocks of the README.
            enum Blocks {
            \(all.joined(separator: "\n"))}

            /// Those that run, in their order.
            let running: [(number: Int, run: @Sendable (QinceLeads) async throws -> Void)] = [
            \(calls.joined())]

            """
    }

    private func called(_ block: Block) -> String {
        """
            @Sendable static func block\(block.number)(_ client: QinceLeads) async throws {
        \(indented(block, by: 8))    }

        """
    }

    private func declared(_ block: Block) -> String {
        """
            struct Block\(block.number) {
        \(indented(block, by: 8))    }

        """
    }

    /// The lines of a block, without what it imports.
    private func indented(_ block: Block, by spaces: Int) -> String {
        let guarded = "\n#if canImport(FoundationNetworking)\n    import FoundationNetworking\n#endif\n"
        let lines = block.code.replacingOccurrences(of: guarded, with: "").components(separatedBy: "\n")
            .filter { !$0.hasPrefix("import ") }
        let body = lines.drop { $0.isEmpty }
        return body.map { $0.isEmpty ? "\n" : String(repeating: " ", count: spaces) + $0 + "\n" }.joined()
    }
}
