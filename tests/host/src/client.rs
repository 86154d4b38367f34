//! The loop around [`Call`] and [`Pages`]: it decides nothing, and does what they say.

use std::vec;

use qince_leads::{
    Account, Attempt, Call, Error, Pages, Policy, Query, Request, SignedRequest, Step,
};
use uuid::Uuid;

use crate::clock::{now_ms, sleep_until};
use crate::saved::SavedCall;
use crate::transport::{Lost, Reply, Transport};

type Observer = Box<dyn FnMut(&Attempt) + Send>;

/// A blocking client of one account.
pub struct Client {
    account: Account,
    transport: Transport,
    policy: Policy,
    observer: Observer,
    why_lost: Option<String>,
}

impl Client {
    /// A client that nobody observes.
    #[must_use]
    pub fn new(account: Account, transport: Transport, policy: Policy) -> Self {
        Self { account, transport, policy, observer: Box::new(|_| {}), why_lost: None }
    }

    /// Calls this once for each attempt, for logs and metrics.
    #[must_use]
    pub fn with_observer(self, observer: impl FnMut(&Attempt) + Send + 'static) -> Self {
        Self { observer: Box::new(observer), ..self }
    }

    /// What the HTTP client said of the last request that no reply came to, without openid and digest.
    #[must_use]
    pub fn why_lost(&self) -> Option<&str> {
        self.why_lost.as_deref()
    }

    /// Carries out an operation, with as many attempts as the policy allows.
    ///
    /// # Errors
    ///
    /// What [`Call`] ends with.
    pub fn call<R: Request>(&mut self, payload: R) -> Result<R::Output, Error> {
        let call = Call::new(self.account.clone(), payload, self.policy.clone());
        self.run(call, |_, _| Ok(()))
    }

    /// The call that this file holds, begun maybe by another process; where it holds none, a new one.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or [`Error::Malformed`] where it holds no call of this operation.
    pub fn call_in<R: Request>(&self, saved: &SavedCall, payload: R) -> anyhow::Result<Call<R>> {
        let (account, policy) = (self.account.clone(), self.policy.clone());
        Ok(match saved.read()? {
            Some(text) => Call::resume(account, policy, &text)?,
            None => Call::new(account, payload, policy),
        })
    }

    /// Runs a call to its end. `before_sending` sees each request before it is sent, and where it fails, the request is
    /// not: it [saves](SavedCall::save) a call that is to outlive this process.
    ///
    /// # Errors
    ///
    /// What [`Call`] ends with, or what `before_sending` fails with.
    pub fn run<R: Request, E: From<Error>>(
        &mut self,
        mut call: Call<R>,
        mut before_sending: impl FnMut(&Call<R>, &SignedRequest) -> Result<(), E>,
    ) -> Result<R::Output, E> {
        loop {
            let msg_id = Uuid::new_v4().to_string();
            match call.step(now_ms(), &msg_id, fastrand::f64()) {
                Step::Send(request) => {
                    before_sending(&call, &request)?;
                    let msg_id = &request.msg_id;
                    match self.transport.send(&request) {
                        Ok(Reply { raw, retry_after }) => {
                            call.replied(msg_id, now_ms(), raw, retry_after.as_deref());
                        }
                        Err(Lost { failure, why }) => {
                            call.failed(msg_id, now_ms(), failure);
                            self.why_lost = Some(why);
                        }
                    }
                    if let Some(attempt) = call.last_attempt() {
                        (self.observer)(attempt);
                    }
                }
                Step::WaitUntil(time_ms) => sleep_until(time_ms),
                Step::Done(result) => return Ok(result?),
            }
        }
    }

    /// Reads all records that the query finds, page by page as they are asked for. The first error ends it.
    pub fn scan<Q: Query>(&mut self, query: Q) -> Scan<'_, Q> {
        Scan { client: self, pages: Pages::new(query), page: Vec::new().into_iter(), failed: false }
    }
}

/// The records that a query finds, see [`Client::scan`].
pub struct Scan<'c, Q: Query> {
    client: &'c mut Client,
    pages: Pages<Q>,
    page: vec::IntoIter<Q::Record>,
    failed: bool,
}

impl<Q: Query> Scan<'_, Q> {
    /// Turns the page; `None` where there is none.
    fn turn(&mut self) -> Result<Option<Q::Record>, Error> {
        while let Some(query) = self.pages.next_query() {
            let page = self.client.call(query)?;
            self.page = self.pages.take(page)?.into_iter();
            if let Some(record) = self.page.next() {
                return Ok(Some(record));
            }
        }
        Ok(None)
    }
}

impl<Q: Query> Iterator for Scan<'_, Q> {
    type Item = Result<Q::Record, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        if let Some(record) = self.page.next() {
            return Some(Ok(record));
        }
        let turned = self.turn();
        self.failed = turned.is_err();
        turned.transpose()
    }
}
