//! A payload of whatever operation.

use crate::error::{Error, InvalidPayload};
use crate::operations::Endpoint;
use crate::payload::{Draft, Verbatim};
use crate::validate::Report;

/// A payload of an operation that is chosen at run time. It is checked and written as the body that is sent; what is
/// wrong with it is said by whoever wants that.
#[derive(Clone)]
pub struct Payload {
    pub(crate) endpoint: &'static Endpoint,
    body: Result<String, InvalidPayload>,
    /// What an add that may have been carried out is looked up by.
    pub(crate) code: Option<String>,
}

impl Payload {
    /// Reads a payload from JSON, see [`Operation::from_json`](crate::Operation::from_json).
    #[must_use]
    pub fn from_json(endpoint: &'static Endpoint, json: &str) -> Self {
        let mut report = Report::default();
        let draft = Draft::parse(json, endpoint.shape, &mut report);
        Self::new(endpoint, &draft, draft.finish_body(report))
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
        let body = draft.finish(report).map(|()| body.to_owned());
        Some(Self::new(endpoint, &draft, body))
    }

    /// A payload of what has been given for its fields.
    #[must_use]
    pub fn of(endpoint: &'static Endpoint, draft: &Draft<'_>) -> Self {
        Self::new(endpoint, draft, draft.to_body())
    }

    fn new(
        endpoint: &'static Endpoint,
        draft: &Draft<'_>,
        body: Result<String, InvalidPayload>,
    ) -> Self {
        let code = endpoint.settled_by.and_then(|_| draft.code()).map(str::to_owned);
        Self { endpoint, body, code }
    }

    /// The body of the request, see [`Operation::to_body`](crate::Operation::to_body).
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] with all violations.
    pub fn into_body(self) -> Result<String, Error> {
        Ok(self.body?)
    }
}
