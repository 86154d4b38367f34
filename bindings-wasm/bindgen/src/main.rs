//! Makes JavaScript glue for the compiled core.

use std::path::PathBuf;

use clap::Parser;
use wasm_bindgen_cli_support::Bindgen;

/// Makes JavaScript glue for the compiled core.
#[derive(Parser)]
struct Arguments {
    /// The compiled core.
    input: PathBuf,
    /// The folder for the glue and the core that goes with it.
    output: PathBuf,
}

fn main() -> anyhow::Result<()> {
    let Arguments { input, output } = Arguments::parse();
    Bindgen::new()
        .input_path(input)
        .web(true)?
        .omit_default_module_path(true)
        .reset_state_function(true)
        .typescript(true)
        .out_name("core")
        .generate(output)
}
