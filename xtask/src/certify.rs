//! Every transport of every language, taken through the faults of `tests/faults`.

use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use serde_json::{Map, Value, json};

use crate::faults::Faults;
use crate::lang::Language;
use crate::output::{self, say};
use crate::setup::{self, Says, Task};
use crate::{cargo, generate, run, table};

/// The adds by which a transport is tried against chance where nothing else is said.
const ADDS: u32 = 500;

/// How long a driver may take for one of its parts: one that hangs is a failure, too.
const LIMIT: Duration = Duration::from_secs(15 * 60);

/// The table of what is expected, in the repository.
const TABLE: &str = "tests/faults/expected.json";

/// What was measured when it was last asked to be written, in the repository.
const MEASURED: &str = "tests/faults/measured.json";

/// What is wanted of a certification.
pub(crate) struct Wanted {
    /// The one transport to run; else all.
    pub(crate) transport: Option<String>,
    /// How many adds meet faults by chance.
    pub(crate) adds: Option<u32>,
    /// Whether the measured figures are written down.
    pub(crate) write: bool,
}

impl Wanted {
    /// The transports of a language that are to run.
    fn of(&self, language: &dyn Language) -> Vec<&'static str> {
        let is_wanted = |name: &&str| self.transport.as_deref().is_none_or(|one| one == *name);
        language.transports().iter().copied().filter(is_wanted).collect()
    }
}

/// Runs all languages, whichever fail, and prints what came of them.
pub(crate) fn run(languages: &[&dyn Language], wanted: &Wanted) -> anyhow::Result<()> {
    let languages: Vec<_> =
        languages.iter().copied().filter(|language| !wanted.of(*language).is_empty()).collect();
    ensure!(!languages.is_empty(), "no transport has this name");
    setup::prepare(&[Task::Test], &languages, Says::Missing)?;
    let mut measured = Map::new();
    let mut failed = Vec::new();
    for language in languages {
        let outcome = language.build().and_then(|()| certify(language, wanted, &mut measured));
        if let Err(error) = outcome {
            eprintln!("{}: {error:#}", language.name());
            failed.push(language.name());
        }
    }
    if !failed.is_empty() {
        bail!("not as the table says: {}", failed.join(", "));
    }
    if wanted.write {
        note(measured)?;
        generate::write()?;
    }
    Ok(())
}

/// Runs one language.
pub(crate) fn check(language: &dyn Language) -> anyhow::Result<()> {
    let wanted = Wanted { transport: None, adds: None, write: false };
    certify(language, &wanted, &mut Map::new())
}

fn certify(
    language: &dyn Language,
    wanted: &Wanted,
    measured: &mut Map<String, Value>,
) -> anyhow::Result<()> {
    let faults = Faults::start(language.name())?;
    let adds = wanted.adds.unwrap_or(ADDS).to_string();
    let mut failed = Vec::new();
    for transport in wanted.of(language) {
        for words in [[].as_slice(), &["bounds"], &["chaos", &adds]] {
            let mut driver = language.driver()?;
            driver.arg(transport).args(words).envs(faults.environment());
            say!("{transport} {}", words.join(" "));
            if let Err(error) = run::silently_within(LIMIT, &mut driver) {
                say!("{error:#}");
                failed.push(format!("{transport} {}", words.join(" ")).trim().to_owned());
            }
        }
    }
    let matrix = faults.matrix()?;
    let columns = matrix.as_object().cloned().unwrap_or_default();
    output::write(format_args!("\n{}", rendered(&expected()?, &columns)?));
    if !failed.is_empty() {
        bail!("{} failed", failed.join(", "));
    }
    for (transport, column) in columns {
        let figures = json!({
            "peak_mib": column["runs"]["peak_mib"],
            "chaos": column["runs"]["chaos"],
        });
        measured.insert(transport, figures);
    }
    Ok(())
}

/// The table of what is expected.
pub(crate) fn expected() -> anyhow::Result<Value> {
    read(TABLE)
}

