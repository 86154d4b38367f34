public import Foundation
import QinceLeadsCore

/// A reply as it came over HTTP.
public struct RawReply: Hashable, Sendable {
    /// The HTTP status.
    public var status: Int
    /// The body, compressed by gzip or not.
    public var body: Data
    /// The text of the `Retry-After` header: seconds, or a date.
    public var retryAfter: String?

    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - body: The body, compressed by gzip or not.
    ///   - retryAfter: The text of the `Retry-After` header.
    public init(status: Int, body: Data, retryAfter: String? = nil) {
        self.status = status
        self.body = body
        self.retryAfter = retryAfter
    }

    /// The longest body that is read, in bytes, compressed or not.
    public static let maxBody = Int(clamping: QinceLeadsCore.maxBody())

    /// The status as the core takes it.
    var coreStatus: UInt16 {
        UInt16(clamping: status)
    }

    /// The body as far as it can be handed over: what is cut off here, after 2 GB, is found to be malformed.
    var coreBody: Data {
        body.prefix(Int(Int32.max) - MemoryLayout<Int32>.size)
    }
}

/// What the service answered to a write, or to any other request.
public struct Receipt: Hashable, Sendable {
    /// `msg_id` (请求消息ID) of the request, as far as the service echoes it.
    public var msgId: String?
    /// The lead's id, where the service gives it.
    public var id: String?
    /// What the service gives besides, or in place of, an id.
    public var data: Json?
    /// Whether the request's own reply is missing and a query found the lead: see ``Call``.
    public var settled: Bool

    /// A receipt that says this.
    public init(msgId: String? = nil, id: String? = nil, data: Json? = nil, settled: Bool = false) {
        self.msgId = msgId
        self.id = id
        self.data = data
        self.settled = settled
    }
}

/// A page of leads, in the order of the service: a collection of them.
public struct Page<Element: Record>: Hashable, Sendable {
    /// The leads.
    public let leads: [Element]
    /// What of the page is not as the vendor documents it, by row and member: `[1].linkman`. A row that is no record is left
    /// out and listed as `[1]`; rows are counted as they came.
    public let faults: [Fault]
    /// `msg_id` (请求消息ID) of the request, as far as the service echoes it.
    public let msgId: String?

    /// A page of these leads.
    public init(_ leads: [Element], faults: [Fault] = [], msgId: String? = nil) {
        self.leads = leads
        self.faults = faults
        self.msgId = msgId
    }
}

/// Something that came in another shape than the vendor documents. It is kept as it came.
public struct Fault: Hashable, Sendable {
    /// Where, in wire names: `labels[1].color` of a record, `[3].labels[1].color` of a page.
    public let path: String
    /// What is documented there.
    public let expected: String

    /// A fault at a place where this is expected.
    public init(path: String, expected: String) {
        self.path = path
        self.expected = expected
    }

    init(_ fault: CoreFault) {
        self.init(path: fault.path, expected: fault.expected)
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
