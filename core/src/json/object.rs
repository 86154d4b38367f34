//! Writing JSON objects.

use super::{write_member, write_string};

/// A JSON object that is written member by member: what is small and rare crosses to other languages as text.
///
/// ```
/// use qince_leads::dynamic::Object;
///
/// let mut lead = Object::default();
/// lead.text("id", "7");
/// lead.text_if("code", None);
/// lead.number("contacts", 2);
/// lead.json("tags", "[]");
/// assert_eq!(lead.finish(), r#"{"id":"7","contacts":2,"tags":[]}"#);
/// ```
pub struct Object(String);

/// One without members.
impl Default for Object {
    fn default() -> Self {
        Self("{".to_owned())
    }
}

impl Object {
    /// Adds a text.
    pub fn text(&mut self, name: &str, text: &str) {
        let mut json = String::with_capacity(text.len() + 2);
        write_string(&mut json, text);
        self.json(name, &json);
    }

    /// Adds a text, if there is one.
    pub fn text_if(&mut self, name: &str, text: Option<&str>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// Adds an integer.
    pub fn number(&mut self, name: &str, number: impl Into<i128>) {
        self.integer(name, number.into());
    }

    fn integer(&mut self, name: &str, integer: i128) {
        self.json(name, &integer.to_string());
    }

    /// Adds `true` or `false`.
    pub fn flag(&mut self, name: &str, flag: bool) {
        self.json(name, if flag { "true" } else { "false" });
    }

    /// Adds a value that is given as JSON.
    pub fn json(&mut self, name: &str, json: &str) {
        write_member(&mut self.0, name, json);
    }

    /// Adds a list of values that are given as JSON.
    pub fn list(&mut self, name: &str, list: &[String]) {
        self.json(name, &json_list(list));
    }

    /// The text.
    #[must_use]
    pub fn finish(self) -> String {
        self.0 + "}"
    }
}

/// A list of values that are given as JSON.
#[must_use]
pub fn json_list(list: &[String]) -> String {
    ["[", &list.join(","), "]"].concat()
}
