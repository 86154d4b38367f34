import QinceLeadsCore

/// A value with the vendor's fields: a payload, a record, or a part of one.
///
/// The types of this SDK are all that conform to it.
public protocol WireValue: Hashable, Sendable, CustomStringConvertible {
    /// How this SDK writes and reads the type.
    static var layout: WireLayout<Self> { get }
}

extension WireValue {
    /// Reads JSON with the vendor's names.
    ///
    /// - Parameter json: One JSON object.
    /// - Throws: ``QinceError/invalidPayload(_:)`` where a payload, or a part of one, is of another shape;
    ///   ``QinceError/malformed(_:)`` where a record is, or where there is no JSON.
    public init(json: String) throws(QinceError) {
        let table = try calling { try parse(shape: Self.layout.name, json: json) }
        self = table.rows(Self.layout.read)[0]
    }

    /// JSON with the vendor's names: what ``init(json:)`` reads.
    public func toJson() -> String {
        var json = JsonWriter()
        Self.layout.write(self, &json)
        return json.text
    }

    /// The type's name and its JSON.
    public var description: String {
        "\(Self.layout.name)(\(toJson()))"
    }
}

/// How this SDK writes and reads a type. Nothing of it concerns its users.
public struct WireLayout<Value>: Sendable {
    /// The type's name in the core.
    let name: String
    let write: @Sendable (Value, inout JsonWriter) -> Void
    let read: @Sendable (inout Places) -> Value
}

/// What can be called: an operation by its payload, such as ``AddLead``, or any endpoint by ``Other``.
///
/// The types of this SDK are all that conform to it.
public protocol Callable: Sendable {
    /// What it comes to: a ``Receipt``, or a ``Page``.
    associatedtype Output: Sendable

    /// The operation.
    static var endpoint: Endpoint<Output> { get }

    /// What is sent. Nothing of it concerns the users of this SDK.
    var content: CallContent { get }
}

/// What is sent, as this SDK hands it on.
public struct CallContent: Sendable {
    let core: CorePayload
}

extension Callable {
    /// Checks the payload, as signing does.
    ///
    /// - Throws: ``QinceError/invalidPayload(_:)`` with everything that is wrong.
    public func validate() throws(QinceError) {
        try calling { try check(payload: content.core) }
    }

    /// Reads the reply to this operation.
    ///
    /// - Parameter reply: The reply as it came, compressed by gzip or not.
    /// - Throws: ``QinceError/rejected(_:)``, ``QinceError/httpStatus(_:)`` or ``QinceError/malformed(_:)``.
    public static func read(_ reply: RawReply) throws(QinceError) -> Output {
        let outcome = try calling(reply) {
            try QinceLeadsCore.read(operation: endpoint.name, status: reply.coreStatus, body: reply.coreBody)
        }
        return endpoint.output(outcome, reply)
    }
}

/// What an operation takes, such as ``AddLead``.
public protocol Payload: Callable, WireValue {
    /// Parameters that this SDK does not know, sent after the known ones in this order.
    var extra: JsonMap { get set }
}

extension Payload {
    public var content: CallContent {
        CallContent(core: .known(operation: Self.endpoint.name, json: toJson()))
    }
}

/// The payload of a query, such as ``QueryLeads``.
public protocol LeadQuery: Payload where Output == Page<Found> {
    /// What the query finds.
    associatedtype Found: Record & Identifiable<String?>
}

/// What the service returns or pushes, such as ``Lead``.
public protocol Record: WireValue {
    /// Members that this SDK does not know, as they came.
    var extra: JsonMap { get set }

    /// What of it is not as the vendor documents it, and stands in `extra` as it came.
    var faults: [Fault] { get set }
}

/// An operation of the service, and what it comes to.
public struct Endpoint<Output: Sendable>: Sendable {
    /// The operation's name in this SDK, such as `add`.
    public let name: String

    /// What an outcome is, and the reply that it was read from.
    let output: @Sendable (CoreOutcome, RawReply?) -> Output
}

extension Endpoint where Output == Receipt {
    init(writing name: String) {
        self.init(name: name) { outcome, reply in
            guard case .receipt(let msgId, let id, let data, let settled, let existed) = outcome else {
                return Receipt()
            }
            return Receipt(
                msgId: msgId, id: id, data: data.map(Json.init(checked:)), settled: settled, existed: existed,
                reply: reply)
        }
    }
}

extension Endpoint {
    init<Found: Record>(querying name: String) where Output == Page<Found> {
        self.init(name: name) { outcome, reply in
            guard case .page(let msgId, let table, let faults) = outcome else { return Page([]) }
            return Page(table.rows(Found.layout.read), faults: faults.map(Fault.init), msgId: msgId, reply: reply)
        }
    }
}
