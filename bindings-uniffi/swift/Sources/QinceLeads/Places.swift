import Foundation
import QinceLeadsCore

/// Reads values from the core's table: one text that they all lie in, and a stream of words that say where. A value's fields
/// come in the order of the vendor's table.
struct Places {
    private let utf8: UnsafeRawBufferPointer
    private let words: UnsafeRawBufferPointer
    private var offset = 0
    /// Of the records that are still to be read, those that have faults.
    private var faulty: ArraySlice<CoreRecordFaults>
    /// How many records were read.
    private var records: UInt32 = 0

    fileprivate init(text: UnsafeRawBufferPointer, words: UnsafeRawBufferPointer, faulty: [CoreRecordFaults]) {
        utf8 = text
        self.words = words
        self.faulty = faulty[...]
    }

    private mutating func next() -> Int {
        defer { offset += MemoryLayout<UInt32>.size }
        return Int(UInt32(littleEndian: words.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
    }

    /// Which fields are there.
    mutating func presence() -> Presence {
        let low = next()
        let high = next()
        return Presence(bits: UInt64(low) | UInt64(high) << 32)
    }

    mutating func text() -> String {
        let start = next()
        let length = next()
        return String(decoding: UnsafeRawBufferPointer(rebasing: utf8[start..<start + length]), as: UTF8.self)
    }

    mutating func count() -> Int {
        Int(text()) ?? .max
    }

    mutating func json() -> Json {
        Json(checked: text())
    }

    mutating func map() -> JsonMap {
        JsonMap(list { ($0.text(), $0.json()) })
    }

    mutating func list<Element>(_ read: (inout Places) -> Element) -> [Element] {
        let count = next()
        return [Element](unsafeUninitializedCapacity: count) { elements, initialized in
            while initialized < count {
                (elements.baseAddress! + initialized).initialize(to: read(&self))
                initialized += 1
            }
        }
    }

    /// The faults of a record, which asks once.
    mutating func faults() -> [Fault] {
        defer { records += 1 }
        guard let next = faulty.first, next.record == records else { return [] }
        faulty.removeFirst()
        return next.faults.map(Fault.init)
    }

    mutating func mapOrRows<Row>(_ read: (inout Places) -> Row) -> MapOrRows<Row> {
        next() == 0 ? .map(map()) : .rows(list(read))
    }
}

/// Which fields of a value are there: one bit for each in the order of the table, and the top one for members that are none.
struct Presence {
    let bits: UInt64

    @inline(__always)
    func has(_ field: UInt64) -> Bool {
        bits & (1 << field) != 0
    }

    var hasExtra: Bool {
        has(63)
    }
}

extension CoreTable {
    /// The values that the table holds.
    func rows<Value>(_ read: (inout Places) -> Value) -> [Value] {
        text.withUnsafeBytes { text in
            places.withUnsafeBytes { words in
                var places = Places(text: text, words: words, faulty: faults)
                return places.list(read)
            }
        }
    }
}
