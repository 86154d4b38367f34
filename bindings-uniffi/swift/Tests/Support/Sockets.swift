import Foundation

#if canImport(Glibc)
    import Glibc
    private let stream = Int32(SOCK_STREAM.rawValue)
#elseif canImport(Darwin)
    import Darwin
    private let stream = SOCK_STREAM
#endif

/// A connection over TCP to or from this machine, with calls that wait.
public final class Connection: Sendable {
    private let socket: Int32

    fileprivate init(_ socket: Int32) {
        self.socket = socket
        // A peer that went away is an error, not the end of the process.
        #if canImport(Darwin)
            set(SO_NOSIGPIPE, Int32(1))
        #endif
    }

    /// Connects to a port of this machine.
    public convenience init(to port: UInt16) throws(SocketError) {
        let socket = Foundation.socket(AF_INET, stream, 0)
        guard socket >= 0 else { throw SocketError("socket") }
        guard withAddress(port, { connect(socket, $0, $1) }) == 0 else {
            let error = SocketError("connect")
            close(socket)
            throw error
        }
        self.init(socket)
    }

    /// The next bytes, or none at the end.
    public func read() throws(SocketError) -> [UInt8] {
        var room = [UInt8](repeating: 0, count: 1 << 16)
        let count = recv(socket, &room, room.count, 0)
        guard count >= 0 else { throw SocketError("recv") }
        return Array(room[..<count])
    }

    /// Writes all of it.
    public func write(_ bytes: some Sequence<UInt8>) throws(SocketError) {
        var left = Array(bytes)[...]
        while !left.isEmpty {
            #if canImport(Glibc)
                let flags = Int32(MSG_NOSIGNAL)
            #else
                let flags: Int32 = 0
            #endif
            let count = left.withUnsafeBytes { send(socket, $0.baseAddress, $0.count, flags) }
            guard count > 0 else { throw SocketError("send") }
            left = left.dropFirst(count)
        }
    }

    /// The head and the body of an HTTP request or reply; nothing where the peer went away.
    public func message() throws(SocketError) -> (head: String, body: [UInt8])? {
        var bytes: [UInt8] = []
        let end = Array("\r\n\r\n".utf8)
        while true {
            if let head = bytes.firstRange(of: end) {
                let text = String(decoding: bytes[..<head.lowerBound], as: UTF8.self)
                let length = header("content-length", of: text).flatMap(Int.init) ?? 0
                while bytes.count - head.upperBound < length {
                    let more = try read()
                    if more.isEmpty { break }
                    bytes += more
                }
                return (text, Array(bytes[head.upperBound...]))
            }
            let more = try read()
            if more.isEmpty { return nil }
            bytes += more
        }
    }

    /// Ends the connection; with `abruptly` the peer sees it reset.
    public func end(abruptly: Bool = false) {
        if abruptly {
            set(SO_LINGER, linger(l_onoff: 1, l_linger: 0))
        } else {
            _ = shutdown(socket, Int32(SHUT_RDWR))
        }
        close(socket)
    }

    private func set<Value>(_ option: Int32, _ value: Value) {
        withUnsafePointer(to: value) {
            _ = setsockopt(socket, SOL_SOCKET, option, $0, socklen_t(MemoryLayout<Value>.size))
        }
    }
}

/// The value of a header in the head of a message.
public func header(_ name: String, of head: String) -> String? {
    for line in head.split(separator: "\r\n").dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1)
        if parts.count == 2, parts[0].lowercased() == name { return parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return nil
}

/// A server on a free port of this machine, until it is ended. Each connection has a thread of its own.
public final class Listener: Sendable {
    /// Its port.
    public let port: UInt16
    private let socket: Int32

    /// Its address.
    public var url: String { "http://127.0.0.1:\(port)" }

    public init(_ serve: @escaping @Sendable (Connection) throws -> Void) throws(SocketError) {
        let listening = Foundation.socket(AF_INET, stream, 0)
        guard listening >= 0 else { throw SocketError("socket") }
        guard withAddress(0, { bind(listening, $0, $1) }) == 0, listen(listening, 128) == 0 else {
            throw SocketError("listen")
        }
        socket = listening
        port = portOf(listening)
        Thread.detachNewThread {
            while true {
                let accepted = accept(listening, nil, nil)
                if accepted < 0 {
                    close(listening)
                    return
                }
                let connection = Connection(accepted)
                Thread.detachNewThread {
                    // What a connection ends by is seen by its other side.
                    try? serve(connection)
                }
            }
        }
    }

    /// Listens no longer.
    public func end() {
        // The thread that accepts closes it: the number of a closed socket may soon be that of another.
        _ = shutdown(socket, Int32(SHUT_RDWR))
    }

    /// A port of this machine on which nobody listens.
    public static func unusedPort() throws(SocketError) -> UInt16 {
        let socket = Foundation.socket(AF_INET, stream, 0)
        guard socket >= 0 else { throw SocketError("socket") }
        defer { close(socket) }
        guard withAddress(0, { bind(socket, $0, $1) }) == 0 else { throw SocketError("bind") }
        return portOf(socket)
    }
}

/// A port of this machine that answers nobody who wants to connect: its queue is full, and nobody takes from it.
public final class BlackHole: Sendable {
    private let sockets: [Int32]
    private let port: UInt16

    /// Its address.
    public var url: String { "http://127.0.0.1:\(port)" }

    public init() throws(SocketError) {
        let listening = Foundation.socket(AF_INET, stream, 0)
        guard listening >= 0, withAddress(0, { bind(listening, $0, $1) }) == 0, listen(listening, 0) == 0 else {
            throw SocketError("listen")
        }
        port = portOf(listening)
        let port = port
        // More than fit in; those that do not must not wait for it.
        sockets =
            [listening]
            + (0..<4).map { _ in
                let socket = Foundation.socket(AF_INET, stream, 0)
                _ = fcntl(socket, F_SETFL, O_NONBLOCK)
                _ = withAddress(port) { connect(socket, $0, $1) }
                return socket
            }
    }

    /// Is there no longer.
    public func end() {
        for socket in sockets { close(socket) }
    }
}

/// What the operating system refused.
public struct SocketError: Error, CustomStringConvertible {
    public let description: String

    init(_ call: String) {
        description = "\(call): \(String(cString: strerror(errno)))"
    }
}

private func withAddress(_ port: UInt16, _ use: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { use($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
}

private func portOf(_ socket: Int32) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
    }
    return UInt16(bigEndian: address.sin_port)
}
