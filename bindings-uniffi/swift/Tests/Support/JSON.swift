/// A JSON value as it was written: numbers keep their text, members their order.
///
/// Foundation's readers lose digits of numbers and the order of members, and vectors speak of both.
public indirect enum JSON: Sendable {
    case null
    case bool(Bool)
    case number(String)
    case text(String)
    case list([JSON])
    case object([Member])

    /// A member of an object.
    public struct Member: Sendable {
        public let name: String
        public let value: JSON

        public init(_ name: String, _ value: JSON) {
            self.name = name
            self.value = value
        }
    }

    /// What is no JSON, and where.
    public struct Malformed: Error, CustomStringConvertible {
        public let description: String
    }

    /// Reads JSON. An object that gives a member twice is refused: one of the two would be lost.
    public init(_ text: String) throws(Malformed) {
        try self.init(Array(text.utf8))
    }

    /// Reads JSON that the SDK kept as it came: of members that repeat, the last one counts.
    public init(kept text: String) throws(Malformed) {
        var reader = Reader(Array(text.utf8), lastCounts: true)
        self = try reader.document()
    }

    /// Reads JSON in UTF-8.
    public init(_ bytes: [UInt8]) throws(Malformed) {
        var reader = Reader(bytes)
        self = try reader.document()
    }

    /// The members of an object, or nothing.
    public var members: [Member]? {
        if case .object(let members) = self { members } else { nil }
    }

    /// The elements of a list, or nothing.
    public var elements: [JSON]? {
        if case .list(let elements) = self { elements } else { nil }
    }

    /// A text, or nothing.
    public var string: String? {
        if case .text(let text) = self { text } else { nil }
    }

    /// A number that is an integer, or nothing.
    public var integer: Int64? {
        if case .number(let text) = self { Int64(text) } else { nil }
    }

    /// A boolean, or nothing.
    public var flag: Bool? {
        if case .bool(let flag) = self { flag } else { nil }
    }

    /// The member of this name, told apart by its bytes.
    public subscript(name: String) -> JSON? {
        members?.first { isSame($0.name, name) }?.value
    }

    /// The element at an index.
    public subscript(index: Int) -> JSON {
        elements![index]
    }

    /// Compact JSON, numbers as they were read.
    public var written: String {
        switch self {
        case .null: "null"
        case .bool(let flag): flag ? "true" : "false"
        case .number(let text): text
        case .text(let text): quoted(text)
        case .list(let elements): "[" + elements.map(\.written).joined(separator: ",") + "]"
        case .object(let members):
            "{" + members.map { quoted($0.name) + ":" + $0.value.written }.joined(separator: ",") + "}"
        }
    }

    /// The value without members that are null, at any depth.
    public var withoutNulls: JSON {
        switch self {
        case .list(let elements): return .list(elements.map(\.withoutNulls))
        case .object(let members):
            let left = members.filter { if case .null = $0.value { false } else { true } }
            return .object(left.map { Member($0.name, $0.value.withoutNulls) })
        default: return self
        }
    }

    /// Whether two values say the same: texts by their bytes, numbers by what they count, members in any order.
    public static func says(_ one: JSON, _ other: JSON) -> Bool {
        switch (one, other) {
        case (.null, .null): return true
        case (.bool(let one), .bool(let other)): return one == other
        case (.number(let one), .number(let other)): return Decimal(one) == Decimal(other)
        case (.text(let one), .text(let other)): return isSame(one, other)
        case (.list(let one), .list(let other)):
            return one.count == other.count && zip(one, other).allSatisfy(says)
        case (.object(let one), .object(let another)):
            return one.count == another.count
                && one.allSatisfy { member in
                    other[member.name].map { says(member.value, $0) } ?? false
                }
        default: return false
        }
    }
}

/// Whether two texts are the same, byte by byte: to Swift, texts are equal that only look the same.
public func isSame(_ one: String, _ other: String) -> Bool {
    one.utf8.elementsEqual(other.utf8)
}

/// A text as JSON writes it.
public func quoted(_ text: String) -> String {
    var written = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": written += "\\\""
        case "\\": written += "\\\\"
        case "\n": written += "\\n"
        case "\r": written += "\\r"
        case "\t": written += "\\t"
        case "\u{8}": written += "\\b"
        case "\u{c}": written += "\\f"
        case ..<" ":
            let digits = String(scalar.value, radix: 16)
            written += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: written.unicodeScalars.append(scalar)
        }
    }
    return written + "\""
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
    ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    public init(stringLiteral text: String) { self = .text(text) }
    public init(integerLiteral number: Int64) { self = .number(String(number)) }
    public init(booleanLiteral flag: Bool) { self = .bool(flag) }
    public init(arrayLiteral elements: JSON...) { self = .list(elements) }
    public init(dictionaryLiteral members: (String, JSON)...) { self = .object(members.map { Member($0, $1) }) }
    public init(nilLiteral: ()) { self = .null }
}

/// What a number counts: its digits without zeros at either end, and the power of ten of the last one.
private struct Decimal: Equatable {
    private var isNegative = false
    private var digits: [UInt8] = []
    private var exponent = 0

