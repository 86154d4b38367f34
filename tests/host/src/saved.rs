//! A call that outlives the process, as a file.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use qince_leads::{Call, Request};

/// Where one call is saved.
#[derive(Clone, Debug)]
pub struct SavedCall {
    path: PathBuf,
}

impl SavedCall {
    /// A call in this file, which need not be there yet.
    #[must_use]
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The text that was saved last, if any.
    ///
    /// # Errors
    ///
    /// Where there is a file that cannot be read.
    pub fn read(&self) -> io::Result<Option<String>> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Saves a call: whenever process or machine end, the file has it as it is now or as it was before, and whole.
    ///
    /// # Errors
    ///
    /// Where it cannot be written. Then do not send.
    pub fn save<R: Request>(&self, call: &Call<R>) -> io::Result<()> {
        let Some(text) = call.save() else { return Ok(()) };
        let new = self.path.with_extension("new");
        let mut file = File::create(&new)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&new, &self.path)?;
        self.sync_folder()
    }

    /// Forgets the call, once its result has been handled.
    ///
    /// # Errors
    ///
    /// Where there is a file that cannot be removed.
    pub fn forget(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// A name outlives the machine only once its folder has been written; elsewhere than on Unix, renaming sees to that.
    fn sync_folder(&self) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        if cfg!(unix) { File::open(folder.unwrap_or(Path::new(".")))?.sync_all() } else { Ok(()) }
    }
}
