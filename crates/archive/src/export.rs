//! A case as files that any other program reads.

use std::path::Path;

use crate::store::blocking;
use crate::{ArchiveError, StoredCase};

const DOING: &str = "writing a case as files";

impl StoredCase {
    /// Writes a case into a new or empty folder: its objects as they came into `objects/`, its settings as `case.toml`, its last
    /// results into `results/`; what was refused stays behind. Tells the number of objects.
    ///
    /// # Errors
    /// When the folder is not empty, or something cannot be read or written.
    pub async fn export(&self, into: &Path) -> Result<usize, ArchiveError> {
        let failed = ArchiveError::while_doing(DOING);
        let objects = into.join("objects");
        std::fs::create_dir_all(into).map_err(&failed)?;
        if std::fs::read_dir(into).map_err(&failed)?.next().is_some() {
            return Err(failed(std::io::ErrorKind::DirectoryNotEmpty.into()));
        }
        std::fs::create_dir(&objects).map_err(&failed)?;
        let settings = self.settings().await?.text;
        if !settings.is_empty() {
            std::fs::write(into.join("case.toml"), settings).map_err(&failed)?;
        }
        for name in self.result_names().await? {
            let content = self.result(&name).await?.unwrap_or_default();
            let path = into.join("results").join(&name);
            std::fs::create_dir_all(path.parent().unwrap_or(into)).map_err(&failed)?;
            std::fs::write(path, content).map_err(&failed)?;
        }
        let held = self.objects().await?;
        blocking(move || {
            let sources = held.sources();
            for (number, source) in sources.iter().enumerate() {
                let bytes = source.read().map_err(|_| failed(std::io::ErrorKind::InvalidData.into()))?;
                std::fs::write(objects.join(format!("{number:05}.dcm")), bytes).map_err(&failed)?;
            }
            Ok(sources.len())
        })
        .await
    }
}
