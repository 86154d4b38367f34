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

        /// Ten threads, each with a connection of its own.
        func byLibcurl() throws -> Int {
            let threads = DispatchGroup()
            for _ in 0..<Self.atOnce {
                threads.enter()
                Thread.detachNewThread { [self] in
                    post(Self.adds / Self.atOnce)
                    threads.leave()
                }
            }
            threads.wait()
            return Self.adds
        }

        private func post(_ count: Int) {
            let easy = curl_easy_init()!
            defer { curl_easy_cleanup(easy) }
            let headers = curl_slist_append(nil, "Content-Type: application/json")
            defer { curl_slist_free_all(headers) }
            ccurl_set_pointer(easy, CURLOPT_URL, request.url)
            ccurl_set_pointer(easy, CURLOPT_HTTPHEADER, headers)
            ccurl_set_pointer(easy, CURLOPT_COPYPOSTFIELDS, request.body)
            ccurl_set_taker(easy, CURLOPT_WRITEFUNCTION) { _, size, count, _ in size * count }
            for _ in 0..<count {
                let code = curl_easy_perform(easy)
                precondition(code == CURLE_OK, "a request failed")
            }
        }
    }
#endif
