import CCurl
import Foundation

/// The thread that requests run in.
final class Loop: @unchecked Sendable {
    enum Order {
        case begin(Exchange, CheckedContinuation<Curl.Reply, any Error>)
        /// It may come before the request begins, and after it ended.
        case cancel(Exchange)
    }

    /// How long a thread with nothing to do keeps its connections.
    private static let rest = Duration.seconds(60)

    /// How long a thread that could not be woken takes at most to see what it is to do.
    private static let lookMs: Int32 = 1000

    private static let isReady: Bool = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    private let settings: Curl.Settings
    // The lock is held whenever these are touched.
    private let lock = NSLock()
    private var orders: [Order] = []
    private var multi: UnsafeMutableRawPointer?
    private var isUnused = false

    init(_ settings: Curl.Settings) {
        self.settings = settings
    }

    /// Has the thread do something, and begins one where there is none.
    func take(_ order: Order) {
        let isTaken = lock.withLock {
            if let multi {
                curl_multi_wakeup(multi)
            } else if let begun = Self.makeMulti() {
                multi = begun
                let thread = Threaded(multi: begun)
                Thread.detachNewThread { self.run(thread.multi) }
            } else {
                return false
            }
            orders.append(order)
            return true
        }
        // Not under the lock: a task that is being cancelled may hold one of its own while it waits for this.
        if !isTaken, case .begin(_, let continuation) = order {
            let text = "libcurl cannot be used: it is short of descriptors or memory"
            continuation.resume(throwing: Curl.Failure(wasSent: false, text: text))
        }
    }

    /// Says that no request will come, so that the thread need not rest.
    func end() {
        lock.withLock {
            isUnused = true
            if let multi { curl_multi_wakeup(multi) }
        }
    }

    /// Without descriptors to spare libcurl makes a handle that cannot be woken, which is of no use.
    private static func makeMulti() -> UnsafeMutableRawPointer? {
        guard isReady, let multi = curl_multi_init() else { return nil }
        guard curl_multi_wakeup(multi) == CURLM_OK else {
            curl_multi_cleanup(multi)
            return nil
        }
        return multi
    }

    /// What is to be done; `nil` where the thread is to end, having rested since then.
    private func next(idleSince: ContinuousClock.Instant?) -> [Order]? {
        lock.withLock {
            if let idleSince, orders.isEmpty, isUnused || ContinuousClock.now - idleSince > Self.rest {
                multi = nil
                return nil
            }
            defer { orders = [] }
            return orders
        }
    }

    private func run(_ multi: UnsafeMutableRawPointer) {
        ignoreBrokenPipes()
        var running: [UnsafeMutableRawPointer: Exchange] = [:]
        var lastRun = ContinuousClock.now
        while let orders = next(idleSince: running.isEmpty ? lastRun : nil) {
            for order in orders {
                switch order {
                case .begin(let exchange, let continuation):
                    guard let easy = exchange.begin(settings, continuation) else { continue }
                    if curl_multi_add_handle(multi, easy) == CURLM_OK {
                        running[easy] = exchange
                    } else {
                        exchange.end(CURLE_OUT_OF_MEMORY, settings)
                    }
                case .cancel(let exchange):
                    if let easy = exchange.easy {
                        curl_multi_remove_handle(multi, easy)
                        running[easy] = nil
                    }
                    exchange.cancel()
                }
            }
            var count: Int32 = 0
            curl_multi_perform(multi, &count)
            while let message = curl_multi_info_read(multi, &count) {
                let (easy, code) = (message.pointee.easy_handle!, message.pointee.data.result)
                curl_multi_remove_handle(multi, easy)
                running.removeValue(forKey: easy)?.end(code, settings)
            }
            if !running.isEmpty { lastRun = .now }
            // It returns at once where there is an order.
            curl_multi_poll(multi, nil, 0, Self.lookMs, &count)
        }
        curl_multi_cleanup(multi)
    }
}

/// Carries the handle into its thread.
private struct Threaded: @unchecked Sendable {
    let multi: UnsafeMutableRawPointer
}

/// A peer that went away is an error in this thread, and not the end of the process: some TLS libraries write without saying so.
private func ignoreBrokenPipes() {
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &signals, nil)
}
