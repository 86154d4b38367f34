//! Operations as types: what users of Rust write, over the data that [`Endpoint`] is.

use crate::body::RawReply;
use crate::endpoint::Endpoint;
use crate::error::Error;
use crate::meta::Shape;
use crate::payload::dynamic::Payload;
use crate::payload::{Draft, Table};
use crate::record::Record;
use crate::reply::{Outcome, Page, Receipt};

/// Something that can be signed, sent and called: an [`Operation`], or [`Other`](crate::Other).
pub trait Request {
    /// The name in this SDK, such as `add`.
    const NAME: &'static str;
    /// What the service answers.
    type Output: Clone + From<Outcome>;

    /// The payload, checked and written.
    #[doc(hidden)]
    fn to_payload(&self) -> Payload;
}

impl<O: Operation> Request for O {
    const NAME: &'static str = O::ENDPOINT.name;
    type Output = <O as Operation>::Output;

    fn to_payload(&self) -> Payload {
        Payload::of(O::ENDPOINT, &self.to_draft())
    }
}

/// One operation of the service, by the payload that it sends.
///
/// This is all that signing, calls and bindings know of an operation; the rest stands in its own file. With serde a
/// payload goes to and from JSON only, whose numbers keep every digit: other formats would get the JSON as text.
pub trait Operation: Table + 'static {
    /// The operation as data.
    const ENDPOINT: &'static Endpoint;
    /// The operation's name in the URL, such as `addSalesLeads`.
    const PATH: &'static str = Self::ENDPOINT.path;
    /// The vendor's parameter table.
    const SHAPE: &'static Shape = Self::ENDPOINT.shape;
    /// What the service answers.
    type Output: Clone + From<Outcome>;

    /// Reads a payload from JSON with the vendor's names; `extra` holds members that are to be sent
    /// after the known ones.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] where a value has the wrong type or a member is unknown; then it lists
    /// the violations of all other rules too. A payload of the right shape is returned whatever rules
    /// it breaks: [`to_body`](Self::to_body) and signing judge that.
    fn from_json(json: &str) -> Result<Self, Error> {
        Ok(Self::from_draft(Draft::from_json(json, Self::TABLE)?))
    }

    /// Writes the payload as JSON with the vendor's names: what [`from_json`](Self::from_json) reads.
    fn to_json(&self) -> String {
        self.to_draft().to_json()
    }

    /// Checks every rule and writes the body of the request: compact JSON, members in the order of the
    /// vendor's table, `extra` last.
    ///
    /// # Errors
    ///
    /// [`Error::InvalidPayload`] with all violations.
    fn to_body(&self) -> Result<String, Error> {
        Ok(self.to_draft().to_body()?)
    }

    /// Reads the service's reply.
    ///
    /// # Errors
    ///
    /// [`Error::Rejected`], [`Error::HttpStatus`] or [`Error::Malformed`].
    fn read(reply: RawReply) -> Result<Self::Output, Error> {
        Self::ENDPOINT.read(reply).map(Into::into)
    }
}

/// An add, whose outcome a query for the lead's `code` settles.
pub trait Add: Operation<Output = Receipt> {}

/// A query, whose reply is a page of records.
pub trait Query: Operation<Output = Page<Self::Record>> + Clone {
    /// What a page holds.
    type Record: Record;

    /// Which page the payload asks for, and how many records it is to hold.
    fn page(&self) -> (Option<i64>, Option<i64>);

    /// The same query for another page, from 1, of at most this many records.
    #[must_use]
    fn with_page(self, page: i64, page_size: i64) -> Self;

    /// A record's id.
    fn id(record: &Self::Record) -> Option<&str>;
}
