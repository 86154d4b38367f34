//! How the SDK compares with its peers: ratios within one run, never absolute times.

use std::borrow::Cow;

use anyhow::{Context, bail, ensure};
use serde_json::Value;

use crate::lang::Language;
use crate::setup::{self, Says, Task};
use crate::table;

/// Measures each language and prints its table; fails where a promised target is missed.
pub(crate) fn run(languages: &[&dyn Language]) -> anyhow::Result<()> {
    setup::prepare(&[Task::Bench], languages, Says::Missing)?;
    let mut missed = Vec::new();
    for language in languages {
        let ratios = language.bench()?;
        println!("\n{}\n\n{}", language.name(), render(&ratios));
        missed.extend(missed_targets(language.name(), &ratios));
    }
    ensure!(missed.is_empty(), "targets missed: {}", missed.join("; "));
    Ok(())
}

/// Reads the rows that a language's own benches print as JSON.
pub(crate) fn rows(printed: &str) -> anyhow::Result<Vec<Ratio>> {
    let rows: Vec<Value> = serde_json::from_str(printed).context("the benches print no rows")?;
    rows.iter().map(Ratio::of_row).collect()
}

/// How one thing compares with another.
pub(crate) struct Ratio {
    what: Cow<'static, str>,
    against: Cow<'static, str>,
    ratio: f64,
    measure: Measure,
    bound: Bound,
}

#[derive(Clone, Copy)]
enum Measure {
    /// Time or memory: less is better.
    Cost,
    /// How many times as fast: more is better.
    Speed,
}

#[derive(Clone, Copy)]
enum Bound {
    None,
    AtMost(f64),
    AtLeast(f64),
    /// Not promised.
    AimBelow(f64),
    /// Not promised.
    AimAbove(f64),
}

impl Ratio {
    /// What something costs, in costs of something else.
    pub(crate) fn cost(
        what: impl Into<Cow<'static, str>>,
        against: impl Into<Cow<'static, str>>,
        ratio: f64,
    ) -> Self {
        let (what, against) = (what.into(), against.into());
        Self { what, against, ratio, measure: Measure::Cost, bound: Bound::None }
    }

    /// How many times as fast as something else it is.
    pub(crate) fn speed(
        what: impl Into<Cow<'static, str>>,
        against: impl Into<Cow<'static, str>>,
        ratio: f64,
    ) -> Self {
        Self { measure: Measure::Speed, ..Self::cost(what, against, ratio) }
    }

    pub(crate) fn at_most(self, bound: f64) -> Self {
        Self { bound: Bound::AtMost(bound), ..self }
    }

    pub(crate) fn at_least(self, bound: f64) -> Self {
        Self { bound: Bound::AtLeast(bound), ..self }
    }

    pub(crate) fn aim_below(self, bound: f64) -> Self {
        Self { bound: Bound::AimBelow(bound), ..self }
    }

    /// Reads a row of what a language's own benches print: `what`, `against`, `cost` or `speed`, and at most one of
    /// `at_most`, `at_least`, `aim_below` and `aim_above`.
    fn of_row(row: &Value) -> anyhow::Result<Self> {
        let mut ratio = None;
        let (mut what, mut against, mut bound) = (None, None, Bound::None);
        for (name, value) in row.as_object().context("a row is an object")? {
            let number = value.as_f64();
            let measured = |measure| number.map(|number| (measure, number));
            match (name.as_str(), number) {
                ("what", None) => what = value.as_str(),
                ("against", None) => against = value.as_str(),
                ("cost", _) => ratio = measured(Measure::Cost),
                ("speed", _) => ratio = measured(Measure::Speed),
                ("at_most", Some(limit)) => bound = Bound::AtMost(limit),
                ("at_least", Some(limit)) => bound = Bound::AtLeast(limit),
                ("aim_below", Some(limit)) => bound = Bound::AimBelow(limit),
                ("aim_above", Some(limit)) => bound = Bound::AimAbove(limit),
                _ => bail!("a row says `{name}`: {value}"),
            }
        }
        let (measure, ratio) = ratio.with_context(|| format!("a row without a ratio: {row}"))?;
        let (what, against) = what.zip(against).context("a row without words")?;
        let (what, against) = (what.to_owned().into(), against.to_owned().into());
        Ok(Self { what, against, ratio, measure, bound })
    }

    /// The target in words and whether it is met, where there is one.
    fn target(&self) -> Option<(String, bool)> {
        match self.bound {
            Bound::None => None,
            Bound::AtMost(bound) => Some((format!("at most {bound}"), self.ratio <= bound)),
            Bound::AtLeast(bound) => Some((format!("at least {bound}"), self.ratio >= bound)),
            Bound::AimBelow(bound) => Some((format!("aim: below {bound}"), self.ratio < bound)),
            Bound::AimAbove(bound) => Some((format!("aim: above {bound}"), self.ratio > bound)),
        }
    }

