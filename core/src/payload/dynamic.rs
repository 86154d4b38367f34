//! A payload of whatever operation.

use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::json::{Cursor, Json};
use crate::payload::Draft;
use crate::payload::read::not_json;
use crate::payload::verbatim::Verbatim;
use crate::url::is_path;
use crate::violation::{Found, InvalidPayload, Path, Problem, Report, Rule, Wanted};

/// A payload of an operation that is chosen at run time. It is checked and written as the body that is sent; what is
/// wrong with it is said by whoever wants that.
#[derive(Clone)]
pub struct Payload {
    pub(crate) endpoint: &'static Endpoint,
    /// Of a request to any endpoint of the vendor: which one.
    pub(crate) path: Option<String>,
    pub(crate) repeat: Repeat,
    /// What a lead that is added, or asked for, is looked up by.
    pub(crate) key: Option<String>,
    body: Result<String, InvalidPayload>,
}

/// Whether a request that may have been carried out may be sent again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Repeat {
    /// It may: that does no harm.
    Freely,
    /// Only once a query for its key has found nothing.
    OnceSettled,
    /// Never.
    Never,
}

impl Payload {
    /// Reads a payload from JSON, see [`Operation::from_json`](crate::Operation::from_json).
    #[must_use]
    pub fn from_json(endpoint: &'static Endpoint, json: &str) -> Self {
        let mut report = Report::default();
        let draft = Draft::parse(json, endpoint.shape, &mut report);
        Self::new(endpoint, &draft, draft.checked_body(report))
    }

    /// Takes a body that was put together in the order of the table from texts that nobody looked into, and none of
    /// which needs an escape. `None` where that is not so, or where the body holds anything else: it is then to be given
    /// as JSON. `texts` is how many there are, so that none of them can pass for several.
    #[must_use]
    pub fn from_texts(endpoint: &'static Endpoint, body: &str, texts: usize) -> Option<Self> {
        // A text that was changed on its way has been changed to hold this. It is searched for as a character:
        // `contains` would encode it first, and search for strings takes more room.
        if body.matches(char::REPLACEMENT_CHARACTER).next().is_some() {
            return None;
        }
        let mut report = Report::default();
        let draft = Draft::parse(body, endpoint.shape, &mut report);
        if draft.verbatim() != Some(Verbatim { texts, len: body.len() }) {
            return None;
        }
        let body = draft.checked(report).map(|()| body.to_owned());
        Some(Self::new(endpoint, &draft, body))
    }

    /// A payload of what has been given for its fields.
    #[must_use]
    pub fn of(endpoint: &'static Endpoint, draft: &Draft<'_>) -> Self {
        Self::new(endpoint, draft, draft.to_body())
    }

    /// A payload for any endpoint of the vendor, see [`Other`](crate::Other). `json` is an object or a list.
    #[must_use]
    pub fn other(path: &str, json: &str, may_repeat: bool) -> Self {
        let mut report = Report::default();
        if !is_path(path) {
            report.add(Path::Top, "", &Problem::NoPath);
        }
        let body = Json::read(Cursor::new(json)).map(|json| json.as_str().to_owned());
        let found = body.as_ref().map(|body| Found::of(body.as_bytes()[0]));
        match found {
            Ok(Found::Object | Found::List) => {}
            Ok(found) => {
                let expected = Wanted::ObjectOrList;
                report.add(Path::Top, "", &Problem::Mistyped { found, expected });
            }
            Err(error) => report.add(Path::Top, "", &not_json(*error)),
        }
        Self {
            endpoint: &Endpoint::OTHER,
            path: Some(path.to_owned()),
            repeat: if may_repeat { Repeat::Freely } else { Repeat::Never },
            key: None,
            body: report.into_result().map(|()| body.unwrap_or_default()),
        }
    }

    fn new(
        endpoint: &'static Endpoint,
        draft: &Draft<'_>,
        body: Result<String, InvalidPayload>,
    ) -> Self {
        let key = endpoint.key().and_then(|key| draft.text(key)).map(str::to_owned);
        let repeat = match (endpoint.settled_by, &key) {
            (None, _) => Repeat::Freely,
            (Some(_), Some(_)) => Repeat::OnceSettled,
            (Some(_), None) => Repeat::Never,
        };
        Self { endpoint, path: None, repeat, key, body }
    }

    /// The payload as one that has to have a key.
    #[must_use]
    pub(crate) fn with_key(self) -> Self {
        let shape = self.endpoint.shape;
        let place = self.endpoint.key().and_then(|key| shape.position(key));
        let (None, Some(place)) = (&self.key, place) else { return self };
        let nothing = InvalidPayload { violations: Vec::new(), more: 0 };
        let mut wrong = self.body.err().unwrap_or(nothing);
        if self.endpoint.paging.is_some() {
            // With its key a query has one of those that it needs.
            wrong.violations.retain(|violation| violation.rule != Rule::RequiredOneOf);
        }
        let mut report = Report::from(wrong);
        report.add_field(&shape.fields[place], &Problem::Required);
        Self { body: report.into_result().map(|()| String::new()), ..self }
    }

    /// The payload of a call that was saved, whose body was checked then.
    pub(crate) fn saved(
        endpoint: &'static Endpoint,
        path: Option<String>,
        repeat: Repeat,
        key: Option<String>,
        body: String,
    ) -> Self {
        Self { endpoint, path, repeat, key, body: Ok(body) }
    }

    /// The body of the request, see [`Operation::to_body`](crate::Operation::to_body).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] with all violations.
    pub fn body(&self) -> Result<&str, Error> {
        match &self.body {
            Ok(body) => Ok(body),
            Err(error) => Err(error.clone().into()),
        }
    }

    /// Its [`body`](Self::body), where the payload is needed no more.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] with all violations.
    pub fn into_body(self) -> Result<String, Error> {
        Ok(self.body?)
    }
}
