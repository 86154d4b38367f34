import Foundation

extension RawReply {
    /// How long the `Retry-After` header asks to wait, in milliseconds: it gives seconds, or a date.
    func retryAfterMs(nowMs: Int64) -> Int64? {
        guard let header = retryAfter?.trimmingCharacters(in: .whitespaces) else { return nil }
        if header.wholeMatch(of: #/[0-9]{1,9}(\.[0-9]+)?/#) != nil {
            return Double(header).map { Int64($0 * 1000) }
        }
        return Self.httpDate(header).map { max(0, Int64($0.timeIntervalSince1970 * 1000) - nowMs) }
    }

    /// A date in one of the three forms that HTTP knows.
    private static func httpDate(_ text: String) -> Date? {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        for form in ["EEE, dd MMM yyyy HH:mm:ss zzz", "EEEE, dd-MMM-yy HH:mm:ss zzz", "EEE MMM d HH:mm:ss yyyy"] {
            format.dateFormat = form
            if let date = format.date(from: text) { return date }
        }
        return nil
    }
}
