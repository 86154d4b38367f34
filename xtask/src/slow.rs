//! The slowest tests, from what the runners of each language report.

use std::fs;
use std::path::Path;

use crate::folder;
use crate::table;

/// How many are shown of a language.
const SHOWN: usize = 10;

/// A test and its seconds.
#[derive(Debug, PartialEq)]
pub(crate) struct Timed {
    name: String,
    seconds: f64,
}

/// The tests in the JUnit reports of a folder.
pub(crate) fn in_reports(reports: &Path) -> anyhow::Result<Vec<Timed>> {
    let names = folder::names(reports)?;
    let mut tests = Vec::new();
    for name in names.iter().filter(|name| name.ends_with(".xml")) {
        tests.extend(in_report(&fs::read_to_string(reports.join(name))?));
    }
    Ok(tests)
}

fn in_report(xml: &str) -> Vec<Timed> {
    let cases = xml.split("<testcase ").skip(1);
    let tests = cases.filter_map(|case| {
        let name = attribute(case, "name")?;
        let class = attribute(case, "classname").filter(|class| class != "test");
        let name = class.into_iter().chain([name]).collect::<Vec<_>>().join(" ");
        Some(Timed { name, seconds: attribute(case, "time")?.replace(',', "").parse().ok()? })
    });
    tests.collect()
}

fn attribute(tag: &str, name: &str) -> Option<String> {
    // A blank goes before each but the first one.
    let tag = format!(" {tag}");
    let (_, value) = tag.split_once(&format!(" {name}=\""))?;
    let (value, _) = value.split_once('"')?;
    // Node.js escapes twice.
    let plain = [("&amp;", "&"), ("&quot;", "\""), ("&lt;", "<"), ("&gt;", ">"), ("&apos;", "'")];
    Some(plain.iter().fold(value.to_owned(), |text, (from, to)| text.replace(from, to)))
}

/// The tests that Rust's runner lists with their times.
pub(crate) fn in_log_of_rust(log: &str) -> Vec<Timed> {
    let tests = log.lines().filter_map(|line| {
        let (name, outcome) = line.strip_prefix("test ")?.rsplit_once(" ... ")?;
        let (_, seconds) = outcome.strip_suffix("s>")?.split_once('<')?;
        Some(Timed { name: name.to_owned(), seconds: seconds.parse().ok()? })
    });
    tests.collect()
}

/// The tests of which Swift's runner says when they have ended. One with arguments says so for all of them.
pub(crate) fn in_log_of_swift(log: &str) -> Vec<Timed> {
    let tests = log.lines().filter_map(|line| {
        let (test, seconds) = line.strip_suffix(" seconds.")?.rsplit_once(" after ")?;
        let (_, name) = test.strip_suffix(" passed")?.split_once(" Test ")?;
        let name = name.split_once(" with ").map_or(name, |(name, _)| name);
        // The whole run is told in the same way.
        Some(Timed { name: name.to_owned(), seconds: seconds.parse().ok()? })
            .filter(|_| name != "run")
    });
    tests.collect()
}

/// The slowest of a language's tests, in a table.
pub(crate) fn render(language: &str, mut tests: Vec<Timed>) -> String {
    let count = tests.len();
    tests.sort_by(|a, b| b.seconds.total_cmp(&a.seconds));
    let rows = tests
        .into_iter()
        .take(SHOWN)
        .map(|test| [format!("{:7.2} s", test.seconds), test.name.chars().take(140).collect()]);
    let head = ["time".to_owned(), format!("slowest of {count} tests: {language}")];
    table::render(head, rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(name: &str, seconds: f64) -> Timed {
        Timed { name: name.to_owned(), seconds }
    }

    #[test]
    fn reports_name_tests_their_classes_and_times_in_any_order() {
        let report = r#"<testsuites><testsuite name="outer" time="3">
            <testcase name="a &amp;quot;b&amp;quot; &lt;c>" time="0.5" classname="test"/>
            <testcase classname="qince.Test" name="d" time="1,002.25"><failure>time="9"</failure></testcase>
            </testsuite></testsuites>"#;
        assert_eq!(in_report(report), [timed("a \"b\" <c>", 0.5), timed("qince.Test d", 1002.25)]);
    }

    #[test]
    fn a_log_of_rusts_runner_names_tests_and_times() {
        let log = "running 2 tests\ntest a::b ... ok <0.123s>\ntest a::c ... FAILED <2.000s>\n\
                   test core/src/lib.rs - (line 1) ... ok\ntest result: ok. 2 passed; finished in 3s\n";
        assert_eq!(in_log_of_rust(log), [timed("a::b", 0.123), timed("a::c", 2.0)]);
    }

    #[test]
    fn a_log_of_swifts_runner_names_tests_and_times() {
        let log = "\u{2714} Test plain() passed after 0.013 seconds.\n\
                   \u{2714} Test given(_:) with 5 test cases passed after 1.5 seconds.\n\
                   \u{2714} Suite Some passed after 2.0 seconds.\n\
                   \u{2714} Test run with 2 tests passed after 3.0 seconds.\n";
        assert_eq!(in_log_of_swift(log), [timed("plain()", 0.013), timed("given(_:)", 1.5)]);
    }

    #[test]
    fn the_slowest_come_first_and_no_more_than_ten_of_them() {
        let tests = (0..12).map(|n| timed(&format!("t{n}"), f64::from(n))).collect();
        let table = render("rust", tests);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 2 + SHOWN);
        assert_eq!(lines[0], "time       slowest of 12 tests: rust");
        assert_eq!(lines[2], "  11.00 s  t11");
    }
}