/// What was measured of each transport.
pub(crate) fn measured() -> anyhow::Result<Map<String, Value>> {
    Ok(serde_json::from_value(read(MEASURED)?)?)
}

fn read(path: &str) -> anyhow::Result<Value> {
    let text = fs::read_to_string(cargo::root().join(path))?;
    serde_json::from_str(&text).with_context(|| format!("{path} is no JSON"))
}

/// The names of the faults, in order.
pub(crate) fn faults(expected: &Value) -> impl Iterator<Item = &str> {
    let rows = expected["faults"].as_array().into_iter().flatten();
    rows.filter_map(|row| row["fault"].as_str())
}

/// Notes of a table, each once, by number.
#[derive(Default)]
pub(crate) struct Notes(Vec<String>);

impl Notes {
    /// The number of this note.
    pub(crate) fn number(&mut self, note: &str) -> usize {
        let known = self.0.iter().position(|known| known == note);
        known.unwrap_or_else(|| {
            self.0.push(note.to_owned());
            self.0.len() - 1
        }) + 1
    }

    /// The notes, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().enumerate().map(|(at, note)| (at + 1, note.as_str()))
    }
}

/// A table of faults and transports, with what was measured, and the reasons of exceptions below it.
fn rendered(expected: &Value, columns: &Map<String, Value>) -> anyhow::Result<String> {
    let mut notes = Notes::default();
    let head: Vec<_> = ["fault"].into_iter().chain(columns.keys().map(String::as_str)).collect();
    let mut rows = Vec::new();
    for fault in faults(expected) {
        let cells = columns.values().map(|column| cell(column, fault, &mut notes));
        rows.push([fault.to_owned()].into_iter().chain(cells).collect::<Vec<_>>());
    }
    for (name, path) in FIGURES {
        let figures = columns.values().map(|column| figure(&column["runs"], path));
        rows.push([name.to_owned()].into_iter().chain(figures).collect());
    }
    let head = head.into_iter().map(str::to_owned).collect();
    let mut text = table::render(head, rows);
    for (number, note) in notes.iter() {
        text.push_str(&format!("{number}  {note}\n"));
    }
    Ok(text)
}

/// What came of a fault: as expected, or as excepted, or not.
fn cell(column: &Value, fault: &str, notes: &mut Notes) -> String {
    let cases = ["code", "no_code"].map(|case| &column["runs"]["cases"][format!("{fault}/{case}")]);
    let exception = &column["exceptions"][fault];
    let mark = match (exception["kind"].as_str(), cases) {
        (_, [Value::Bool(true), Value::Bool(true)]) => {
            exception["kind"].as_str().unwrap_or("as expected")
        }
        (Some("left_out"), _) => "left out",
        (_, [Value::Null, Value::Null]) => "not run",
        _ => "FAILED",
    };
    match exception["why"].as_str() {
        Some(why) => format!("{mark} {}", notes.number(why)),
        None => mark.to_owned(),
    }
}

/// What is measured of a transport, and where it stands in what is known of it.
pub(crate) const FIGURES: [(&str, &str); 5] = [
    ("peak memory, MiB", "/peak_mib"),
    ("adds met by chance", "/chaos/adds"),
    ("lost", "/chaos/lost"),
    ("doubled", "/chaos/doubled"),
    ("false failures", "/chaos/false_failures"),
];

/// A figure, or a dash where it was not measured.
pub(crate) fn figure(measured: &Value, path: &str) -> String {
    let figure = measured.pointer(path).and_then(Value::as_f64);
    figure.map_or_else(|| "-".to_owned(), |figure| format!("{figure:.0}"))
}

/// Writes down what was measured, beside what was before of other transports.
fn note(measured: Map<String, Value>) -> anyhow::Result<()> {
    let mut all: BTreeMap<_, _> = self::measured()?.into_iter().collect();
    all.extend(measured);
    let text = format!("{}\n", serde_json::to_string_pretty(&all)?);
    fs::write(cargo::root().join(MEASURED), text)
        .with_context(|| format!("cannot write {MEASURED}"))
}
