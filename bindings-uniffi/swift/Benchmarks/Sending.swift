#if os(Linux)
    import CCurl
    import Foundation
    import QinceLeads
    import TestSupport

    /// Sending adds to the sandbox, ten at once: by this package with all defaults, and by libcurl with what one writes around
    /// it. Both sign each add anew and read each reply.
    final class Sending: Sendable {
        private static let adds = 200
        private static let atOnce = 10
        private static let lead = AddLead(empName: "负责人", cusName: "示例公司")

        private let client: QinceLeads

        /// - Parameter account: The account of a running sandbox.
        init(_ account: Account) {
            client = QinceLeads(account: account)
        }

        /// All at once, of which the client sends ten.
        func ours() throws -> Int {
            let added = Noted<Int>()
            let done = DispatchSemaphore(value: 0)
            Task { [client] in
                let count = await withTaskGroup(of: Receipt?.self) { group in
                    for _ in 0..<Self.adds { group.addTask { try? await client.add(Self.lead) } }
                    return await group.reduce(into: 0) { $0 += $1?.id == nil ? 0 : 1 }
                }
                added.note(count)
                done.signal()
            }
            done.wait()
            precondition(added.all == [Self.adds], "an add failed")
            return added.all[0]
        }

        /// Ten handles, each of which begins anew when it is done.
        func byLibcurl() throws -> Int {
            let multi = curl_multi_init()!
            defer { curl_multi_cleanup(multi) }
            let transfers = (0..<Self.atOnce).map { _ in Transfer() }
            var (begun, done, count) = (0, 0, Int32(0))
            func begin(_ transfer: Transfer) throws {
                guard begun < Self.adds else { return }
                begun += 1
                transfer.prepare(try client.account.sign(Self.lead))
                curl_multi_add_handle(multi, transfer.easy)
            }
            for transfer in transfers { try begin(transfer) }
            while done < Self.adds {
                curl_multi_perform(multi, &count)
                while let message = curl_multi_info_read(multi, &count) {
                    precondition(message.pointee.data.result == CURLE_OK, "a request failed")
                    let easy = message.pointee.easy_handle
                    curl_multi_remove_handle(multi, easy)
                    let transfer = transfers.first { $0.easy == easy }!
                    let reply = try transfer.reply()
                    precondition(reply.return_code == "0", "an add failed")
                    done += 1
                    try begin(transfer)
                }
                if done < Self.adds { curl_multi_poll(multi, nil, 0, 1000, nil) }
            }
            return done
        }
    }

    /// One handle, and what came of its request.
    private final class Transfer {
        struct Reply: Decodable {
            let return_code: String
            let response_data: String?
        }

        let easy = curl_easy_init()!
        private let headers = curl_slist_append(nil, "Content-Type: application/json")
        private var body = Data()

        init() {
            ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
            ccurl_set_pointer(easy, CURLOPT_WRITEDATA, Unmanaged.passUnretained(self).toOpaque())
            ccurl_set_taker(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, transfer in
                let transfer = Unmanaged<Transfer>.fromOpaque(transfer!).takeUnretainedValue()
                transfer.body.append(UnsafeRawPointer(bytes!).assumingMemoryBound(to: UInt8.self), count: size * count)
                return size * count
            }
        }

        deinit {
            curl_easy_cleanup(easy)
            curl_slist_free_all(headers)
        }

        func prepare(_ request: SignedRequest) {
            body.removeAll(keepingCapacity: true)
            ccurl_set_pointer(easy, CURLOPT_URL, request.url)
            ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, request.body)
        }

        func reply() throws -> Reply {
            try JSONDecoder().decode(Reply.self, from: body)
        }
    }
#endif