    init(_ text: String) {
        var rest = text.utf8[...]
        isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let power = rest.firstIndex { $0 == UInt8(ascii: "e") || $0 == UInt8(ascii: "E") } ?? rest.endIndex
        exponent = Int(String(rest[power...].dropFirst()) ?? "") ?? 0
        for byte in rest[..<power] {
            if byte != UInt8(ascii: ".") { digits.append(byte) }
        }
        if let point = rest[..<power].firstIndex(of: UInt8(ascii: ".")) {
            exponent -= rest.distance(from: point, to: power) - 1
        }
        digits = Array(digits.drop { $0 == UInt8(ascii: "0") })
        while digits.last == UInt8(ascii: "0") {
            digits.removeLast()
            exponent += 1
        }
        if digits.isEmpty { (isNegative, exponent) = (false, 0) }
    }
}

/// Reads JSON byte by byte.
private struct Reader {
    private let bytes: [UInt8]
    private let lastCounts: Bool
    private var place = 0

    init(_ bytes: [UInt8], lastCounts: Bool = false) {
        self.bytes = bytes
        self.lastCounts = lastCounts
    }

    mutating func document() throws(JSON.Malformed) -> JSON {
        let value = try value()
        skipBlanks()
        if place < bytes.count { throw malformed("more than one value") }
        return value
    }

    private mutating func value() throws(JSON.Malformed) -> JSON {
        skipBlanks()
        switch peek {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try list()
        case UInt8(ascii: "\""): return .text(try text())
        case let byte? where "-0123456789".utf8.contains(byte): return try number()
        default:
            for (word, value) in [("null", JSON.null), ("true", .bool(true)), ("false", .bool(false))]
            where bytes[place...].starts(with: word.utf8) {
                place += word.utf8.count
                return value
            }
            throw malformed("no value")
        }
    }

    private mutating func object() throws(JSON.Malformed) -> JSON {
        var members: [JSON.Member] = []
        place += 1
        skipBlanks()
        if take("}") { return .object([]) }
        while true {
            skipBlanks()
            guard peek == UInt8(ascii: "\"") else { throw malformed("a member without a name") }
            let name = try text()
            if let before = members.firstIndex(where: { isSame($0.name, name) }) {
                guard lastCounts else { throw malformed("a member twice") }
                members.remove(at: before)
            }
            skipBlanks()
            guard take(":") else { throw malformed("a member without a value") }
            members.append(JSON.Member(name, try value()))
            skipBlanks()
            if take("}") { return .object(members) }
            guard take(",") else { throw malformed("an object without an end") }
        }
    }

    private mutating func list() throws(JSON.Malformed) -> JSON {
        var elements: [JSON] = []
        place += 1
        skipBlanks()
        if take("]") { return .list([]) }
        while true {
            elements.append(try value())
            skipBlanks()
            if take("]") { return .list(elements) }
            guard take(",") else { throw malformed("a list without an end") }
        }
    }

    private mutating func number() throws(JSON.Malformed) -> JSON {
        let start = place
        _ = take("-")
        let whole = try digits()
        if whole.count > 1, whole.first == UInt8(ascii: "0") { throw malformed("a zero in front of a number") }
        if take(".") { _ = try digits() }
        if take("e") || take("E") {
            if !take("+") { _ = take("-") }
            _ = try digits()
        }
        return .number(String(decoding: bytes[start..<place], as: UTF8.self))
    }

    private mutating func digits() throws(JSON.Malformed) -> ArraySlice<UInt8> {
        let start = place
        while let byte = peek, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { place += 1 }
        if start == place { throw malformed("a number without digits") }
        return bytes[start..<place]
    }

    private mutating func text() throws(JSON.Malformed) -> String {
        var content: [UInt8] = []
        place += 1
        while true {
            guard let byte = peek, byte >= 0x20 else { throw malformed("a text without an end") }
            place += 1
            switch byte {
            case UInt8(ascii: "\""):
                let text = String(decoding: content, as: UTF8.self)
                guard text.utf8.elementsEqual(content) else { throw malformed("no UTF-8") }
                return text
            case UInt8(ascii: "\\"): content += String(try escape()).utf8
            default: content.append(byte)
            }
        }
    }

    private mutating func escape() throws(JSON.Malformed) -> Character {
        guard let byte = peek else { throw malformed("a text without an end") }
        place += 1
        let short: [Character: Character] = [
            "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{c}", "n": "\n", "r": "\r", "t": "\t",
        ]
        if let character = short[Character(Unicode.Scalar(byte))] { return character }
        guard byte == UInt8(ascii: "u") else { throw malformed("no escape") }
        var code = try unit()
        if (0xD800..<0xDC00).contains(code), take("\\"), take("u") {
            let low = try unit()
            guard (0xDC00..<0xE000).contains(low) else { throw malformed("half a character") }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw malformed("half a character") }
        return Character(scalar)
    }

    private mutating func unit() throws(JSON.Malformed) -> UInt32 {
        guard place + 4 <= bytes.count,
            bytes[place..<place + 4].allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
            let unit = UInt32(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
        else { throw malformed("no escape") }
        place += 4
        return unit
    }

    private var peek: UInt8? {
        place < bytes.count ? bytes[place] : nil
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        let isNext = peek == UInt8(ascii: character)
        if isNext { place += 1 }
        return isNext
    }

    private mutating func skipBlanks() {
        while let byte = peek, byte == 0x20 || (0x9...0xA).contains(byte) || byte == 0xD { place += 1 }
    }

    private func malformed(_ what: String) -> JSON.Malformed {
        JSON.Malformed(description: "no JSON: \(what) at byte \(place)")
    }
}
