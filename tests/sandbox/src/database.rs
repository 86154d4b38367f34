//! Leads in a SQLite file.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior, params};

use crate::leads::{Keep, KeepError, Kept};

/// Each lead is one row of JSON, which nothing but the sandbox reads.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;

    CREATE TABLE IF NOT EXISTS kept (seq INTEGER PRIMARY KEY, lead TEXT NOT NULL) STRICT;
";

/// Keeps leads in a SQLite file.
pub struct Database(Connection);

impl Database {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    ///
    /// If it is no database, or cannot be opened.
    pub fn open(path: &Path) -> Result<Self, KeepError> {
        let connection = Connection::open(path)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(connection))
    }
}

impl Keep for Database {
    fn load(&mut self) -> Result<Vec<Kept>, KeepError> {
        let mut statement = self.0.prepare("SELECT lead FROM kept ORDER BY seq")?;
        let leads = statement.query_map([], |row| row.get::<_, String>(0))?;
        leads.map(|lead| Ok(serde_json::from_str(&lead?)?)).collect()
    }

    fn keep(&mut self, leads: &[Kept]) -> Result<(), KeepError> {
        let transaction = self.0.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for lead in leads {
            transaction
                .prepare_cached("INSERT OR REPLACE INTO kept (seq, lead) VALUES (?1, ?2)")?
                .execute(params![lead.seq, serde_json::to_string(lead)?])?;
        }
        Ok(transaction.commit()?)
    }

    fn clear(&mut self) -> Result<(), KeepError> {
        self.0.execute("DELETE FROM kept", [])?;
        Ok(())
    }
}
