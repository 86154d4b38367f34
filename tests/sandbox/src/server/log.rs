//! The log: one line per request, with neither digest nor key nor body.

use std::io::Write;
use std::time::Instant;

use hyper::{Method, Uri};

use crate::api::Operation;

/// A line of the log, begun when the request comes in.
pub(super) struct Line {
    method: Method,
    address: String,
    began: Instant,
}

impl Line {
    pub(super) fn begin(method: &Method, uri: &Uri) -> Self {
        Self { method: method.clone(), address: presentable(uri.path()), began: Instant::now() }
    }

    /// Writes the line; no status stands for a connection that was closed without a reply.
    pub(super) fn end(self, status: Option<u16>) {
        let outcome = status.map_or("closed".to_owned(), |status| status.to_string());
        let took = self.began.elapsed().as_millis();
        write(format_args!("{} {} {outcome} {took} ms", self.method, self.address));
    }
}

/// Writes down that the sandbox itself failed.
pub(super) fn failure(error: &dyn std::error::Error) {
    write(format_args!("the sandbox failed: {error}"));
}

/// Writes down what whoever started the sandbox should know.
pub(super) fn warning(text: &str) {
    write(format_args!("warning: {text}"));
}

/// Writes a line. A parent that has closed the other end of standard error wants none.
fn write(line: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

/// The address without its digest: only the part that names the operation of the API.
fn presentable(path: &str) -> String {
    if path.starts_with("/_sandbox/") {
        return path.to_owned();
    }
    path.strip_prefix("/api/salesleads/v1/")
        .and_then(|rest| rest.split('/').next())
        .filter(|segment| Operation::named(segment).is_some())
        .unwrap_or("(another address)")
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::presentable;

    #[test]
    fn the_digest_is_never_logged() {
        let path = "/api/salesleads/v1/addSalesLeads/openid/1617206400000/b7b7d981/m1";
        assert_eq!(presentable(path), "addSalesLeads");
        assert_eq!(presentable("/api/other/b7b7d981"), "(another address)");
    }
}
