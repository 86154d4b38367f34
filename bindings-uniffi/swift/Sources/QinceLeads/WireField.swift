import QinceLeadsCore

/// A field of a payload, a record, or a part of one: what the vendor's table says of it, for forms.
public struct WireField: Hashable, Sendable {
    /// The property's name.
    public let name: String
    /// The vendor's name.
    public let wireName: String
    /// The vendor's Chinese label.
    public let label: String
    /// What it does.
    public let doc: String
    /// What it holds.
    public let kind: Kind
    /// The type of its parts.
    public let part: String?
    /// Its longest text, in characters of Unicode.
    public let maxChars: Int?
    /// The only texts that it may hold; none where it may hold any.
    public let allowed: [AllowedValue]
    /// Whether it must be given.
    public let required: Bool

    /// What a field holds.
    public enum Kind: Hashable, Sendable {
        /// Text.
        case text
        /// An id, which is text.
        case id
        /// An integer from 1 to 2147483647.
        case count
        /// Any JSON.
        case json
        /// A list of any JSON.
        case jsonList
        /// An object of any JSON.
        case jsonMap
        /// An object of any JSON, or a list of parts.
        case mapOrParts
        /// A part.
        case part
        /// A list of parts.
        case parts
    }

    init(_ field: CoreField) {
        name = field.name
        wireName = field.wireName
        label = field.label
        doc = field.doc
        kind = Kind(field.kind)
        part = field.part
        maxChars = field.maxChars.map(Int.init(clamping:))
        allowed = field.allowed.map(AllowedValue.init)
        required = field.required
    }
}

extension WireField.Kind {
    init(_ kind: CoreKind) {
        self =
            switch kind {
            case .text: .text
            case .id: .id
            case .count: .count
            case .json: .json
            case .jsonList: .jsonList
            case .jsonMap: .jsonMap
            case .mapOrParts: .mapOrParts
            case .part: .part
            case .parts: .parts
            }
    }
}

/// A text that a field may hold, where it may not hold any.
public struct AllowedValue: Hashable, Sendable {
    /// The text.
    public let value: String
    /// What it stands for, in Chinese.
    public let label: String

    /// A text that stands for this.
    public init(value: String, label: String = "") {
        self.value = value
        self.label = label
    }

    init(_ allowed: CoreAllowed) {
        self.init(value: allowed.value, label: allowed.label)
    }
}

extension WireValue {
    /// The fields in the order of the vendor's table.
    public static var fields: [WireField] {
        // It fails only for types that the core does not know, and they are all made from its tables.
        try! QinceLeadsCore.fields(shape: layout.name).map(WireField.init)
    }
}
