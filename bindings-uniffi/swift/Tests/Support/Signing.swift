import Foundation

/// The body of a push that was signed as the service signs.
public func pushBody(
    _ data: String, secret: String, timestamp: String = "1000", dataType: String = "salesLeads_follow",
    others: KeyValuePairs<String, String> = [:]
) -> Data {
    let digest = md5("\(data)|\(secret)|\(timestamp)")
    let members: KeyValuePairs = [
        "msgId": "m1", "data": data, "timestamp": timestamp, "digest": digest, "dataType": dataType,
    ]
    let pairs = members.map { ($0, $1) } + others.map { ($0, $1) }
    return Data(pairs.map { "\(escaped($0))=\(escaped($1))" }.joined(separator: "&").utf8)
}

/// A text as a form writes it.
private func escaped(_ text: String) -> String {
    text.utf8.map { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            String(Unicode.Scalar(byte))
        case UInt8(ascii: " "): "+"
        default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }
    }.joined()
}

/// The MD5 of a text in hex. The SDK's own signatures are held against it.
public func md5(_ text: String) -> String {
    let shifts: [[UInt32]] = [[7, 12, 17, 22], [5, 9, 14, 20], [4, 11, 16, 23], [6, 10, 15, 21]]
    let constants = (0..<64).map { UInt32(abs(sin(Double($0 + 1))) * 4_294_967_296) }
    var message = Array(text.utf8)
    let bits = UInt64(message.count) * 8
    message.append(0x80)
    while message.count % 64 != 56 { message.append(0) }
    message += (0..<8).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }

    var state: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476]
    for block in stride(from: 0, to: message.count, by: 64) {
        let words: [UInt32] = stride(from: block, to: block + 64, by: 4).map { place in
            message[place..<place + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) }
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        for i in 0..<64 {
            let (mix, word): (UInt32, Int) =
                switch i / 16 {
                case 0: ((b & c) | (~b & d), i)
                case 1: ((d & b) | (~d & c), (5 * i + 1) % 16)
                case 2: (b ^ c ^ d, (3 * i + 5) % 16)
                default: (c ^ (b | ~d), (7 * i) % 16)
                }
            let sum = mix &+ a &+ constants[i] &+ words[word]
            let shift = shifts[i / 16][i % 4]
            (a, d, c, b) = (d, c, b, b &+ (sum << shift | sum >> (32 - shift)))
        }
        state = [state[0] &+ a, state[1] &+ b, state[2] &+ c, state[3] &+ d]
    }
    let digest: [UInt8] = state.flatMap { word in [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) } }
    return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
