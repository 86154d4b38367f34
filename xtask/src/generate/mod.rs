//! The files that repeat what the core's tables, and that of the faults, say. Each kind of file has a renderer, named in [`files`].

mod fields;
mod kotlin;
mod python;
mod schema;
mod swift;
mod transports;
mod typescript;
mod words;

use std::fs;
use std::path::Path;

use anyhow::{Context, bail};
use qince_leads::meta::Shape;
use qince_leads::{ApaasLead, FollowUp, Lead, Record};

use crate::{cargo, folder};

/// The folders that hold nothing but generated files.
const FOLDERS: &[&str] =
    &[schema::FOLDER, typescript::FOLDER, python::FOLDER, kotlin::FOLDER, swift::FOLDER];

/// A file as it should be, by its path in the repository.
struct GeneratedFile {
    path: String,
    text: String,
}

/// What the service returns and pushes.
const RECORDS: [&Shape; 3] = [Lead::SHAPE, ApaasLead::SHAPE, FollowUp::SHAPE];

/// Everything that is generated.
fn files() -> anyhow::Result<Vec<GeneratedFile>> {
    let mut files = schema::files()?;
    files.push(fields::file()?);
    files.push(transports::file()?);
    files.extend(typescript::files()?);
    files.extend(python::files()?);
    files.extend(kotlin::files()?);
    files.extend(swift::files()?);
    Ok(files)
}

/// Brings all generated files up to date.
pub(crate) fn write() -> anyhow::Result<()> {
    let files = files()?;
    let stale = stale(&cargo::root(), &files)?;
    for (path, state) in &stale {
        let place = cargo::root().join(path);
        match files.iter().find(|file| file.path == *path) {
            Some(file) => write_file(&place, &file.text)?,
            None => fs::remove_file(&place)?,
        }
        println!("{:<8}  {path}", state.mended());
    }
    println!("{} generated files, {} changed", files.len(), stale.len());
    Ok(())
}

fn write_file(place: &Path, text: &str) -> anyhow::Result<()> {
    let folder = place.parent().context("a file without a folder")?;
    fs::create_dir_all(folder)?;
    fs::write(place, text).with_context(|| format!("cannot write {}", place.display()))
}

/// Fails, naming them, where generated files are not as they should be.
pub(crate) fn check() -> anyhow::Result<()> {
    let files = files()?;
    let stale = stale(&cargo::root(), &files)?;
    for (path, state) in &stale {
        println!("{:<9}  {path}", state.name());
    }
    if !stale.is_empty() {
        bail!("{} generated files are stale: run `cargo xtask generate`", stale.len());
    }
    println!("{} generated files are current", files.len());
    Ok(())
}

/// What is wrong with a file.
#[derive(Clone, Copy, Debug, PartialEq)]
enum State {
    Differs,
    Missing,
    LeftOver,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Differs => "differs",
            Self::Missing => "missing",
            Self::LeftOver => "left over",
        }
    }

    fn mended(self) -> &'static str {
        match self {
            Self::Differs => "updated",
            Self::Missing => "created",
            Self::LeftOver => "removed",
        }
    }
}

/// The files that are not as they should be, left-over ones last.
fn stale(root: &Path, files: &[GeneratedFile]) -> anyhow::Result<Vec<(String, State)>> {
    let mut stale = Vec::new();
    for file in files {
        let place = root.join(&file.path);
        if !place.exists() {
            stale.push((file.path.clone(), State::Missing));
        } else if fs::read(&place)? != file.text.as_bytes() {
            stale.push((file.path.clone(), State::Differs));
        }
    }
    for folder in FOLDERS {
        let mut left_over = folder::names(&root.join(folder))?;
        left_over.retain(|name| !files.iter().any(|file| file.path == format!("{folder}/{name}")));
        let paths = left_over.iter().map(|name| format!("{folder}/{name}"));
        stale.extend(paths.map(|path| (path, State::LeftOver)));
    }
    Ok(stale)
}

#[cfg(test)]
mod tests {
    use std::{env, process};

    use super::*;

    #[test]
    fn stale_files_are_told_apart() {
        let root = env::temp_dir().join(format!("xtask-generate-{}", process::id()));
        let file = |name: &str| GeneratedFile {
            path: format!("{}/{name}", schema::FOLDER),
            text: "new".to_owned(),
        };
        let path = |name: &str| format!("{}/{name}", schema::FOLDER);
        let put = |name: &str, text: &str| write_file(&root.join(path(name)), text).unwrap();
        put("current", "new");
        put("changed", "old");
        put("unknown", "old");

        let found = stale(&root, &[file("current"), file("changed"), file("absent")]);
        fs::remove_dir_all(&root).unwrap();
        let expected = [
            (path("changed"), State::Differs),
            (path("absent"), State::Missing),
            (path("unknown"), State::LeftOver),
        ];
        assert_eq!(found.unwrap(), expected);
    }
}
