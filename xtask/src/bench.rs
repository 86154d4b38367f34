//! How the SDK compares with its peers: ratios within one run, never absolute times.

use std::borrow::Cow;

use anyhow::ensure;

use crate::lang::Language;
use crate::setup::{self, Task};
use crate::table;

/// Measures each language and prints its table; fails where a promised target is missed.
pub(crate) fn run(languages: &[&dyn Language]) -> anyhow::Result<()> {
    setup::prepare(&[Task::Bench], languages)?;
    let mut missed = Vec::new();
    for language in languages {
        let ratios = language.bench()?;
        println!("\n{}\n\n{}", language.name(), render(&ratios));
        missed.extend(missed_targets(language.name(), &ratios));
    }
    ensure!(missed.is_empty(), "targets missed: {}", missed.join("; "));
    Ok(())
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

    pub(crate) fn aim_above(self, bound: f64) -> Self {
        Self { bound: Bound::AimAbove(bound), ..self }
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
            Ratio::speed("signing", "pydantic", 3.9).aim_above(4.0),
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
