//! The database.

use std::path::Path;
use std::sync::Mutex;

use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use serde_json::{Map, Value};

use super::id;
use super::lead::{COLUMNS, Family, Lead, SearchKeys};
use crate::lock::lock;

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;

    CREATE TABLE IF NOT EXISTS lead (
        seq         INTEGER PRIMARY KEY,
        id          TEXT    NOT NULL UNIQUE,
        family      TEXT    NOT NULL,
        code        TEXT,
        linkman     TEXT,
        mobile      TEXT,
        emp_name    TEXT,
        cus_name    TEXT,
        status      TEXT    NOT NULL,
        removed     INTEGER NOT NULL DEFAULT 0,
        revision    INTEGER NOT NULL DEFAULT 0,
        created_ms  INTEGER NOT NULL,
        modified_ms INTEGER NOT NULL,
        payload     TEXT    NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS lead_code ON lead (family, code) WHERE removed = 0;
    CREATE INDEX IF NOT EXISTS lead_mobile ON lead (family, mobile) WHERE removed = 0;
    CREATE INDEX IF NOT EXISTS lead_creation ON lead (family, created_ms, seq) WHERE removed = 0;

    -- Every request that wrote a lead, word for word.
    CREATE TABLE IF NOT EXISTS written (
        lead      INTEGER NOT NULL REFERENCES lead (seq),
        operation TEXT    NOT NULL,
        msg_id    TEXT    NOT NULL,
        body      TEXT    NOT NULL,
        at_ms     INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS written_lead ON written (lead);
";

/// Every lead, removed ones too.
pub(crate) struct LeadStore {
    connection: Mutex<Connection>,
}

impl LeadStore {
    /// Opens the file, or `:memory:`.
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self { connection: Mutex::new(connection) })
    }

    /// Forgets every lead; ids begin anew.
    pub(crate) fn clear(&self) -> rusqlite::Result<()> {
        self.write(|transaction| {
            transaction.execute_batch("DELETE FROM written; DELETE FROM lead;")
        })
    }

    /// Reads with the database to oneself.
    pub(super) fn read<T>(&self, act: impl FnOnce(&Connection) -> T) -> T {
        act(&lock(&self.connection))
    }

    /// Writes in one transaction: what fails leaves nothing behind.
    pub(super) fn write<T, E: From<rusqlite::Error>>(
        &self,
        act: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = lock(&self.connection);
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let outcome = act(&transaction)?;
        transaction.commit()?;
        Ok(outcome)
    }
}

/// Creates a lead; the answer is its number and its id.
pub(super) fn insert(
    transaction: &Transaction<'_>,
    family: Family,
    payload: &Map<String, Value>,
    created_ms: i64,
) -> rusqlite::Result<(i64, String)> {
    let seq = transaction
        .prepare_cached("SELECT coalesce(max(seq), 0) + 1 FROM lead")?
        .query_row([], |row| row.get(0))?;
    let id = id::nth(seq).to_string();
    let keys = SearchKeys::of(family, payload);
    transaction
        .prepare_cached(
            "INSERT INTO lead (seq, id, family, code, linkman, mobile, emp_name, cus_name, status,
                               created_ms, modified_ms, payload)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10, ?11)",
        )?
        .execute(params![
            seq,
            id,
            family,
            keys.code,
            keys.linkman,
            keys.mobile,
            keys.emp_name,
            keys.cus_name,
            keys.status,
            created_ms,
            Text(payload),
        ])?;
    Ok((seq, id))
}

/// Writes back a lead whose payload changed.
pub(super) fn update(
    transaction: &Transaction<'_>,
    lead: &Lead,
    modified_ms: i64,
) -> rusqlite::Result<()> {
    let keys = SearchKeys::of(lead.family, &lead.payload);
    transaction
        .prepare_cached(
            "UPDATE lead SET code = ?2, linkman = ?3, mobile = ?4, emp_name = ?5, cus_name = ?6, status = ?7,
                             modified_ms = ?8, payload = ?9, revision = revision + 1
             WHERE seq = ?1",
        )?
        .execute(params![
            lead.seq,
            keys.code,
            keys.linkman,
            keys.mobile,
            keys.emp_name,
            keys.cus_name,
            keys.status,
            modified_ms,
            Text(&lead.payload),
        ])?;
    Ok(())
}

/// The lead that is not removed and has this value in this column, if there is one.
pub(super) fn live(
    transaction: &Transaction<'_>,
    family: Family,
    column: &str,
    value: &str,
) -> rusqlite::Result<Option<Lead>> {
    use rusqlite::OptionalExtension;

    transaction
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM lead WHERE removed = 0 AND family = ?1 AND {column} = ?2 LIMIT 1"
        ))?
        .query_row(params![family, value], Lead::read)
        .optional()
}

/// An object as the text that a column holds.
struct Text<'a>(&'a Map<String, Value>);

impl rusqlite::ToSql for Text<'_> {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        let text = serde_json::to_string(self.0)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        Ok(text.into())
    }
}
