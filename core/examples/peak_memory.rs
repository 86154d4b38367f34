//! Prints the peak memory while a page of 1,000 leads is read, as a multiple of the page's own size.
//!
//! `cargo xtask bench` runs it. With `--limit N` it fails where the multiple is larger.

#[path = "../benches/core/sample.rs"]
mod sample;

use std::process::ExitCode;

use clap::Parser;
use qince_leads::{Lead, Operation, QueryLeads, RawReply};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

/// Prints the peak memory while a page is read, as a multiple of the page's size.
#[derive(Parser)]
struct Arguments {
    /// The multiple that is still good.
    #[arg(long, default_value_t = f64::INFINITY)]
    limit: f64,
}

fn main() -> ExitCode {
    let limit = Arguments::parse().limit;
    let body = sample::page(1000);
    let size = body.len();
    let profiler = dhat::Profiler::builder().testing().build();
    // The copy counts: it is the body that a host hands over.
    let page = QueryLeads::read(RawReply::new(200, body.clone())).unwrap();
    let leads: Vec<Lead> = page.iter().collect();
    let peak = dhat::HeapStats::get().max_bytes as f64 / size as f64;
    drop((leads, profiler));
    println!("{peak:.3}");
    if peak <= limit { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
