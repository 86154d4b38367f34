import Foundation
import QinceLeads
import Rendering
import TestSupport
import Testing

/// What the blocks of the README print comes here.
private enum Printed {
    @TaskLocal static var lines: Noted<String>?
}

/// Takes the place of Swift's own in the blocks.
func print(_ items: Any...) {
    let line = items.map { "\($0)" }.joined(separator: " ")
    if let lines = Printed.lines { lines.note(line) } else { Swift.print(line) }
}

/// The READMEs: their code compiles, runs against the sandbox, and prints what they say.
@Suite(.timeLimit(.minutes(3))) struct DocumentTests {
    @Test func theFileOfBlocksIsThatOfTheReadme() throws {
        let written = try String(contentsOf: Readme.file, encoding: .utf8)
        let isCurrent = try isSame(written, Readme(file: "README.md").rendered)
        #expect(isCurrent, "run `swift run qince-leads-documents`")
    }

    @Test func everyBlockIsCompiled() throws {
        let readme = try Readme(file: "README.md")
        #expect(readme.blocks.count > 12)
        // The one that is not called declares a webhook, which has a test of its own.
        #expect(running.map(\.number) == readme.blocks.map(\.number).filter { $0 != 9 })
        let text = try String(
            contentsOf: repository.appendingPathComponent("bindings-uniffi/swift/README.md"), encoding: .utf8)
        #expect(readme.blocks.count == text.components(separatedBy: "\n```swift\n").count - 1)
    }

    @Test func theChineseReadmeHasTheSameCode() throws {
        let (english, chinese) = (try Readme(file: "README.md"), try Readme(file: "README.zh-CN.md"))
        #expect(english.blocks.count == chinese.blocks.count)
        for (one, other) in zip(english.blocks, chinese.blocks) {
            #expect(one.meaning == other.meaning)
            #expect(one.output == other.output)
        }
    }

    @Test func bothReadmesHaveTheSameChaptersAndTheirLinksLeadSomewhere() throws {
        let folder = repository.appendingPathComponent("bindings-uniffi/swift")
        let outlines = try ["README.md", "README.zh-CN.md"].map { name in
            let text = try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            let links = text.matches(of: #/\]\((?!https:)([^)#]+)\)/#).map { String($0.1) }
            for link in links {
                let path = folder.appendingPathComponent(link).standardizedFileURL.path
                #expect(FileManager.default.fileExists(atPath: path), "\(name) links to \(link)")
            }
            #expect(links.count >= 2)
            return text.split(separator: "\n").compactMap { line in
                ["#", "|", "-"].first { line.hasPrefix($0) }.map { _ in String(line.prefix(2)) }
            }
        }
        #expect(outlines[0] == outlines[1])
        #expect(outlines[0].count > 30)
    }

    @Test func everyBlockRunsAndPrintsWhatTheReadmeSays() async throws {
        try await withSandbox { sandbox, environment in
            let readme = try Readme(file: "README.md")
            let client = QinceLeads(account: try environment.account())
            var compared = 0
            for (number, run) in running {
                let lines = Noted<String>()
                try await Printed.$lines.withValue(lines) { try await run(client) }
                if let output = readme.blocks[number - 1].output {
                    #expect(lines.all.joined(separator: "\n") == output, "block \(number)")
                    compared += 1
                } else {
                    #expect(lines.count > 0 || number == 10 || number == 11, "block \(number) prints nothing")
                }
            }
            #expect(compared == 9)
            let codes = Set(try await sandbox.leads().compactMap(\.code))
            #expect(codes.isSuperset(of: ["L1", "L3", "L5", "L6", "L9"] + (1...50).map { "A\($0)" }))
        }
    }

    @Test func theWebhookStoresWhatIsGenuineAndTurnsAwayTheRest() async throws {
        try await withSandbox { sandbox, environment in
            let (block, app) = (Blocks.Block9(), Application())
            try block.routes(app)
            let handler = try #require(app.handlers["push"])
            let listener = try Listener { connection in
                defer { connection.end() }
                guard let (_, body) = try connection.message() else { return }
                let reply = Noted<Response>()
                let done = DispatchSemaphore(value: 0)
                Task {
                    reply.note(await handler(Request(body: .init(data: ByteBuffer(body)))))
                    done.signal()
                }
                done.wait()
                let response = reply.all[0]
                let headers = response.headers.map { "\($0): \($1)\r\n" }.joined()
                let head = "HTTP/1.1 \(response.status.rawValue) .\r\nConnection: close\r\n\(headers)"
                let content = response.body.string
                try connection.write("\(head)Content-Length: \(content.utf8.count)\r\n\r\n\(content)".utf8)
            }
            let deliveries = try await sandbox.push(
                to: "\(listener.url)/push",
                ["count": 10, "repeat": .number("0.5"), "tamper": .number("0.5"), "shuffle": true, "seed": 7])
            listener.end()
            let forged = deliveries.filter(\.isForged)
            #expect(deliveries.count > 12 && !forged.isEmpty)
            for push in deliveries { #expect(push.isAcknowledged == !push.isForged) }
            for push in forged { #expect(push.status == 400 && push.answer == "", "\(push.json.written)") }
            #expect(await block.store.events.count == 10)
        }
    }
}
