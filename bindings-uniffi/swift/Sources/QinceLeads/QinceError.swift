public import Foundation
import QinceLeadsCore

/// Whatever this SDK throws on purpose.
///
/// Its message says what is wrong, where, and what to do; it never holds an app key, a push secret or a digest.
public enum QinceError: Error {
    /// The account cannot be used. Nothing was signed.
    case invalidAccount(message: String)
    /// The stamp cannot be written: an empty message id, or a time outside the years 1970 to 9999.
    case invalidStamp(InvalidStamp)
    /// The payload breaks at least one rule. Nothing was signed; mend all violations at once.
    case invalidPayload(InvalidPayload)
    /// The service understood the request and refused it. Sending it again does not help.
    case rejected(Rejected)
    /// The HTTP status is outside 200-299 and the body is no reply of the service.
    case httpStatus(HttpStatus)
    /// What came is not a reply or push of the service, or of another shape.
    case malformed(Malformed)
    /// No reply came, and no attempt is left.
    ///
    /// This is how the last attempt failed; an earlier one of an operation that may be repeated may still have been carried
    /// out.
    case transport(TransportFailure)
    /// It may or may not have been carried out: an add, or another request that must not be repeated.
    ///
    /// Look it up before sending it again; an add with a `code` lets the call do so by itself.
    indirect case uncertain(Uncertain)
    /// No secret of those given signed this push: whoever sent it does not know one of them.
    case badSignature(message: String)
    /// The push is signed, but its time lies too far from now.
    case stale(Stale)
    /// An app asked a relay for an operation that it may not use.
    case forbidden(Forbidden)

    /// A stamp that cannot be written.
    public struct InvalidStamp: Hashable, Sendable {
        /// What is wrong with it.
        public let message: String
        /// What is known of the call that came to this; `nil` where there was none.
        public let progress: CallProgress?

        /// One that says this.
        public init(message: String = "", progress: CallProgress? = nil) {
            self.message = message
            self.progress = progress
        }
    }

    /// All that is wrong with a payload.
    public struct InvalidPayload: Hashable, Sendable {
        /// Everything that is wrong, not only what was found first; at most 100 are listed.
        public let violations: [Violation]
        /// How many more there are.
        public let more: Int
        /// All of it in one text.
        public let message: String
        /// What is known of the call that came to this; `nil` where there was none.
        public let progress: CallProgress?

        /// One that says this.
        public init(
            violations: [Violation], more: Int = 0, message: String = "", progress: CallProgress? = nil
        ) {
            self.violations = violations
            self.more = more
            self.message = message
            self.progress = progress
        }
    }

    /// One way in which a payload is wrong.
    public struct Violation: Hashable, Sendable {
        /// Where, in wire names: `exts[0].salesleads_ext_key`; empty where the payload as a whole is meant.
        public let path: String
        /// Which rule is broken, by its stable name.
        public let rule: String
        /// What is wrong and what to do, ready to be shown: `cus_name (客户名称): 101 characters, at most 100`.
        public let message: String
        /// The same in Chinese, for the users of a form: `客户名称：101个字符，最多100个`.
        public let messageZh: String
        /// The field's Chinese label; empty where no field is meant.
        public let label: String
        /// How many characters are allowed, where there are too many.
        public let limit: Int?
        /// How many characters there are, where there are too many.
        public let actual: Int?
        /// The texts that are allowed, where the text is none of them.
        public let allowed: [AllowedValue]

        /// One that says this.
        public init(
            path: String, rule: String, message: String = "", messageZh: String = "", label: String = "",
            limit: Int? = nil, actual: Int? = nil, allowed: [AllowedValue] = []
        ) {
            self.path = path
            self.rule = rule
            self.message = message
            self.messageZh = messageZh
            self.label = label
            self.limit = limit
            self.actual = actual
            self.allowed = allowed
        }
    }

    /// A refusal by the service, its words unchanged.
    public struct Rejected: Hashable, Sendable {
        /// `return_code` (响应编码) as sent: `1`, or a code of the vendor's appendix.
        public let returnCode: String
        /// `return_msg` (响应说明), free text.
        public let returnMsg: String?
        /// `msg_id` (请求消息ID) of the refused request, as far as the service echoes it.
        public let msgId: String?
        /// All of it in one text.
        public let message: String
        /// What is known of the call that came to this; `nil` where there was none.
        public let progress: CallProgress?
        /// The reply as it came.
        public let reply: RawReply?

        /// One that says this.
        public init(
            returnCode: String, returnMsg: String? = nil, msgId: String? = nil, message: String = "",
            progress: CallProgress? = nil, reply: RawReply? = nil
        ) {
            self.returnCode = returnCode
            self.returnMsg = returnMsg
            self.msgId = msgId
            self.message = message
            self.progress = progress
            self.reply = reply
        }
    }

