//! How the SDK compares with its peers: ratios within one run, never absolute times.

use crate::lang::Language;
use crate::setup::{self, Task};
use crate::table;

/// Measures each language and prints its table.
pub(crate) fn run(languages: &[&dyn Language]) -> anyhow::Result<()> {
    setup::prepare(&[Task::Bench], languages)?;
    for language in languages {
        let ratios = language.bench()?;
        println!("\n{}\n\n{}", language.name(), render(&ratios));
    }
    Ok(())
}

/// How one thing compares with another.
pub(crate) struct Ratio {
    what: &'static str,
    against: &'static str,
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
}

impl Ratio {
    /// What something costs, in costs of something else.
    pub(crate) fn cost(what: &'static str, against: &'static str, ratio: f64) -> Self {
        Self { what, against, ratio, measure: Measure::Cost, bound: Bound::None }
    }

    /// How many times as fast as something else it is.
    pub(crate) fn speed(what: &'static str, against: &'static str, ratio: f64) -> Self {
        Self { what, against, ratio, measure: Measure::Speed, bound: Bound::None }
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

    fn row(&self) -> [String; 5] {
        let ratio = match self.measure {
            Measure::Cost => format!("{:5.2}", self.ratio),
            Measure::Speed => format!("{:5.2} times as fast", self.ratio),
        };
        let (target, met) = match self.bound {
            Bound::None => (String::new(), None),
            Bound::AtMost(bound) => (format!("at most {bound}"), Some(self.ratio <= bound)),
            Bound::AtLeast(bound) => (format!("at least {bound}"), Some(self.ratio >= bound)),
            Bound::AimBelow(bound) => (format!("aim: below {bound}"), Some(self.ratio < bound)),
        };
        let met = met.map_or("", |met| if met { "yes" } else { "no" });
        [self.what.to_owned(), self.against.to_owned(), ratio, target, met.to_owned()]
    }
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
        ]);
        let expected = "\
what       against     ratio                target        met
---------  ----------  -------------------  ------------  ---
signing    MD5          1.76                at most 1.75  no
reading    serde_json   2.00 times as fast  at least 2    yes
all of it  serde_json  12.35 times as fast
reading    MD5          0.90                aim: below 1  yes
";
        assert_eq!(table, expected);
    }
}
