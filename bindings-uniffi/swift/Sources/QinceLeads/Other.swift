import QinceLeadsCore

/// A request to any endpoint of the vendor, for those who need more than leads: signed, tried again and read as the operations
/// of this SDK are, and checked by nobody but the service. What comes back is the receipt's ``Receipt/data``.
public struct Other: Callable, Hashable {
    public static let endpoint = Endpoint<Receipt>(writing: "other")

    /// The path between `/api/` and the openid, such as `customer/v1/queryCustomer`.
    public var path: String
    /// The body: an object or a list, sent as it stands.
    public var payload: Json
    /// Whether it may be sent again where it may have been carried out. Where it may not, its call then ends with
    /// ``QinceError/uncertain(_:)``.
    public var `repeat`: Bool

    /// - Parameters:
    ///   - path: The path between `/api/` and the openid.
    ///   - payload: The body: an object or a list.
    ///   - repeat: Whether it may be sent again where it may have been carried out, as a query may.
    public init(path: String, payload: Json, repeat: Bool = true) {
        self.path = path
        self.payload = payload
        self.repeat = `repeat`
    }

    public var content: CallContent {
        CallContent(core: .other(path: path, json: payload.text, repeat: `repeat`))
    }
}
