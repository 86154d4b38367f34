//! The names of errors and rules, how a policy is where nothing is said, and what every request has.

use anyhow::Context;
use qince_leads::{Endpoint, Error, Policy, Rule, SignedRequest};

use super::{comment, literal};

/// Where the package declares its version.
const POM: &str = include_str!("../../../../bindings-uniffi/kotlin/pom.xml");

pub(super) fn text() -> anyhow::Result<String> {
    let rules: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    Ok([
        object(
            "ErrorCode",
            "The stable codes of errors, the same in every language.",
            Error::CODES,
        ),
        object("Rule", "The rules that a payload is held to.", &rules),
        policy(&Policy::default()),
        request()?,
    ]
    .concat())
}

fn object(name: &str, about: &str, names: &[&str]) -> String {
    let constant = |name: &&str| {
        let value = literal(name);
        format!("    public const val {}: String = {value}\n", name.to_ascii_uppercase())
    };
    let constants: String = names.iter().map(constant).collect();
    let all: String =
        names.iter().map(|name| format!("            {},\n", name.to_ascii_uppercase())).collect();
    format!(
        "\n{}public object {name} {{\n{constants}\n{}    public val ALL: List<String> =\n        listOf(\n{all}        )\n}}\n",
        comment("", &[about.to_owned()]),
        comment("    ", &["All of them.".to_owned()]),
    )
}

fn policy(policy: &Policy) -> String {
    let Policy { max_attempts, base_delay_ms, max_delay_ms, deadline_ms, jitter, .. } = policy;
    let Policy { settle_delay_ms, resend_adds, retry_codes, match_msg_id, .. } = policy;
    let retry_codes: Vec<_> = retry_codes.iter().map(|code| literal(code)).collect();
    let retry_codes = retry_codes.join(", ");
    let deadline_ms = match deadline_ms {
        Some(deadline_ms) => format!("const val DEADLINE_MS: Long = {deadline_ms}"),
        None => "val DEADLINE_MS: Long? = null".to_owned(),
    };
    let about = comment("", &["How calls are tried again where nothing else is said.".to_owned()]);
    format!(
        "\n{about}internal object PolicyDefaults {{\n    \
             const val MAX_ATTEMPTS: Int = {max_attempts}\n    \
             const val BASE_DELAY_MS: Long = {base_delay_ms}\n    \
             const val MAX_DELAY_MS: Long = {max_delay_ms}\n    \
             {deadline_ms}\n    \
             const val JITTER: Double = {jitter:?}\n    \
             const val SETTLE_DELAY_MS: Long = {settle_delay_ms}\n    \
             const val RESEND_ADDS: Boolean = {resend_adds}\n    \
             val RETRY_CODES: List<String> = listOf({retry_codes})\n    \
             const val MATCH_MSG_ID: Boolean = {match_msg_id}\n\
         }}\n"
    )
}

fn request() -> anyhow::Result<String> {
    let version = POM.split_once("<version>").and_then(|(_, rest)| rest.split_once("</version>"));
    let (version, _) = version.context("the package declares no version")?;
    Ok(format!(
        "\n{}internal object RequestConstants {{\n    \
             const val METHOD: String = {}\n    \
             const val CONTENT_TYPE: String = {}\n\n\
         {}    \
             const val OTHER: String = {}\n\n\
         {}    \
             const val VERSION: String = {}\n\
         }}\n",
        comment("", &["What every request has.".to_owned()]),
        literal(SignedRequest::METHOD),
        literal(SignedRequest::CONTENT_TYPE),
        comment("    ", &["How one to any endpoint is called.".to_owned()]),
        literal(Endpoint::OTHER.name),
        comment("    ", &["Of this package.".to_owned()]),
        literal(version),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_and_rule_is_named() {
        let text = text().unwrap();
        let rules = Rule::ALL.iter().map(|rule| rule.name());
        for name in Error::CODES.iter().copied().chain(rules) {
            let constant = name.to_ascii_uppercase();
            assert!(
                text.contains(&format!("const val {constant}: String = \"{name}\"\n")),
                "{name}"
            );
            assert!(text.contains(&format!("            {constant},\n")), "{name}");
        }
    }

    #[test]
    fn a_policy_without_a_deadline_has_none() {
        assert!(policy(&Policy::default()).contains("const val DEADLINE_MS: Long = 60000\n"));
        let endless = Policy { deadline_ms: None, ..Policy::default() };
        assert!(policy(&endless).contains("    val DEADLINE_MS: Long? = null\n"));
    }

    #[test]
    fn a_fraction_is_written_as_one() {
        let full = Policy { jitter: 1.0, ..Policy::default() };
        assert!(policy(&full).contains("const val JITTER: Double = 1.0\n"));
    }
}
