/// Puts JSON together, as UTF-8.
struct JsonWriter {
    private var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(1024)
    }

    var text: String {
        String(decoding: bytes, as: UTF8.self)
    }

    /// An object. Each member begins with a comma, and the first one's makes room for the brace.
    @inline(__always)
    mutating func object(_ members: (inout JsonWriter) -> Void) {
        enclosed(in: "{", "}", members)
    }

    @inline(__always)
    mutating func array<Element>(_ elements: [Element], _ write: (Element, inout JsonWriter) -> Void) {
        enclosed(in: "[", "]") { out in
            for element in elements {
                out.bytes.append(UInt8(ascii: ","))
                write(element, &out)
            }
        }
    }

    @inline(__always)
    private mutating func enclosed(
        in open: Unicode.Scalar, _ close: Unicode.Scalar, _ content: (inout JsonWriter) -> Void
    ) {
        let start = bytes.count
        content(&self)
        if bytes.count == start {
            bytes.append(UInt8(ascii: open))
        } else {
            bytes[start] = UInt8(ascii: open)
        }
        bytes.append(UInt8(ascii: close))
    }

    /// What a member begins with: a comma, its name, which needs no escape, and a colon.
    @inline(__always)
    private mutating func key(_ key: StaticString) {
        key.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    @inline(__always)
    mutating func member(_ key: StaticString, _ text: String?) {
        guard let text else { return }
        self.key(key)
        string(text)
    }

    mutating func member(_ key: StaticString, _ count: Int?) {
        guard let count else { return }
        self.key(key)
        raw(String(count))
    }

    mutating func member(_ key: StaticString, _ json: Json?) {
        guard let json else { return }
        self.key(key)
        raw(json.text)
    }

    mutating func member(_ key: StaticString, _ list: [Json]?) {
        guard let list else { return }
        self.key(key)
        array(list) { $1.raw($0.text) }
    }

    mutating func member(_ key: StaticString, _ map: JsonMap?) {
        guard let map else { return }
        self.key(key)
        object { $0.members(map) }
    }

    mutating func member<Part: WireValue>(_ key: StaticString, _ part: Part?) {
        guard let part else { return }
        self.key(key)
        Part.layout.write(part, &self)
    }

    mutating func member<Part: WireValue>(_ key: StaticString, _ parts: [Part]?) {
        guard let parts else { return }
        self.key(key)
        array(parts, Part.layout.write)
    }

    mutating func member<Row: WireValue>(_ key: StaticString, _ value: MapOrRows<Row>?) {
        switch value {
        case .map(let map): member(key, map)
        case .rows(let rows): member(key, rows)
        case nil: break
        }
    }

    /// Members under names of the user's own.
    mutating func members(_ map: JsonMap) {
        for (name, json) in map {
            bytes.append(UInt8(ascii: ","))
            string(name)
            bytes.append(UInt8(ascii: ":"))
            raw(json.text)
        }
    }

    mutating func raw(_ json: String) {
        bytes.append(contentsOf: json.utf8)
    }

    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        var text = text
        text.withUTF8 { escape($0) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Most texts need no escape, and are copied as they stand.
    private mutating func escape(_ utf8: UnsafeBufferPointer<UInt8>) {
        var done = 0
        for (place, byte) in utf8.enumerated() where Self.needsEscape(byte) {
            bytes.append(contentsOf: utf8[done..<place])
            escape(byte)
            done = place + 1
        }
        bytes.append(contentsOf: utf8[done...])
    }

    private static func needsEscape(_ byte: UInt8) -> Bool {
        byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
    }

    private mutating func escape(_ byte: UInt8) {
        switch byte {
        case UInt8(ascii: "\n"): raw(#"\n"#)
        case UInt8(ascii: "\r"): raw(#"\r"#)
        case UInt8(ascii: "\t"): raw(#"\t"#)
        case ..<0x10: raw(#"\u000"# + String(byte, radix: 16))
        case ..<0x20: raw(#"\u00"# + String(byte, radix: 16))
        default: bytes += [UInt8(ascii: "\\"), byte]
        }
    }
}
