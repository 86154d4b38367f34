public import Foundation

/// A reply as it came over HTTP.
public struct RawReply: Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The body, compressed by gzip or not.
    public var body: Data
    /// The value of the `Retry-After` header: seconds, or a date.
    public var retryAfter: String?

    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - body: The body, compressed by gzip or not.
    ///   - retryAfter: The value of the `Retry-After` header.
    public init(status: Int, body: Data, retryAfter: String? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }

    /// The status as the core takes it.
    var coreStatus: UInt16 {
        UInt16(clamping: status)
    }

    /// The body as far as it can be handed over: what is cut off here, after 2 GB, is found to be malformed.
    var coreBody: Data {
        body.prefix(Int(Int32.max) - MemoryLayout<Int32>.size)
    }
}

/// What the service answered to a write.
public struct Receipt: Hashable, Sendable {
    /// `msg_id` (请求消息ID) of the request, as far as the service echoes it.
    public var msgId: String?
    /// The lead's id.
    public var id: String?

    /// A receipt with these ids.
    public init(msgId: String? = nil, id: String? = nil) {
        self.msgId = msgId
        self.id = id
    }
}

/// A page of leads, in the order of the service.
public struct Page<Element: Record>: Hashable, Sendable {
    private let leads: [Element]

    /// A page of these leads.
    public init(_ leads: [Element]) {
        self.leads = leads
    }
}

extension Page: RandomAccessCollection {
    public var startIndex: Int {
        leads.startIndex
    }

    public var endIndex: Int {
        leads.endIndex
    }

    public subscript(position: Int) -> Element {
        leads[position]
    }
}
