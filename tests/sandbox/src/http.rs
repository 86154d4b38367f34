//! Requests and replies as values: HTTP without a connection.

use percent_encoding::percent_decode_str;
use serde::Serialize;
use serde_json::json;

/// A request that came in, whichever way it came.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// Path and query, as they stand in the request line.
    pub target: String,
    /// The body; empty if there is none.
    pub body: Vec<u8>,
}

impl Request {
    /// The path, still with its escapes.
    #[must_use]
    pub fn path(&self) -> &str {
        self.target.split(['?', '#']).next().unwrap_or_default()
    }

    /// The parameters of the query.
    pub(crate) fn query(&self) -> impl Iterator<Item = (String, String)> + '_ {
        let query = self.target.split_once('?').map_or("", |(_, query)| query);
        form_urlencoded::parse(query.as_bytes()).into_owned()
    }

    /// Whether the request is for the sandbox itself rather than for the service that it plays.
    #[must_use]
    pub fn is_for_sandbox(&self) -> bool {
        self.path() == "/_sandbox" || self.path().starts_with("/_sandbox/")
    }
}

/// A segment of a path without its escapes; `None` where they are no text.
pub(crate) fn decoded(segment: &str) -> Option<String> {
    percent_decode_str(segment).decode_utf8().ok().map(Into::into)
}

/// A reply, ready to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// Names, in lower case, and values. How long the body is goes without saying.
    pub headers: Vec<(&'static str, String)>,
    /// The body, compressed where the headers say so.
    pub body: Vec<u8>,
}

impl Reply {
    /// A reply that says no more than its status.
    pub(crate) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new() }
    }

    /// HTML that says no more than its status, as a web server in front of the service answers.
    #[must_use]
    pub fn page(status: u16) -> Self {
        let title = format!("{status} {}", reason(status));
        let html = format!(
            "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n</body>\r\n</html>\r\n"
        );
        Self {
            status,
            headers: vec![("content-type", "text/html;charset=utf-8".to_owned())],
            body: html.into_bytes(),
        }
    }

    /// A reply of the sandbox itself.
    pub(crate) fn json(status: u16, value: &impl Serialize) -> Self {
        Self {
            status,
            headers: vec![("content-type", "application/json".to_owned())],
            body: serde_json::to_vec(value).unwrap_or_default(),
        }
    }

    /// The sandbox itself failed.
    pub(crate) fn broken(error: &dyn std::fmt::Display) -> Self {
        Self::json(500, &json!({ "error": format!("the sandbox failed: {error}") }))
    }

    /// The same reply with this body.
    pub(crate) fn carrying(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// The same reply with one more header.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }
}

/// What a status is called.
fn reason(status: u16) -> &'static str {
    match status {
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Payload Too Large",
        502 => "Bad Gateway",
        _ => "Internal Server Error",
    }
}

#[cfg(test)]
mod tests {
    use super::{Request, decoded};

    fn to(target: &str) -> Request {
        Request { target: target.to_owned(), ..Request::default() }
    }

    #[test]
    fn a_target_is_a_path_and_parameters() {
        let request = to("/_sandbox/leads?code=L%201&limit=2");
        assert_eq!(request.path(), "/_sandbox/leads");
        let parameters: Vec<_> = request.query().collect();
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(parameters, [pair("code", "L 1"), pair("limit", "2")]);
        assert!(request.is_for_sandbox() && !to("/api/x").is_for_sandbox());
    }

    #[test]
    fn escapes_that_are_no_text_are_none() {
        assert_eq!(decoded("%E7%94%B2").as_deref(), Some("甲"));
        assert_eq!(decoded("%E7"), None);
    }
}
