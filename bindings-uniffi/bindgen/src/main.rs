//! Writes UniFFI's Kotlin or Swift for the compiled core.

use std::fs;

use anyhow::{Context, ensure};
use camino::Utf8PathBuf;
use clap::{Parser, ValueEnum};
use uniffi_bindgen::bindings::{self, GenerateOptions, TargetLanguage};

/// Writes UniFFI's Kotlin or Swift for the compiled core.
#[derive(Parser)]
struct Arguments {
    /// The language.
    language: Language,
    /// The compiled core, with its symbols.
    library: Utf8PathBuf,
    /// UniFFI's settings.
    config: Utf8PathBuf,
    /// The folder for what is written.
    output: Utf8PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Language {
    Kotlin,
    Swift,
}

fn main() -> anyhow::Result<()> {
    let Arguments { language, library, config, output } = Arguments::parse();
    bindings::generate(GenerateOptions {
        languages: vec![match language {
            Language::Kotlin => TargetLanguage::Kotlin,
            Language::Swift => TargetLanguage::Swift,
        }],
        source: library,
        out_dir: output.clone(),
        config_override: Some(config),
        format: false,
        crate_filter: None,
        metadata_no_deps: true,
    })?;
    if let Language::Kotlin = language { finish(&output.join(KOTLIN)) } else { Ok(()) }
}

/// Where UniFFI puts the Kotlin of the package that its settings name.
const KOTLIN: &str = "qince/leads/internal/qince_leads.kt";

/// How UniFFI begins the types that others could see, each at the beginning of a line.
const TYPES: [&str; 9] =
    ["public ", "open ", "data ", "sealed ", "enum ", "class ", "object ", "interface ", "inline "];

/// And its functions, behind a comment or what they throw.
const FUNCTIONS: [&str; 2] = ["*/ fun ", "@Throws(CoreException::class) fun "];

/// How UniFFI has each call make a status to be told what became of it.
const STATUS: &str = "    var status = UniffiRustCallStatus()\n";

/// How one does for all calls of a thread: JNA needs longer to make it, and to forget it, than most calls take. What a call is
/// given is made by calls that are over before it begins.
const STATUS_OF_THREAD: &str =
    "    val status = STATUS.get()!!.also { it.code = UNIFFI_CALL_SUCCESS }\n";
const STATUSES: &str = "
private val STATUS = object : ThreadLocal<UniffiRustCallStatus>() {
    override fun initialValue() = UniffiRustCallStatus()
}
";

/// Makes all of it internal, as a program that uses the package has no use for it, and its calls quick.
fn finish(kotlin: &Utf8PathBuf) -> anyhow::Result<()> {
    let text = fs::read_to_string(kotlin).context("UniFFI wrote no Kotlin where it should")?;
    ensure!(text.matches(STATUS).count() == 1, "UniFFI makes the status of a call in another way");
    let mut text = text.replace(STATUS, STATUS_OF_THREAD) + STATUSES;
    for function in FUNCTIONS {
        text = text.replace(function, &function.replace("fun ", "internal fun "));
    }
    let lines = text.lines().map(|line| {
        let is_type = TYPES.iter().any(|declaration| line.starts_with(declaration));
        let declared = line.strip_prefix("public ").unwrap_or(line);
        if is_type { format!("internal {declared}\n") } else { format!("{line}\n") }
    });
    Ok(fs::write(kotlin, lines.collect::<String>())?)
}
