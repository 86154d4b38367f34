//! All leads, in memory, and whoever keeps them beyond that.

use std::collections::{BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::id;
use super::kept::{Kept, State, Write};
use super::lead::Family;
use super::write::Written;

/// Why a keeper failed.
pub type KeepError = Box<dyn std::error::Error + Send + Sync>;

/// Keeps leads beyond the end of the process.
pub trait Keep: Send {
    /// The leads that it has, in the order of their creation.
    ///
    /// # Errors
    ///
    /// If they cannot be read.
    fn load(&mut self) -> Result<Vec<Kept>, KeepError>;

    /// Keeps these leads, new or changed: all of them or none.
    ///
    /// # Errors
    ///
    /// If they cannot be kept.
    fn keep(&mut self, leads: &[Kept]) -> Result<(), KeepError>;

    /// Forgets all leads.
    ///
    /// # Errors
    ///
    /// If they cannot be forgotten.
    fn clear(&mut self) -> Result<(), KeepError>;
}

/// Every lead, removed ones too.
#[derive(Default)]
pub(crate) struct Leads {
    /// The lead that was created as the nth stands at n - 1.
    leads: Vec<Kept>,
    /// When leads were created, and which: the order of what queries find.
    order: BTreeSet<(i64, u32)>,
    /// Those that are not removed, by code and by phone number.
    live: HashMap<(Family, Column, String), BTreeSet<u32>>,
    keeper: Option<Box<dyn Keep>>,
}

/// A value that leads are looked up by.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Column {
    Code,
    Mobile,
}

impl Leads {
    /// The leads that a keeper has.
    pub(crate) fn kept_in(mut keeper: Box<dyn Keep>) -> Result<Self, KeepError> {
        let mut leads = Self::default();
        for lead in keeper.load()? {
            leads.put(lead);
        }
        leads.keeper = Some(keeper);
        Ok(leads)
    }

    /// Forgets every lead; ids begin anew.
    pub(crate) fn clear(&mut self) -> Result<(), KeepError> {
        let mut keeper = self.keeper.take();
        let cleared = keeper.as_mut().map_or(Ok(()), |keeper| keeper.clear());
        match cleared {
            Ok(()) => *self = Self { keeper, ..Self::default() },
            Err(_) => self.keeper = keeper,
        }
        cleared
    }

    /// Creates a lead for each payload, and answers how many those are.
    pub(super) fn create(
        &mut self,
        family: Family,
        payloads: impl Iterator<Item = Map<String, Value>>,
        created_ms: i64,
        written: Option<&Written<'_>>,
    ) -> Result<usize, KeepError> {
        let first = u32::try_from(self.leads.len()).unwrap_or(u32::MAX).saturating_add(1);
        let numbered = (first..).zip(payloads);
        let created: Vec<Kept> = numbered
            .map(|(seq, payload)| {
                let mut lead = Kept::new(seq, family, &payload, created_ms);
                lead.writes.extend(written.map(Write::of));
                lead
            })
            .collect();
        self.keep(&created)?;
        let count = created.len();
        for lead in created {
            self.put(lead);
        }
        Ok(count)
    }

    /// Gives a lead another state.
    pub(super) fn change(
        &mut self,
        seq: u32,
        state: State,
        written: &Written<'_>,
    ) -> Result<(), KeepError> {
        let Some(lead) = self.get(seq) else {
            return Ok(());
        };
        let mut lead = lead.clone();
        lead.revision += u32::from(!state.removed);
        let before = std::mem::replace(&mut lead.now, state);
        if written.unseen {
            lead.earlier.push(before);
        } else {
            lead.earlier.clear();
        }
        lead.writes.push(Write::of(written));
        self.keep(std::slice::from_ref(&lead))?;
        self.put(lead);
        Ok(())
    }

    /// The first lead that is not removed and has this value.
    pub(super) fn live(&self, family: Family, column: Column, value: &str) -> Option<&Kept> {
        let seqs = self.live.get(&(family, column, value.to_owned()))?;
        self.get(*seqs.first()?)
    }

    /// The lead that is not removed and has this id.
    pub(super) fn live_by_id(&self, family: Family, id: &str) -> Option<&Kept> {
        self.by_id(id).filter(|lead| lead.family == family && !lead.now.removed)
    }

    /// The lead with this id.
    pub(super) fn by_id(&self, id: &str) -> Option<&Kept> {
        self.get(id::seq(id)?)
    }

    /// All leads that are not removed and have this code, in the order of their creation, by the clock.
    pub(super) fn with_code(&self, family: Family, code: &str) -> Vec<&Kept> {
        let seqs = self.live.get(&(family, Column::Code, code.to_owned()));
        let mut leads: Vec<&Kept> =
            seqs.into_iter().flatten().filter_map(|seq| self.get(*seq)).collect();
        leads.sort_by_key(|lead| lead.created_ms);
        leads
    }

    /// All leads in the order of their creation, by the clock.
    pub(super) fn by_creation(&self) -> impl Iterator<Item = &Kept> {
        self.order.iter().filter_map(|(_, seq)| self.get(*seq))
    }

    /// All leads in the order in which they came.
    pub(super) fn all(&self) -> &[Kept] {
        &self.leads
    }

    fn get(&self, seq: u32) -> Option<&Kept> {
        self.leads.get((seq as usize).checked_sub(1)?)
    }

    fn keep(&mut self, leads: &[Kept]) -> Result<(), KeepError> {
        self.keeper.as_mut().map_or(Ok(()), |keeper| keeper.keep(leads))
    }

    /// Puts a lead in its place, new or changed.
    fn put(&mut self, lead: Kept) {
        let index = lead.seq as usize - 1;
        if let Some(before) = self.leads.get(index) {
            for key in live_keys(before) {
                if let Some(seqs) = self.live.get_mut(&key) {
                    seqs.remove(&lead.seq);
                }
            }
        }
        for key in live_keys(&lead) {
            self.live.entry(key).or_default().insert(lead.seq);
        }
        self.order.insert((lead.created_ms, lead.seq));
        match self.leads.get_mut(index) {
            Some(place) => *place = lead,
            None => self.leads.push(lead),
        }
    }
}

/// What the lead is looked up by; nothing, once it is removed.
fn live_keys(lead: &Kept) -> impl Iterator<Item = (Family, Column, String)> + use<> {
    let keys = &lead.now.keys;
    let family = lead.family;
    let of = |column, value: &Option<String>| {
        value.clone().filter(|_| !lead.now.removed).map(|value| (family, column, value))
    };
    [of(Column::Code, &keys.code), of(Column::Mobile, &keys.mobile)].into_iter().flatten()
}
