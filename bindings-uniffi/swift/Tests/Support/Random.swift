/// Random numbers that are the same in every run (SplitMix64).
public struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    public init(_ seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// Any text: of all planes, with control characters, marks and what JSON and forms have to escape.
    public mutating func text(upTo length: Int = 40) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0...length, using: &self) {
            let range: ClosedRange<UInt32> =
                switch Int.random(in: 0..<6, using: &self) {
                case 0: 0...0x1F
                case 1: 0x20...0x7F
                case 2: 0x80...0x7FF
                case 3: 0x4E00...0x9FFF
                case 4: 0xE000...0xFFFF
                default: 0x10000...0x10FFFF
                }
            text.append(Unicode.Scalar(UInt32.random(in: range, using: &self)) ?? "?")
        }
        return String(text)
    }

    /// Any JSON value, so many levels deep.
    public mutating func json(depth: Int = 3) -> JSON {
        switch Int.random(in: 0..<(depth > 0 ? 7 : 5), using: &self) {
        case 0: .null
        case 1: .bool(Bool.random(using: &self))
        case 2: .number(String(Int64.random(in: .min ... .max, using: &self)))
        case 3: .number("\(Int.random(in: 0...99, using: &self)).\(Int.random(in: 0...99, using: &self))e7")
        case 4: .text(text())
        case 5: .list((0..<Int.random(in: 0...3, using: &self)).map { _ in json(depth: depth - 1) })
        default: object(depth: depth - 1)
        }
    }

    /// Any JSON object.
    public mutating func object(depth: Int = 2) -> JSON {
        let count = Int.random(in: 0...3, using: &self)
        return .object((0..<count).map { JSON.Member("~\($0)\(text(upTo: 5))", json(depth: depth)) })
    }

    /// Any bytes.
    public mutating func bytes(upTo length: Int = 200) -> [UInt8] {
        (0..<Int.random(in: 0...length, using: &self)).map { _ in UInt8.random(in: .min ... .max, using: &self) }
    }
}
