//! Why a request is not carried out.

use crate::leads::KeepError;

/// The service refuses: what is wrong, in Chinese, as it stands in `return_msg`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Refusal(String);

impl Refusal {
    pub(crate) fn new(what_is_wrong: impl Into<String>) -> Self {
        Self(what_is_wrong.into())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

/// A request that was not carried out, and whose doing that is.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The request's own: the service refuses it.
    Refused(Refusal),
    /// The sandbox's: what keeps its leads failed.
    Broken(KeepError),
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<KeepError> for Failure {
    fn from(error: KeepError) -> Self {
        Self::Broken(error)
    }
}