    /// A status without a reply of the service.
    public struct HttpStatus: Hashable, Sendable {
        /// The HTTP status.
        public let status: Int
        /// What came with it, unchanged: often the page of something that stands between. Nothing that is printed shows it.
        public let body: Data
        /// What it says, in words.
        public let message: String
        /// What is known of the call that came to this; `nil` where there was none.
        public let progress: CallProgress?
        /// The reply as it came.
        public let reply: RawReply?

        /// One that says this.
        public init(
            status: Int, body: Data = Data(), message: String = "", progress: CallProgress? = nil,
            reply: RawReply? = nil
        ) {
            self.status = status
            self.body = body
            self.message = message
            self.progress = progress
            self.reply = reply
        }
    }

    /// Something that came and is not what the service sends.
    public struct Malformed: Hashable, Sendable {
        /// What is wrong with it.
        public let reason: String
        /// What came, unchanged, so that nothing is lost. It may hold what people wrote, so nothing that is printed shows it.
        public let body: Data
        /// The reason, in words.
        public let message: String
        /// What is known of the call that came to this; `nil` where there was none.
        public let progress: CallProgress?
        /// The reply as it came; `nil` where it was none.
        public let reply: RawReply?

        /// One that says this.
        public init(
            reason: String, body: Data = Data(), message: String = "", progress: CallProgress? = nil,
            reply: RawReply? = nil
        ) {
            self.reason = reason
            self.body = body
            self.message = message
            self.progress = progress
            self.reply = reply
        }
    }

    /// A request without a reply.
    public struct TransportFailure: Sendable {
        /// How it failed.
        public let failure: Failure
        /// What the transport threw, without openid and digest.
        public let cause: (any Error)?
        /// How it failed, in words, those of the cause included.
        public let message: String
        /// What is known of the call that came to this; `nil` where there was none.
        public let progress: CallProgress?

        /// One that says this.
        public init(
            failure: Failure, cause: (any Error)? = nil, message: String = "", progress: CallProgress? = nil
        ) {
            self.failure = failure
            self.cause = cause
            self.message = message
            self.progress = progress
        }
    }

    /// Something that may or may not have been carried out.
    public struct Uncertain: Sendable {
        /// What left it open, or ended the call before it was settled.
        public let cause: QinceError
        /// What to do about it.
        public let message: String
        /// What is known of the call that came to this; `nil` where there was none.
        public let progress: CallProgress?

        /// The code (线索编码) of the lead, by which it can be looked up; `nil` where it has none.
        public var leadCode: String? {
            progress?.leadCode
        }

        /// One that says this.
        public init(cause: QinceError, message: String = "", progress: CallProgress? = nil) {
            self.cause = cause
            self.message = message
            self.progress = progress
        }
    }

    /// A push that is too old, or from too far in the future.
    public struct Stale: Hashable, Sendable {
        /// How far its timestamp lies from the clock, in milliseconds.
        public let ageMs: Int64
        /// How far it may lie, in milliseconds.
        public let maxAgeMs: Int64
        /// Both, in words.
        public let message: String

        /// One that says this.
        public init(ageMs: Int64, maxAgeMs: Int64, message: String = "") {
            self.ageMs = ageMs
            self.maxAgeMs = maxAgeMs
            self.message = message
        }
    }

    /// An operation that a relay does not allow.
    public struct Forbidden: Hashable, Sendable {
        /// The operation's name.
        public let operation: String
        /// The same in words.
        public let message: String

        /// One that says this.
        public init(operation: String, message: String = "") {
            self.operation = operation
            self.message = message
        }
    }

    /// What is wrong, where, and what to do.
    public var message: String {
        switch self {
        case .invalidAccount(let message), .badSignature(let message): message
        case .invalidStamp(let invalid): invalid.message
        case .invalidPayload(let invalid): invalid.message
        case .rejected(let rejected): rejected.message
        case .httpStatus(let status): status.message
        case .malformed(let malformed): malformed.message
        case .transport(let failure): failure.message
        case .uncertain(let uncertain): uncertain.message
        case .stale(let stale): stale.message
        case .forbidden(let forbidden): forbidden.message
        }
    }

    /// What is known of the call that ended with this: how many requests were sent, the message id of the last one, and
    /// whether the operation may have been carried out. It is `nil` where there was no call.
    public var progress: CallProgress? {
        switch self {
        case .invalidStamp(let invalid): invalid.progress
        case .invalidPayload(let invalid): invalid.progress
        case .rejected(let rejected): rejected.progress
        case .httpStatus(let status): status.progress
        case .malformed(let malformed): malformed.progress
        case .transport(let failure): failure.progress
        case .uncertain(let uncertain): uncertain.progress
        case .invalidAccount, .badSignature, .stale, .forbidden: nil
        }
    }

