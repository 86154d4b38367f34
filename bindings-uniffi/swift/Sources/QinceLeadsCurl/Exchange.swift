import CCurl
import Foundation

/// One request and its reply. All but `init` happens in the thread of a ``Loop``.
final class Exchange: @unchecked Sendable {
    private let request: Curl.Request
    private var continuation: CheckedContinuation<Curl.Reply, any Error>?
    private var isCancelled = false

    /// The handle while it runs.
    private(set) var easy: UnsafeMutableRawPointer?
    private var headers: UnsafeMutablePointer<curl_slist>?
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    /// Whether the request may have begun to leave.
    private var wasSent = false
    private var fields: [(name: String, value: String)] = []
    private var isHeadWhole = false
    private var body = Data()
    private var room = 0

    init(_ request: Curl.Request) {
        self.request = request
        words.initialize(to: 0)
    }

    deinit {
        words.deallocate()
    }

    /// Makes the handle; none where the request ends before it begins.
    func begin(
        _ settings: Curl.Settings, _ continuation: CheckedContinuation<Curl.Reply, any Error>
    ) -> UnsafeMutableRawPointer? {
        self.continuation = continuation
        if isCancelled {
            cancel()
            return nil
        }
        guard let easy = curl_easy_init() else {
            finish(.failure(Curl.Failure(wasSent: false, text: "libcurl is out of memory")))
            return nil
        }
        self.easy = easy
        room = settings.maxBody
        prepare(easy, settings)
        return easy
    }

    private func prepare(_ easy: UnsafeMutableRawPointer, _ settings: Curl.Settings) {
        func set(_ option: CURLoption, _ number: Int) {
            ccurl_set_number(easy, option, number)
        }
        func set(_ option: CURLoption, _ text: String) {
            ccurl_set_pointer(easy, option, text)
        }
        let own = Unmanaged.passUnretained(self).toOpaque()

        set(CURLOPT_URL, request.url)
        set(CURLOPT_POST, 1)
        set(CURLOPT_POSTFIELDSIZE, request.body.utf8.count)
        set(CURLOPT_COPYPOSTFIELDS, request.body)
        // An empty value takes the header away: the body is not to wait for a "100 Continue".
        let lines =
            request.headers.map { $1.isEmpty ? "\($0);" : "\($0): \($1)" } + ["Accept-Encoding: gzip", "Expect:"]
        headers = lines.reduce(nil) { curl_slist_append($0, $1) }
        ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
        // One request on a connection at a time, so that the loss of one tells of one.
        set(CURLOPT_HTTP_VERSION, CURL_HTTP_VERSION_1_1)
        set(CURLOPT_HTTP_CONTENT_DECODING, 0)
        set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_TIMEOUT_MS, request.timeout.wholeMilliseconds)
        set(CURLOPT_CONNECTTIMEOUT_MS, request.connectTimeout.wholeMilliseconds)
        if let proxy = settings.proxy { set(CURLOPT_PROXY, proxy) }
        if let caFile = settings.caFile { set(CURLOPT_CAINFO, caFile) }
        ccurl_set_pointer(easy, CURLOPT_ERRORBUFFER, words)

        ccurl_set_pointer(easy, CURLOPT_PREREQDATA, own)
        ccurl_set_starter(easy) { own, _, _, _, _ in exchange(own).start() }
        ccurl_set_pointer(easy, CURLOPT_HEADERDATA, own)
        ccurl_set_taker(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, own in
            exchange(own).takeLine(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
        ccurl_set_pointer(easy, CURLOPT_WRITEDATA, own)
        ccurl_set_taker(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, own in
            exchange(own).takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
        }
    }

    /// A connection stands, and the request is about to leave.
    ///
    /// libcurl sends a request again where a kept connection closes without a reply. The service may have read the first one, so
    /// the second does not leave.
    private func start() -> Int32 {
        guard !wasSent else { return CURL_PREREQFUNC_ABORT }
        wasSent = true
        return CURL_PREREQFUNC_OK
    }

    private func takeLine(_ line: UnsafeRawBufferPointer) -> Int {
        let text = trimmed(line[...])
        if text.starts(with: "HTTP/".utf8) {
            // The head of a reply, after those that only say to go on.
            (fields, isHeadWhole) = ([], false)
        } else if text.isEmpty {
            isHeadWhole = true
        } else if let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            let (name, value) = (text[..<colon], trimmed(text[(colon + 1)...]))
            fields.append((String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return line.count
    }

    private func takeBody(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard body.count + bytes.count <= room else { return 0 }
        body.append(contentsOf: bytes)
        return bytes.count
    }

    /// The request is over.
    func end(_ code: CURLcode, _ settings: Curl.Settings) {
        guard let easy else { return }
        if code == CURLE_OK && !isHeadWhole {
            // libcurl takes what came of it for all of it.
            finish(
                .failure(Curl.Failure(wasSent: wasSent, text: "the connection was closed within the head of the reply"))
            )
        } else if code == CURLE_OK {
            let status = ccurl_number(easy, CURLINFO_RESPONSE_CODE)
            finish(.success(Curl.Reply(status: status, headers: fields, body: body)))
        } else {
            finish(.failure(Curl.Failure(wasSent: wasSent, text: said(of: code, easy, settings))))
        }
    }

    /// What libcurl says of a failure, with the proxy where that is what failed.
    private func said(of code: CURLcode, _ easy: UnsafeMutableRawPointer, _ settings: Curl.Settings) -> String {
        if code == CURLE_WRITE_ERROR { return "the body is longer than \(room) bytes" }
        if code == CURLE_ABORTED_BY_CALLBACK { return "the connection was closed before a reply came" }
        var said = String(cString: words[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(words))
        // It quotes a proxy that it cannot read, password and all.
        if said.contains("@") { said = String(cString: curl_easy_strerror(code)) }
        guard !wasSent, ccurl_uses_proxy(easy) else { return said }
        return "proxy \(settings.proxy.map(withoutCredentials) ?? peer(of: easy)): \(said)"
    }

    func cancel() {
        isCancelled = true
        finish(.failure(Curl.Failure(wasSent: wasSent, text: "cancelled")))
    }

    private func finish(_ result: Result<Curl.Reply, any Error>) {
        curl_easy_cleanup(easy)
        curl_slist_free_all(headers)
        (easy, headers, body) = (nil, nil, Data())
        continuation?.resume(with: result)
        continuation = nil
    }
}

/// The exchange that a callback is given.
private func exchange(_ own: UnsafeMutableRawPointer?) -> Exchange {
    Unmanaged<Exchange>.fromOpaque(own!).takeUnretainedValue()
}

/// The octets between spaces and line breaks.
private func trimmed(_ octets: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
    let isSpace: (UInt8) -> Bool = { $0 <= UInt8(ascii: " ") }
    var text = octets.drop(while: isSpace)
    while let last = text.last, isSpace(last) { text.removeLast() }
    return text
}

private func peer(of easy: UnsafeMutableRawPointer) -> String {
    let address = ccurl_text(easy, CURLINFO_PRIMARY_IP).map { String(cString: $0) } ?? ""
    return "\(address):\(ccurl_number(easy, CURLINFO_PRIMARY_PORT))"
}

private func withoutCredentials(_ url: String) -> String {
    // A password may hold any sign, and a proxy may come without a scheme.
    url.replacingOccurrences(of: "^([A-Za-z0-9+.-]+://)?.*@", with: "$1", options: .regularExpression)
}

extension Duration {
    /// At least one, since none would be no limit.
    fileprivate var wholeMilliseconds: Int {
        max(1, Int((self / .milliseconds(1)).rounded(.up)))
    }
}
