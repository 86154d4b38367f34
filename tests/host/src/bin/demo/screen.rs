//! What the demo prints: at most 100 columns wide, Chinese characters counting as two.

use std::fmt::Display;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

const COLUMNS: usize = 100;
const MARGIN: usize = 22;

pub(crate) fn title(base_url: &str) {
    println!("qince-leads: the main job, against the sandbox at {base_url}");
}

pub(crate) fn step(number: usize, title: &str) {
    println!("\n{number}  {title}\n");
}

/// A line with what it is about in front, and what kind of line it is; both may be empty.
pub(crate) fn line(about: &str, kind: &str, text: impl Display) {
    let text = shortened(&text.to_string(), COLUMNS - MARGIN);
    println!("   {about:<12} {kind:<5} {text}");
}

/// What was seen to be as it should be.
pub(crate) fn ok(text: impl Display) {
    line("", "ok", text);
}

/// The text, cut where it takes more columns than there are.
pub(crate) fn shortened(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut taken = 0;
    let fits = |character: &char| {
        taken += character.width().unwrap_or(0);
        taken < columns
    };
    text.chars().take_while(fits).chain(['…']).collect()
}
