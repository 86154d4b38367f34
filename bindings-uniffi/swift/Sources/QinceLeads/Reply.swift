public import Foundation
import QinceLeadsCore

/// A reply as it came over HTTP.
public struct RawReply: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The headers, by their names in lower case. What came several times by one name is joined by commas.
    public let headers: [String: String]
    /// The body, compressed by gzip or not.
    public let body: Data

    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - headers: The headers as they came.
    ///   - body: The body, compressed by gzip or not.
    public init(status: Int, headers: some Sequence<(name: String, value: String)>, body: Data) {
        self.status = status
        self.headers = Dictionary(headers.map { ($0.name.lowercased(), $0.value) }) { "\($0), \($1)" }
        self.body = body
    }

    /// - Parameters:
    ///   - status: The HTTP status.
    ///   - headers: The headers, by their names.
    ///   - body: The body, compressed by gzip or not.
    public init(status: Int, headers: [String: String] = [:], body: Data) {
        self.init(status: status, headers: headers.map { (name: $0.key, value: $0.value) }, body: body)
    }

    /// The text of the `Retry-After` header: seconds, or a date.
    public var retryAfter: String? {
        headers["retry-after"]
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

extension RawReply: CustomStringConvertible, CustomReflectable {
    /// The status, and how long the body is.
    public var description: String {
        "RawReply(status: \(status), body: \(body.count) bytes)"
    }

    /// What ``description`` says: headers and body may hold what people wrote.
    public var customMirror: Mirror {
        Mirror(self, children: ["status": status, "body": "\(body.count) bytes"])
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
    /// Whether there was a lead with this code already, so that nothing was added.
    public var existed: Bool
    /// The reply that this was read from; that to the query, where it is ``settled``.
    public var reply: RawReply?

    /// A receipt that says this.
    public init(
        msgId: String? = nil, id: String? = nil, data: Json? = nil, settled: Bool = false, existed: Bool = false,
        reply: RawReply? = nil
    ) {
        self.msgId = msgId
        self.id = id
        self.data = data
        self.settled = settled
        self.existed = existed
        self.reply = reply
    }
}

extension Receipt {
    /// Whether both say the same, whatever the replies that they were read from.
    public static func == (one: Receipt, other: Receipt) -> Bool {
        (one.msgId, one.id, one.data, one.settled, one.existed)
            == (other.msgId, other.id, other.data, other.settled, other.existed)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(id)
        hasher.combine(msgId)
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
    /// The reply that this was read from.
    public let reply: RawReply?

    /// A page of these leads.
    public init(_ leads: [Element], faults: [Fault] = [], msgId: String? = nil, reply: RawReply? = nil) {
        self.leads = leads
        self.faults = faults
        self.msgId = msgId
        self.reply = reply
    }
}

extension Page {
    /// Whether both hold the same, whatever the replies that they were read from.
    public static func == (one: Page, other: Page) -> Bool {
        (one.leads, one.faults, one.msgId) == (other.leads, other.faults, other.msgId)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(leads)
        hasher.combine(msgId)
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
