// As much of Vapor, NIO and AsyncHTTPClient as the README uses, under their names: the libraries themselves cannot be installed
// where these tests run. What stands here has the signatures of theirs, as far as the blocks go.

import Foundation
import QinceLeads
import TestSupport

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

struct ByteBuffer: Sendable {
    let readableBytesView: [UInt8]

    init() {
        readableBytesView = []
    }

    init(string: String) {
        readableBytesView = Array(string.utf8)
    }

    init(_ bytes: [UInt8]) {
        readableBytesView = bytes
    }
}

// MARK: Vapor

enum Environment {
    static func get(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name]
    }
}

final class Application {
    enum Method { case POST }

    enum BodyStream {
        case collect(maxSize: String)
    }

    typealias Handler = @Sendable (Request) async -> Response

    private(set) var handlers: [String: Handler] = [:]

    func on(_ method: Method, _ path: String, body: BodyStream, use handler: @escaping Handler) {
        handlers[path] = handler
    }
}

struct Request: Sendable {
    struct Body: Sendable {
        let data: ByteBuffer?
    }

    let body: Body
}

struct Response: Sendable {
    enum Status: Int, Sendable { case ok = 200, badRequest = 400 }

    struct Body: Sendable {
        var string = ""
    }

    var status = Status.ok
    var headers: [String: String] = [:]
    var body = Body()
}

// MARK: AsyncHTTPClient

struct TimeAmount: Sendable {
    let nanoseconds: Int64

    static func nanoseconds(_ amount: Int64) -> TimeAmount {
        TimeAmount(nanoseconds: amount)
    }

    static func seconds(_ amount: Int64) -> TimeAmount {
        TimeAmount(nanoseconds: amount * 1_000_000_000)
    }
}

struct HTTPClient: Sendable {
    struct Configuration: Sendable {
        enum Redirects { case disallow }

        struct Timeout: Sendable {
            init(connect: TimeAmount) {}
        }

        init(redirectConfiguration: Redirects, timeout: Timeout) {}
    }

    init(configuration: Configuration) {}

    func execute(_ request: HTTPClientRequest, timeout: TimeAmount) async throws -> HTTPClientResponse {
        var sent = URLRequest(url: URL(string: request.url)!, timeoutInterval: Double(timeout.nanoseconds) / 1e9)
        sent.httpMethod = request.method.rawValue
        for header in request.headers { sent.setValue(header.value, forHTTPHeaderField: header.name) }
        if case .bytes(let buffer)? = request.body { sent.httpBody = Data(buffer.readableBytesView) }
        let (body, response) = try await URLSession.shared.data(for: sent)
        guard let reply = response as? HTTPURLResponse else { throw Wrong("no reply") }
        return HTTPClientResponse(
            status: .init(code: UInt(reply.statusCode)), headers: HTTPHeaders(), body: .init(bytes: Array(body)))
    }
}

struct HTTPHeaders: Sendable, Sequence {
    private var all: [(name: String, value: String)] = []

    mutating func add(name: String, value: String) {
        all.append((name, value))
    }

    func makeIterator() -> IndexingIterator<[(name: String, value: String)]> {
        all.makeIterator()
    }
}

struct HTTPClientRequest: Sendable {
    enum Method: String { case GET, POST }

    enum Body {
        case bytes(ByteBuffer)
    }

    let url: String
    var method = Method.GET
    var headers = HTTPHeaders()
    var body: Body?

    init(url: String) {
        self.url = url
    }
}

struct HTTPClientResponse: Sendable {
    struct Status: Sendable {
        let code: UInt
    }

    struct Body: Sendable {
        let bytes: [UInt8]

        func collect(upTo limit: Int) async throws -> ByteBuffer {
            guard bytes.count <= limit else { throw Wrong("too many bytes") }
            return ByteBuffer(bytes)
        }
    }

    let status: Status
    let headers: HTTPHeaders
    let body: Body
}

struct HTTPClientError: Error, Equatable {
    private let name: String

    static let connectTimeout = HTTPClientError(name: "connectTimeout")
    static let getConnectionFromPoolTimeout = HTTPClientError(name: "getConnectionFromPoolTimeout")
    static let tlsHandshakeTimeout = HTTPClientError(name: "tlsHandshakeTimeout")
    static let httpProxyHandshakeTimeout = HTTPClientError(name: "httpProxyHandshakeTimeout")
    static let proxyAuthenticationRequired = HTTPClientError(name: "proxyAuthenticationRequired")
    static let invalidProxyResponse = HTTPClientError(name: "invalidProxyResponse")
}

struct NIOConnectionError: Error {}
