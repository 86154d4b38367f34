//! The core's constants: codes of errors, the defaults of a policy, what every request has, and the version.

use qince_leads::meta::camel_case;
use qince_leads::{Error, Policy, SignedRequest};

use super::super::words::literal;

pub(super) fn text() -> String {
    [codes(), policy(), request(), version()].join("\n")
}

fn codes() -> String {
    let case = |code: &&str| format!("        case .{}: {}\n", camel_case(code), literal(code));
    let cases: String = Error::CODES.iter().map(case).collect();
    format!(
        "extension QinceError {{\n    \
             /// The stable code of this kind of error, the same in every language.\n    \
             public var code: String {{\n        switch self {{\n{cases}        }}\n    }}\n}}\n"
    )
}

fn policy() -> String {
    let policy = Policy::default();
    let Policy { max_attempts, base_delay_ms, max_delay_ms, deadline_ms, jitter, .. } = policy;
    let Policy { settle_delay_ms, resend_adds, retry_codes, match_msg_id, .. } = policy;
    let retry_codes: Vec<_> = retry_codes.iter().map(|code| literal(code)).collect();
    let retry_codes = retry_codes.join(", ");
    let deadline_ms = deadline_ms.map_or_else(|| "nil".to_owned(), |ms| ms.to_string());
    format!(
        "extension Policy {{\n    \
             /// What a policy is where nothing else is said.\n    \
             public static let defaults = Policy(\n        \
                 maxAttempts: {max_attempts},\n        \
                 baseDelayMs: {base_delay_ms},\n        \
                 maxDelayMs: {max_delay_ms},\n        \
                 deadlineMs: {deadline_ms},\n        \
                 jitter: {jitter},\n        \
                 settleDelayMs: {settle_delay_ms},\n        \
                 resendAdds: {resend_adds},\n        \
                 retryCodes: [{retry_codes}],\n        \
                 matchMsgId: {match_msg_id}\n    )\n}}\n"
    )
}

fn request() -> String {
    format!(
        "extension SignedRequest {{\n    static let method = {}\n    static let contentType = {}\n}}\n",
        literal(SignedRequest::METHOD),
        literal(SignedRequest::CONTENT_TYPE)
    )
}

/// What the package calls itself by: a Swift package declares no version.
fn version() -> String {
    format!(
        "extension Host {{\n    static let version = {}\n}}\n",
        literal(env!("CARGO_PKG_VERSION"))
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_has_its_code() {
        let text = text();
        for code in Error::CODES {
            assert!(text.contains(&format!(": {}\n", literal(code))), "{code}");
        }
        assert!(text.contains("        case .httpStatus: \"http_status\"\n"));
    }

    #[test]
    fn a_policy_has_the_defaults_of_the_core() {
        let text = policy();
        assert!(text.contains("\n        maxAttempts: 4,\n"));
        assert!(text.contains("\n        deadlineMs: 60000,\n"));
        assert!(text.contains("\n        jitter: 0.5,\n"));
        assert!(text.contains("\n        retryCodes: [],\n"));
    }
}
