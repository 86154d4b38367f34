//! What was done, against what the sandbox has stored.

use std::collections::HashMap;

use qince_host::StoredLead;

use crate::table::Table;
use crate::tally::{Added, Modified};

/// The codes of leads that are not as they should be.
#[derive(Default)]
pub(crate) struct Verified {
    /// Not there, or under another id than the receipt's.
    lost: Vec<String>,
    /// There more than once.
    doubled: Vec<String>,
    /// There, and added by nobody.
    unknown: Vec<String>,
    modifications: u64,
    /// Ended ok, but not there.
    missing: Vec<String>,
    /// Ended not ok.
    failed: Vec<String>,
}

/// Compares every add and modification with the leads: of each add, however it ended, exactly one must be there.
pub(crate) fn compare<'a>(
    added: impl IntoIterator<Item = &'a Added>,
    stored: &[StoredLead],
) -> Verified {
    let mut by_code: HashMap<_, Vec<_>> = HashMap::new();
    for lead in stored {
        let code = lead.code.clone().unwrap_or_default();
        let leads = by_code.entry((lead.family.as_str(), code)).or_default();
        leads.push(lead);
    }
    let mut verified = Verified::default();
    for added in added {
        let leads = by_code.remove(&(added.family.name(), added.code.clone()));
        verified.judge(added, &leads.unwrap_or_default());
    }
    verified.unknown = by_code.into_keys().map(|(_, code)| code).collect();
    verified
}

impl Verified {
    fn judge(&mut self, added: &Added, leads: &[&StoredLead]) {
        let has_id = |id: &Option<String>| leads.iter().any(|lead| Some(&lead.id) == id.as_ref());
        if leads.is_empty() || added.id.as_ref().is_ok_and(|id| !has_id(id)) {
            self.lost.push(added.code.clone());
        }
        if leads.len() > 1 {
            self.doubled.push(added.code.clone());
        }
        let Some(Modified { detail, result }) = &added.modified else {
            return;
        };
        self.modifications += 1;
        let is_there = leads.iter().any(|lead| lead.payload["detail"] == **detail);
        match result {
            Ok(()) if is_there => {}
            Ok(()) => self.missing.push(added.code.clone()),
            Err(error) => self.failed.push(format!("{}: {error}", added.code)),
        }
    }

    pub(crate) fn report_adds(&self, table: &mut Table) {
        table.none("  lost", &self.lost);
        table.none("  doubled", &self.doubled);
        table.none("  stored, but added by nobody", &self.unknown);
    }

    pub(crate) fn report_modifications(&self, table: &mut Table) {
        table.number("modifications", self.modifications);
        table.none("  ended not ok", &self.failed);
        table.none("  missing", &self.missing);
    }
}
