//! JSON objects of a few members, written as they come.

use qince_leads::Json;

/// An object that is being written.
#[derive(Default)]
pub(crate) struct Object(String);

impl Object {
    // Called from everywhere, and never where time counts.
    #[inline(never)]
    pub(crate) fn json(&mut self, name: &str, json: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        for piece in [Json::from(name).as_str(), ":", json] {
            self.0.push_str(piece);
        }
    }

    #[inline(never)]
    pub(crate) fn text(&mut self, name: &str, text: &str) {
        self.json(name, Json::from(text).as_str());
    }

    #[inline(never)]
    pub(crate) fn text_if(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    pub(crate) fn number(&mut self, name: &str, number: u64) {
        self.json(name, &number.to_string());
    }

    pub(crate) fn list(&mut self, name: &str, elements: impl Iterator<Item = String>) {
        let mut list = "[".to_owned();
        for (i, element) in elements.enumerate() {
            list.push_str(if i > 0 { "," } else { "" });
            list.push_str(&element);
        }
        list.push(']');
        self.json(name, &list);
    }

    pub(crate) fn finish(mut self) -> String {
        self.0.push_str(if self.0.is_empty() { "{}" } else { "}" });
        self.0
    }
}
