//! Every clause of `docs/spec.md` names what verifies it, and what it names is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

/// What stands before the names of what verifies a clause, at the beginning of a line.
const VERIFIED_BY: &str = "Verified by ";

/// Where the worlds are named.
const WORLDS: &str = "core/tests/worlds/main.rs";

/// A rule, and what verifies it.
struct Clause {
    id: String,
    tags: Vec<String>,
}

/// The names of all cases, by file and without their kind and operation.
type Vectors = BTreeMap<String, Vec<String>>;

/// The clauses, in their order. Each begins a paragraph with its number in bold type.
fn clauses(text: &str) -> Vec<Clause> {
    let begins =
        |paragraph: &str| Some(paragraph.strip_prefix("**")?.split_once("**")?.0.to_owned());
    let clauses = text.split("\n\n").filter_map(|paragraph| {
        let id = begins(paragraph).filter(|id| id.contains('-'))?;
        let tags = paragraph.split_once(&format!("\n{VERIFIED_BY}")).map_or("", |(_, tags)| tags);
        let tags = tags.split('`').skip(1).step_by(2).map(str::to_owned).collect();
        Some(Clause { id, tags })
    });
    clauses.collect()
}

/// What is wrong with the clauses; `complaint` says what is wrong with a tag.
fn complaints(clauses: &[Clause], complaint: impl Fn(&str) -> Option<String>) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut last = ("", 0);
    for Clause { id, tags } in clauses {
        let (section, number) = id.rsplit_once('-').unwrap_or_default();
        let expected = if section == last.0 { last.1 + 1 } else { 1 };
        if number != expected.to_string() {
            complaints.push(format!("{id}: the number {expected} expected"));
        }
        last = (section, expected);
        if tags.is_empty() {
            complaints.push(format!("{id}: nothing verifies it; end it with `{VERIFIED_BY}...`"));
        }
        let wrong = tags.iter().filter_map(|tag| complaint(tag));
        complaints.extend(wrong.map(|wrong| format!("{id}: {wrong}")));
    }
    complaints
}

/// The clauses that a page mentions and that are not there.
fn missing_clauses<'t>(text: &'t str, clauses: &[Clause]) -> Vec<&'t str> {
    let has_section = |id: &str| {
        let section = id.split_inclusive('-').next().filter(|section| section.ends_with('-'));
        section.is_some_and(|section| clauses.iter().any(|clause| clause.id.starts_with(section)))
    };
    let words = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-');
    let mentioned = words.filter(|word| has_section(word));
    mentioned.filter(|word| clauses.iter().all(|clause| clause.id != *word)).collect()
}

/// Why a tag names nothing, if it does not: neither cases nor a world, a test or a program.
fn wrong_tag(root: &Path, vectors: &Vectors, tag: &str) -> Option<String> {
    let (place, name) = tag.split_once(": ").unwrap_or((tag, ""));
    let text_of = |place: &str| fs::read_to_string(root.join(place)).unwrap_or_default();
    let (is_there, wrong) = if let Some(cases) = vectors.get(place) {
        let is_there = cases.iter().any(|case| case.starts_with(name));
        (is_there, format!("no case of `{place}` is called `{name}...`"))
    } else if place == "worlds" {
        let is_there = text_of(WORLDS).contains(&format!("name: \"{name}\""));
        (is_there, format!("no world is called `{name}`"))
    } else if name.is_empty() {
        let path = root.join(place);
        let is_there = path.exists() || path.with_extension("rs").exists();
        (is_there, format!("there is no `{place}`"))
    } else {
        let text = text_of(place);
        let is_rust = place.ends_with(".rs");
        let is_there = if is_rust { has_test(&text, name) } else { text.contains(name) };
        (is_there, format!("`{place}` has no test `{name}`"))
    };
    (!is_there).then_some(wrong)
}

/// Whether a Rust file has a test of this name.
fn has_test(text: &str, name: &str) -> bool {
    let head = format!("fn {name}(");
    let mut befores = text.match_indices(&head).map(|(at, _)| text[..at].trim_end());
    befores.any(|before| before.ends_with("#[test]"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn vectors(folder: &Path) -> anyhow::Result<Vectors> {
    let mut vectors = Vectors::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let suite: Value = serde_json::from_slice(&fs::read(&path)?)?;
        let cases = suite["cases"].as_array().with_context(|| format!("{file}: no cases"))?;
        let name = |case: &Value| {
            let name = case["name"].as_str().unwrap_or_default();
            name.split_once(": ").unwrap_or_default().1.to_owned()
        };
        vectors.insert(file, cases.iter().map(name).collect());
    }
    Ok(vectors)
}

#[test]
fn every_clause_names_what_verifies_it_and_every_vector_file_has_its_clause() -> anyhow::Result<()>
{
    let root = root();
    let vectors = vectors(&root.join("tests/vectors"))?;
    let clauses = clauses(&fs::read_to_string(root.join("docs/spec.md"))?);
    assert!(!clauses.is_empty(), "docs/spec.md has no clauses");

    let mut complaints = complaints(&clauses, |tag| wrong_tag(&root, &vectors, tag));
    let tags: Vec<_> = clauses.iter().flat_map(|clause| &clause.tags).collect();
    let is_named = |file: &String| tags.iter().any(|tag| tag.starts_with(file));
    let unnamed = vectors.keys().filter(|file| !is_named(file));
    complaints.extend(unnamed.map(|file| format!("no clause names tests/vectors/{file}")));
    for page in ["docs/spec.md", "docs/hosts.md"] {
        let text = fs::read_to_string(root.join(page))?;
        let missing = missing_clauses(&text, &clauses);
        complaints.extend(missing.into_iter().map(|id| format!("{page}: there is no {id}")));
    }
    assert!(complaints.is_empty(), "docs/spec.md:\n{}", complaints.join("\n"));
    Ok(())
}

#[test]
fn what_verifies_nothing_is_told() {
    let text = "# A\n\n**A-1** Rule.\nVerified by `a.json`, `a.json: one`,\n`core/tests/spec.rs: \
                what_verifies_nothing_is_told`, `core/tests`\n\n**A-2** Rule.\n\n**A-4** Rule.\nVerified by \
                `worlds: none`, `a.json: two`, `b.json`, `core/tests/spec.rs: no_such_test`, `core/tests/spec.rs: has_test`";
    let clauses = clauses(text);
    assert_eq!(clauses.iter().map(|clause| clause.tags.len()).collect::<Vec<_>>(), [4, 0, 5]);
    let vectors = Vectors::from([("a.json".to_owned(), vec!["one more".to_owned()])]);
    let complaints = complaints(&clauses, |tag| wrong_tag(&root(), &vectors, tag));
    let expected = [
        "A-2: nothing verifies it; end it with `Verified by ...`",
        "A-4: the number 3 expected",
        "A-4: no world is called `none`",
        "A-4: no case of `a.json` is called `two...`",
        "A-4: there is no `b.json`",
        "A-4: `core/tests/spec.rs` has no test `no_such_test`",
        "A-4: `core/tests/spec.rs` has no test `has_test`",
    ];
    assert_eq!(complaints, expected);
    assert_eq!(missing_clauses("A-1, (A-3) and UTF-8", &clauses), ["A-3"]);
}
