//! The names of errors and rules.

use qince_leads::{Error, Rule};

use super::super::words::literal;
use super::lines;

pub(super) fn text() -> String {
    let rules: Vec<_> = Rule::ALL.iter().map(|rule| rule.name()).collect();
    [
        "\"\"\"The stable codes of errors, and the rules that a payload is held to.\"\"\"\n"
            .to_owned(),
        "\nfrom typing import Literal, TypeAlias\n\n".to_owned(),
        names("ErrorCode", Error::CODES),
        "\"\"\"The stable code of a kind of error, the same in every language.\"\"\"\n\n"
            .to_owned(),
        names("Rule", &rules),
        "\"\"\"A rule that a payload is held to.\"\"\"\n".to_owned(),
    ]
    .concat()
}

fn names(alias: &str, names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| literal(name)).collect();
    lines(&format!("{alias}: TypeAlias = Literal["), &names, "]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_error_and_rule_is_named() {
        let text = text();
        let rules = Rule::ALL.iter().map(|rule| rule.name());
        for name in Error::CODES.iter().copied().chain(rules) {
            assert!(text.contains(&format!("    {},\n", literal(name))), "{name}");
        }
    }
}
