//! Prints the peak memory while a page of 1,000 leads is read, as a multiple of the page's own size.
//!
//! `cargo xtask bench` runs it.

#[path = "../benches/core/sample.rs"]
mod sample;

use qince_leads::{Lead, Operation, QueryLeads, RawReply};

#[global_allocator]
static ALLOCATOR: dhat::Alloc = dhat::Alloc;

fn main() {
    let body = sample::page(1000);
    let size = body.len();
    let profiler = dhat::Profiler::builder().testing().build();
    // The copy counts: it is the body that a host hands over.
    let page = QueryLeads::read(RawReply::new(200, body.clone())).unwrap();
    let leads: Vec<Lead> = page.iter().collect();
    let peak = dhat::HeapStats::get().max_bytes as f64 / size as f64;
    drop((leads, profiler));
    println!("{peak:.3}");
}