    /// The reply that this was read from, as it came; `nil` where none came.
    public var reply: RawReply? {
        switch self {
        case .rejected(let rejected): rejected.reply
        case .httpStatus(let status): status.reply
        case .malformed(let malformed): malformed.reply
        case .uncertain(let uncertain): uncertain.cause.reply
        case .invalidAccount, .invalidStamp, .invalidPayload, .transport, .badSignature, .stale, .forbidden: nil
        }
    }
}

/// Why a request got no reply.
public enum Failure: Hashable, Sendable {
    /// Nothing left this host.
    case notSent
    /// It may have arrived.
    case unknown
}

extension QinceError: CustomStringConvertible, LocalizedError {
    /// The message.
    public var description: String {
        message
    }

    /// The message.
    public var errorDescription: String? {
        message
    }
}

extension QinceError.HttpStatus: CustomStringConvertible, CustomReflectable {
    /// The message.
    public var description: String {
        message
    }

    /// Everything but the body, of which it gives the length.
    public var customMirror: Mirror {
        Mirror(self, children: ["message": message, "body": "\(body.count) bytes"])
    }
}

extension QinceError.Malformed: CustomStringConvertible, CustomReflectable {
    /// The message.
    public var description: String {
        message
    }

    /// Everything but the body, of which it gives the length.
    public var customMirror: Mirror {
        Mirror(self, children: ["message": message, "body": "\(body.count) bytes"])
    }
}

/// Calls the core, about a reply where there is one.
func calling<Returned>(
    _ reply: RawReply? = nil, _ core: () throws -> Returned
) throws(QinceError) -> Returned {
    do {
        return try core()
    } catch {
        throw QinceError(error, reply: reply)
    }
}

extension QinceError {
    /// The core's error, with what the transport threw, what is known of the call, and the reply that it was read from.
    init(
        _ error: any Error, cause: (any Error)? = nil, progress: CallProgress? = nil, reply: RawReply? = nil
    ) {
        self =
            switch error as? CoreError {
            case .InvalidAccount(let text): .invalidAccount(message: text)
            case .InvalidStamp(let text): .invalidStamp(InvalidStamp(message: text, progress: progress))
            case .InvalidPayload(let text, let violations, let more):
                .invalidPayload(
                    InvalidPayload(
                        violations: violations.map(Violation.init), more: Int(clamping: more), message: text,
                        progress: progress))
            case .Rejected(let text, let returnCode, let returnMsg, let msgId):
                .rejected(
                    Rejected(
                        returnCode: returnCode, returnMsg: returnMsg, msgId: msgId, message: text, progress: progress,
                        reply: reply))
            case .HttpStatus(let text, let status, let body):
                .httpStatus(
                    HttpStatus(status: Int(status), body: body, message: text, progress: progress, reply: reply))
            case .Malformed(let text, let reason, let body):
                .malformed(Malformed(reason: reason, body: body, message: text, progress: progress, reply: reply))
            case .Transport(let text, let notSent):
                .transport(
                    TransportFailure(
                        failure: notSent ? .notSent : .unknown, cause: cause,
                        message: cause.map { "\(text): \($0)" } ?? text, progress: progress))
            case .Uncertain(let text, let origin):
                .uncertain(
                    Uncertain(
                        cause: QinceError(origin, cause: cause, progress: progress, reply: reply), message: text,
                        progress: progress))
            case .BadSignature(let text): .badSignature(message: text)
            case .Stale(let text, let ageMs, let maxAgeMs):
                .stale(Stale(ageMs: Int64(clamping: ageMs), maxAgeMs: Int64(clamping: maxAgeMs), message: text))
            case .Forbidden(let text, let operation): .forbidden(Forbidden(operation: operation, message: text))
            case nil:
                // The core panicked: a mistake of this SDK's own, which must not end the host's process.
                .malformed(
                    Malformed(reason: "the core failed", message: "malformed: the core failed", progress: progress))
            }
    }
}

extension QinceError.Violation {
    init(_ violation: CoreViolation) {
        self.init(
            path: violation.path, rule: violation.rule, message: violation.message, messageZh: violation.messageZh,
            label: violation.label, limit: violation.limit.map(Int.init(clamping:)),
            actual: violation.actual.map(Int.init(clamping:)), allowed: violation.allowed.map(AllowedValue.init))
    }
}