    /// Whether missing the target is a failure.
    fn is_promised(&self) -> bool {
        matches!(self.bound, Bound::AtMost(_) | Bound::AtLeast(_))
    }

    fn row(&self) -> [String; 5] {
        let ratio = match self.measure {
            Measure::Cost => format!("{:5.2}", self.ratio),
            Measure::Speed => format!("{:5.2} times as fast", self.ratio),
        };
        let (target, met) = match self.target() {
            None => (String::new(), ""),
            Some((target, true)) => (target, "yes"),
            Some((target, false)) => (target, "no"),
        };
        [self.what.to_string(), self.against.to_string(), ratio, target, met.to_owned()]
    }
}

/// The rows that miss what is promised, each with its ratio and its target.
fn missed_targets(language: &str, ratios: &[Ratio]) -> Vec<String> {
    let promised = ratios.iter().filter(|ratio| ratio.is_promised());
    let missed = promised.filter_map(|ratio| {
        let (target, _) = ratio.target().filter(|(_, is_met)| !is_met)?;
        let Ratio { what, against, ratio, .. } = ratio;
        Some(format!("{language}: {what} against {against}: {ratio:.3}, {target}"))
    });
    missed.collect()
}

fn render(ratios: &[Ratio]) -> String {
    let head = ["what", "against", "ratio", "target", "met"].map(str::to_owned);
    table::render(head, ratios.iter().map(Ratio::row))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_says_whether_its_target_is_met() {
        let table = render(&[
            Ratio::cost("signing", "MD5", 1.756).at_most(1.75),
            Ratio::speed("reading", "serde_json", 2.0).at_least(2.0),
            Ratio::speed("all of it", "serde_json", 12.345),
            Ratio::cost("reading", "MD5", 0.9).aim_below(1.0),
            Ratio { bound: Bound::AimAbove(4.0), ..Ratio::speed("signing", "pydantic", 3.9) },
        ]);
        let expected = "\
what       against     ratio                target        met
---------  ----------  -------------------  ------------  ---
signing    MD5          1.76                at most 1.75  no
reading    serde_json   2.00 times as fast  at least 2    yes
all of it  serde_json  12.35 times as fast
reading    MD5          0.90                aim: below 1  yes
signing    pydantic     3.90 times as fast  aim: above 4  no
";
        assert_eq!(table, expected);
    }

    #[test]
    fn rows_are_read_as_benches_print_them() {
        let rows = rows(
            r#"[{"what":"signing","against":"MD5","cost":1.756,"at_most":1.75},
                {"what":"reading","against":"json","speed":2,"at_least":2.0},
                {"what":"reading","against":"MD5","cost":0.9,"aim_below":1},
                {"what":"signing","against":"pydantic","speed":3.9,"aim_above":4},
                {"what":"all of it","against":"json","speed":12.345}]"#,
        );
        let expected = "\
what       against   ratio                target        met
---------  --------  -------------------  ------------  ---
signing    MD5        1.76                at most 1.75  no
reading    json       2.00 times as fast  at least 2    yes
reading    MD5        0.90                aim: below 1  yes
signing    pydantic   3.90 times as fast  aim: above 4  no
all of it  json      12.35 times as fast
";
        assert_eq!(render(&rows.unwrap()), expected);
    }

    #[test]
    fn a_row_that_says_too_little_or_something_else_is_refused() {
        for row in [
            r#"{"what":"a","against":"b"}"#,
            r#"{"what":"a","cost":1}"#,
            r#"{"what":"a","against":"b","cost":"1"}"#,
            r#"{"what":"a","against":"b","cost":1,"at_mots":2}"#,
            "[]",
        ] {
            assert!(rows(&format!("[{row}]")).is_err(), "{row}");
        }
        assert!(rows("no JSON").is_err());
    }

    #[test]
    fn a_promise_that_is_missed_is_named_and_an_aim_is_not() {
        let missed = missed_targets(
            "rust",
            &[
                Ratio::cost("signing", "MD5", 1.756).at_most(1.75),
                Ratio::speed("reading", "serde_json", 1.999).at_least(2.0),
                Ratio::cost("reading ten pages", "one page", 10.5).at_most(10.5),
                Ratio::cost("a call", "its parts", f64::NAN).at_most(1.01),
                Ratio::cost("reading", "MD5", 1.1).aim_below(1.0),
                Ratio::speed("all of it", "serde_json", 0.1),
            ],
        );
        let expected = [
            "rust: signing against MD5: 1.756, at most 1.75",
            "rust: reading against serde_json: 1.999, at least 2",
            "rust: a call against its parts: NaN, at most 1.01",
        ];
        assert_eq!(missed, expected);
    }
}
