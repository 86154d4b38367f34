//! Words that several kinds of files share.

use qince_leads::Endpoint;
use qince_leads::meta::{Field, Shape};
use serde_json::Value;

use super::RECORDS;
use super::fields::field_rules;

/// What `extra` of a payload is.
pub(super) const EXTRA_PARAMETERS: &str =
    "Parameters that this SDK does not know, sent after the known ones in this order.";

/// What `extra` of a record is.
pub(super) const EXTRA_MEMBERS: &str =
    "Members that this SDK does not know, and those of another shape than it knows, as they came.";

/// A text as JavaScript and Python write it.
pub(super) fn literal(text: &str) -> String {
    Value::from(text).to_string()
}

/// A doc comment without its line breaks.
pub(super) fn one_line(doc: &str) -> String {
    doc.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a field takes: label, longest text, rules.
pub(super) fn about(field: &Field) -> anyhow::Result<String> {
    let max = field
        .max_chars
        .map(|max| format!("at most {max} {}", if max == 1 { "character" } else { "characters" }));
    let label = [field.label.to_owned()].into_iter().chain(max).chain(field_rules(field)?);
    Ok(label.collect::<Vec<_>>().join("; "))
}

/// What is found by its code, and ensured: names and words that follow from the add.
pub(super) struct ByCode {
    /// What the names end in, such as `_apaas`.
    pub(super) suffix: &'static str,
    /// What is added, such as `a classic lead`.
    pub(super) lead: String,
    /// The payload of the add.
    pub(super) payload: &'static str,
    /// The payload of the query that finds it.
    pub(super) query: &'static str,
    /// What is found.
    pub(super) record: &'static str,
}

/// Of each add what follows from it.
pub(super) fn by_code() -> impl Iterator<Item = ByCode> {
    Endpoint::ALL.iter().filter_map(|add| {
        let query = add.found_by()?;
        let doc = one_line(add.shape.doc);
        Some(ByCode {
            suffix: add.name.strip_prefix("add")?,
            lead: doc.strip_prefix("Adds ")?.trim_end_matches('.').to_owned(),
            payload: add.shape.name,
            query: query.shape.name,
            record: query.paging?.record.name,
        })
    })
}

/// Shapes and the parts that they are made of, each once and behind its own parts.
pub(super) fn with_parts(shapes: impl IntoIterator<Item = &'static Shape>) -> Vec<&'static Shape> {
    fn collect(shape: &'static Shape, found: &mut Vec<&'static Shape>) {
        if found.contains(&shape) {
            return;
        }
        for part in shape.fields.iter().filter_map(|field| field.kind.part()) {
            collect(part, found);
        }
        found.push(shape);
    }

    let mut found = Vec::new();
    for shape in shapes {
        collect(shape, &mut found);
    }
    found
}

/// Whether a shape is what users give or what comes back.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Direction {
    Given,
    Returned,
}

/// What users give: payloads and their parts.
pub(super) fn payloads() -> Vec<&'static Shape> {
    with_parts(Endpoint::ALL.iter().map(|endpoint| endpoint.shape))
}

/// What comes back: records and their parts.
pub(super) fn records() -> Vec<&'static Shape> {
    with_parts(RECORDS)
}

/// Words in which the fields of a shape are called by their names in a language.
pub(super) fn with_names(words: &str, shape: &Shape, name_of: impl Fn(&Field) -> String) -> String {
    shape.fields.iter().fold(words.to_owned(), |words, field| {
        let name = format!("`{}`", name_of(field));
        let known = [field.wire, field.name].map(|known| format!("`{known}`"));
        known.iter().fold(words, |words, known| words.replace(known, &name))
    })
}

/// Breaks paragraphs between words, and sets those that say something apart by an empty line.
pub(super) fn apart(paragraphs: impl IntoIterator<Item = String>, room: usize) -> Vec<String> {
    let said = paragraphs.into_iter().filter(|paragraph| !paragraph.is_empty());
    let paragraphs: Vec<_> = said.map(|paragraph| wrapped(&paragraph, room)).collect();
    paragraphs.join(&String::new())
}

/// Breaks text between words.
pub(super) fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if columns(line) + 1 + columns(word) <= room => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// How wide a text is: Chinese takes two columns a character.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum()
}
