//! Where the bytes come from: files in nested folders and in zip archives.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use crate::ReadError;

/// One file or one entry of an archive may not be larger than this.
const MAX_BYTES: u64 = 4 << 30;
/// Archives may not hold more than this when unpacked.
const MAX_ARCHIVE_BYTES: u64 = 64 << 30;
/// Folders may not be nested deeper than this, which also ends a circle of links.
const MAX_FOLDER_DEPTH: usize = 64;

/// A place that holds the bytes of one file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A file.
    File(PathBuf),
    /// An entry of a zip archive.
    Entry {
        /// The archive.
        archive: PathBuf,
        /// Number of the entry.
        index: usize,
    },
}

impl Source {
    /// Whether it is a file of this name.
    pub fn is_file_named(&self, name: &str) -> bool {
        matches!(self, Self::File(path) if path.file_name().is_some_and(|own| own == name))
    }

    /// All bytes.
    ///
    /// # Errors
    /// When the file or the entry cannot be read or is too large.
    pub fn read(&self) -> Result<Vec<u8>, ReadError> {
        match self {
            Self::File(path) => {
                let length = fs::metadata(path).map_err(|error| unreadable(&error))?.len();
                if length > MAX_BYTES {
                    return Err(ReadError::Damaged("it is larger than 4 GiB".to_owned()));
                }
                fs::read(path).map_err(|error| unreadable(&error))
            }
            Self::Entry { archive, index } => read_entry(archive, *index),
        }
    }
}

/// All files below a folder (or the file itself), in the order of their names, archives opened.
///
/// # Errors
/// When the folder cannot be read.
pub fn walk(root: &Path) -> Result<Vec<Source>, ReadError> {
    let mut files = Vec::new();
    if root.is_file() {
        files.push(root.to_owned());
    } else {
        walk_folder(root, 0, &mut files)?;
    }
    files.sort();
    let mut sources = Vec::new();
    for path in files {
        if is_archive(&path) {
            // An archive that cannot be opened stays a file, so that reading it says what is wrong.
            match entries(&path) {
                Ok(entries) => sources.extend(entries),
                Err(_) => sources.push(Source::File(path)),
            }
        } else {
            sources.push(Source::File(path));
        }
    }
    Ok(sources)
}

fn walk_folder(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) -> Result<(), ReadError> {
    if depth > MAX_FOLDER_DEPTH {
        return Err(ReadError::File("folders are nested too deeply".to_owned()));
    }
    for entry in fs::read_dir(folder).map_err(|error| unreadable(&error))? {
        let path = entry.map_err(|error| unreadable(&error))?.path();
        if path.is_dir() {
            walk_folder(&path, depth + 1, files)?;
        } else if path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

/// Whether a file begins like an archive.
pub fn is_archive(path: &Path) -> bool {
    let mut beginning = [0_u8; 4];
    let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut beginning));
    read.is_ok() && beginning == *b"PK\x03\x04"
}

fn entries(archive: &Path) -> Result<Vec<Source>, ReadError> {
    let mut zip = open(archive)?;
    let mut named = Vec::new();
    let mut total = 0_u64;
    for index in 0..zip.len() {
        let entry = zip.by_index_raw(index).map_err(|error| ReadError::Damaged(error.to_string()))?;
        total = total.saturating_add(entry.size());
        if entry.is_file() {
            named.push((entry.name_raw().to_vec(), index));
        }
    }
    if total > MAX_ARCHIVE_BYTES {
        return Err(ReadError::Damaged("the archive unpacks to more than 64 GiB".to_owned()));
    }
    named.sort();
    Ok(named.into_iter().map(|(_, index)| Source::Entry { archive: archive.to_owned(), index }).collect())
}

fn read_entry(archive: &Path, index: usize) -> Result<Vec<u8>, ReadError> {
    let mut zip = open(archive)?;
    let entry = zip.by_index(index).map_err(|error| ReadError::Damaged(error.to_string()))?;
    let declared = entry.size();
    if declared > MAX_BYTES {
        return Err(ReadError::Damaged("an entry of the archive is larger than 4 GiB".to_owned()));
    }
    let mut bytes = Vec::new();
    entry.take(declared + 1).read_to_end(&mut bytes).map_err(|error| ReadError::Damaged(error.to_string()))?;
    if bytes.len() as u64 != declared {
        return Err(ReadError::Damaged("an entry of the archive has not its declared length".to_owned()));
    }
    Ok(bytes)
}

fn open(archive: &Path) -> Result<zip::ZipArchive<std::io::BufReader<fs::File>>, ReadError> {
    let file = fs::File::open(archive).map_err(|error| unreadable(&error))?;
    zip::ZipArchive::new(std::io::BufReader::new(file)).map_err(|error| ReadError::Damaged(error.to_string()))
}

fn unreadable(error: &std::io::Error) -> ReadError {
    // The message of the system names no path, and a path may name a person.
    ReadError::File(error.kind().to_string())
}
