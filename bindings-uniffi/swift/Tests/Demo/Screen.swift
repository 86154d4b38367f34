import Foundation

/// What the demo prints: at most 100 columns wide, Chinese characters counting as two.
enum Screen {
    private static let columns = 100
    private static let margin = 22

    static func title(_ baseUrl: String) {
        print("qince-leads: the main job, against the sandbox at \(baseUrl)")
    }

    static func step(_ number: Int, _ title: String) {
        print("\n\(number)  \(title)\n")
    }

    /// A line with what it is about in front, and what kind of line it is; both may be empty.
    static func line(_ about: String, _ kind: String, _ text: String) {
        print("   \(padded(about, 12)) \(padded(kind, 5)) \(shortened(text, columns - margin))")
    }

    /// What was seen to be as it should be.
    static func ok(_ text: String) {
        line("", "ok", text)
    }

    private static func padded(_ text: String, _ length: Int) -> String {
        text + String(repeating: " ", count: max(0, length - text.count))
    }

    /// The text, cut where it takes more columns than there are.
    private static func shortened(_ text: String, _ columns: Int) -> String {
        guard text.unicodeScalars.map(width).reduce(0, +) > columns else { return text }
        var taken = 0
        var short = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            taken += width(scalar)
            if taken >= columns { break }
            short.append(scalar)
        }
        return String(short) + "…"
    }

    /// Chinese characters and their punctuation are two columns wide.
    private static func width(_ scalar: Unicode.Scalar) -> Int {
        switch scalar.value {
        case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60,
            0xFFE0...0xFFE6, 0x1F300...0x1FAFF, 0x20000...0x3FFFD:
            2
        default: 1
        }
    }
}
