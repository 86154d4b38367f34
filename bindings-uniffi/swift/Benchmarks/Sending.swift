#if os(Linux)
    import CCurl
    import Foundation
    import QinceLeads
    import TestSupport

    /// Sending adds to the sandbox, ten at once; and the same many requests by libcurl alone.
    final class Sending: Sendable {
        private static let adds = 200
        private static let atOnce = 10
        private static let lead = AddLead(empName: "负责人", cusName: "示例公司")

        private let client: QinceLeads
        private let request: SignedRequest

        /// - Parameter account: The account of a running sandbox.
        init(_ account: Account) throws {
            client = QinceLeads(account: account)
            request = try account.sign(Self.lead)
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
            let headers = curl_slist_append(nil, "Content-Type: application/json")
            defer { curl_slist_free_all(headers) }
            let handles = (0..<Self.atOnce).map { _ in handle(headers) }
            defer { for easy in handles { curl_easy_cleanup(easy) } }
            for easy in handles { curl_multi_add_handle(multi, easy) }
            var (begun, done, count) = (handles.count, 0, Int32(0))
            while done < Self.adds {
                curl_multi_perform(multi, &count)
                while let message = curl_multi_info_read(multi, &count) {
                    precondition(message.pointee.data.result == CURLE_OK, "a request failed")
                    let easy = message.pointee.easy_handle
                    curl_multi_remove_handle(multi, easy)
                    done += 1
                    if begun < Self.adds {
                        curl_multi_add_handle(multi, easy)
                        begun += 1
                    }
                }
                if done < Self.adds { curl_multi_poll(multi, nil, 0, 1000, nil) }
            }
            return done
        }

        private func handle(_ headers: UnsafeMutablePointer<curl_slist>?) -> UnsafeMutableRawPointer {
            let easy = curl_easy_init()!
            ccurl_set_pointer(easy, CURLOPT_URL, request.url)
            ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
            ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, request.body)
            ccurl_set_taker(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
            return easy
        }
    }
#endif
