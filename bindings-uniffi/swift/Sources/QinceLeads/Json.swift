import Foundation
import QinceLeadsCore

/// A JSON value, kept as text, so that numbers keep all their digits.
///
/// ```swift
/// let values: [Json] = ["text", 1, true, .null, ["a", 2], ["name": "value"]]
/// let parsed = try Json(parsing: #"{"id": 6789690485561771524}"#)
/// ```
///
/// Two are equal if their texts are.
public struct Json: Hashable, Sendable {
    /// The JSON text.
    public let text: String

    /// JSON `null`.
    public static let null = Json(checked: "null")

    init(checked text: String) {
        self.text = text
    }

    /// Takes a text that is one JSON value. Spaces between its parts are dropped, and escapes that need not be; numbers keep
    /// every digit.
    ///
    /// - Throws: ``QinceError/malformed(_:)`` where it is none.
    public init(parsing text: String) throws(QinceError) {
        self.text = try calling { try compactJson(json: text) }
    }

    /// Encodes a value by Foundation's encoder.
    ///
    /// - Throws: `EncodingError` where the value has no JSON.
    public init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        text = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// A JSON string.
    public init(_ text: String) {
        var json = JsonWriter()
        json.string(text)
        self.text = json.text
    }

    /// A JSON number.
    public init(_ integer: some BinaryInteger) {
        text = String(integer)
    }

    /// JSON `true` or `false`.
    public init(_ boolean: Bool) {
        text = boolean ? "true" : "false"
    }

    /// A JSON array.
    public init(_ elements: [Json]) {
        var json = JsonWriter()
        json.array(elements) { $1.raw($0.text) }
        text = json.text
    }

    /// A JSON object.
    public init(_ members: JsonMap) {
        var json = JsonWriter()
        json.object { $0.members(members) }
        text = json.text
    }

    /// Decodes the value by Foundation's decoder.
    ///
    /// - Throws: `DecodingError` where the value is of another type.
    public func decode<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    /// What a JSON string says; `nil` where the value is no string.
    public var string: String? {
        try? decode()
    }
}

extension Json: CustomStringConvertible {
    /// The JSON text.
    public var description: String {
        text
    }
}

extension Json: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
    public init(stringLiteral text: String) {
        self.init(text)
    }

    public init(integerLiteral integer: Int64) {
        self.init(integer)
    }

    public init(booleanLiteral boolean: Bool) {
        self.init(boolean)
    }
}

extension Json: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
    public init(arrayLiteral elements: Json...) {
        self.init(elements)
    }

    public init(dictionaryLiteral members: (String, Json)...) {
        self.init(JsonMap(members))
    }
}

/// Members of a JSON object in their order, under names of one's own. Names are the same if their bytes are.
///
/// Two are equal if they hold the same members in the same order.
public struct JsonMap: Hashable, Sendable {
    private struct Member: Hashable {
        let name: Name
        var value: Json
    }

    /// A name that is compared as JSON compares it, where Swift holds texts to be equal that only look the same.
    private struct Name: Hashable {
        let text: String

        static func == (left: Self, right: Self) -> Bool {
            left.text.utf8.elementsEqual(right.text.utf8)
        }

        func hash(into hasher: inout Hasher) {
            text.utf8.forEach { hasher.combine($0) }
        }
    }

    private var members: [Member] = []

    /// No members.
    public init() {}

    /// These members. Of several with one name the last one counts, in the place of the first.
    public init(_ members: some Sequence<(String, Json)>) {
        var places: [Name: Int] = [:]
        for (text, value) in members {
            let name = Name(text: text)
            if let place = places[name] {
                self.members[place].value = value
            } else {
                places[name] = self.members.count
                self.members.append(Member(name: name, value: value))
            }
        }
    }

    /// The value under a name. Setting `nil` takes the member away.
    public subscript(name: String) -> Json? {
        get {
            place(of: name).map { members[$0].value }
        }
        set {
            switch (place(of: name), newValue) {
            case (let place?, let value?): members[place].value = value
            case (let place?, nil): members.remove(at: place)
            case (nil, let value?): members.append(Member(name: Name(text: name), value: value))
            case (nil, nil): break
            }
        }
    }

    private func place(of name: String) -> Int? {
        let name = Name(text: name)
        return members.firstIndex { $0.name == name }
    }
}

extension JsonMap: RandomAccessCollection {
    public var startIndex: Int {
        members.startIndex
    }

    public var endIndex: Int {
        members.endIndex
    }

    public subscript(position: Int) -> (name: String, value: Json) {
        (members[position].name.text, members[position].value)
    }
}

extension JsonMap: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral members: (String, Json)...) {
        self.init(members)
    }
}

extension JsonMap: CustomStringConvertible {
    /// The members as a JSON object.
    public var description: String {
        Json(self).text
    }
}

/// Members under names of one's own, or rows that hold name and value: the vendor documents both.
public enum MapOrRows<Row: WireValue>: Hashable, Sendable {
    /// An object.
    case map(JsonMap)
    /// A list of rows.
    case rows([Row])
}

extension MapOrRows: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral {
    public init(dictionaryLiteral members: (String, Json)...) {
        self = .map(JsonMap(members))
    }

    public init(arrayLiteral rows: Row...) {
        self = .rows(rows)
    }
}
