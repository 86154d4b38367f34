//! What the hosts did, in files that outlive them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

/// The files of journals end so.
const SUFFIX: &str = ".journal";

/// What happened to an add.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Entry {
    /// A host found it saved by the one before.
    WentOn { code: String },
    /// A request was about to be sent.
    Sent { code: String, operation: String },
    /// It ended ok.
    Ended { code: String, id: Option<String>, settled: bool },
    /// It ended otherwise.
    Failed { code: String, error: String },
}

/// The journal of one of the calls that run at once.
pub(crate) struct Journal(File);

impl Journal {
    /// Goes on with the journal of this number, and says how many adds have ended in it.
    pub(crate) fn open(folder: &Path, number: usize) -> io::Result<(Self, usize)> {
        let path = folder.join(format!("{number}{SUFFIX}"));
        let file = OpenOptions::new().append(true).create(true).open(&path)?;
        Ok((Self(file), ended_in(&fs::read_to_string(path)?)))
    }

    /// Notes an entry, in one write: the process ends before or after it.
    pub(crate) fn note(&mut self, entry: &Entry) -> anyhow::Result<()> {
        let line = serde_json::to_string(entry)? + "\n";
        Ok(self.0.write_all(line.as_bytes())?)
    }

    /// All entries of all journals, each journal's in their order.
    pub(crate) fn all(folder: &Path) -> anyhow::Result<Vec<Entry>> {
        let texts = texts(folder)?;
        let lines = texts.iter().flat_map(|text| text.lines());
        Ok(lines.map(serde_json::from_str).collect::<Result<_, _>>()?)
    }

    /// How many adds have ended so far.
    pub(crate) fn ended(folder: &Path) -> anyhow::Result<usize> {
        Ok(texts(folder)?.iter().map(|text| ended_in(text)).sum())
    }
}

fn ended_in(text: &str) -> usize {
    let is_end = |line: &&str| line.starts_with(r#"{"ended""#) || line.starts_with(r#"{"failed""#);
    text.lines().filter(is_end).count()
}

fn texts(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut texts = Vec::new();
    for file in fs::read_dir(folder)? {
        let path = file?.path();
        if path.to_string_lossy().ends_with(SUFFIX) {
            texts.push(fs::read_to_string(path)?);
        }
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use std::{env, process};

    use super::*;

    #[test]
    fn the_next_host_reads_what_the_one_before_has_noted() {
        let folder = env::temp_dir().join(format!("qince-soak-journal-{}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        let code = || "K1".to_owned();
        let (mut journal, ended) = Journal::open(&folder, 0).unwrap();
        assert_eq!(ended, 0);
        journal.note(&Entry::Sent { code: code(), operation: "add".to_owned() }).unwrap();
        journal.note(&Entry::WentOn { code: code() }).unwrap();
        journal.note(&Entry::Ended { code: code(), id: None, settled: true }).unwrap();
        journal.note(&Entry::Failed { code: code(), error: "ended".to_owned() }).unwrap();
        let (_, ended) = Journal::open(&folder, 0).unwrap();
        let all = (Journal::ended(&folder), Journal::all(&folder));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!((ended, all.0.unwrap(), all.1.unwrap().len()), (2, 2, 4));
    }
}
