//! Disks of a test, in files: small ones that fill up, and ones whose power is cut. They need root and the programs that make
//! file systems; where these are missing a test says that it skips.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

/// A file system in a file, mounted as long as this lives.
pub struct Disk {
    pub mounted_at: PathBuf,
    _place: TempDir,
}

/// Runs a program of the system; nothing where it is missing or refuses.
fn run(program: &str, arguments: &[&std::ffi::OsStr]) -> Option<()> {
    let output = Command::new(program).args(arguments).output().ok()?;
    output.status.success().then_some(())
}

macro_rules! run {
    ($program:expr $(, $argument:expr)*) => { run($program, &[$(std::ffi::OsStr::new(&$argument)),*]) };
}

impl Disk {
    /// A disk of so many MiB, with ext4; nothing where it cannot be made.
    pub fn of(mib: u64) -> Option<Self> {
        let place = tempfile::tempdir().unwrap();
        let image = place.path().join("image");
        make(&image, mib, "mkfs.ext4", &["-q", "-F"])?;
        Self::mount(&image, place)
    }

    /// A disk on which files can be copied as they are at one moment; nothing where it cannot be made.
    pub fn with_snapshots(mib: u64) -> Option<Self> {
        let place = tempfile::tempdir().unwrap();
        let image = place.path().join("image");
        make(&image, mib, "mkfs.xfs", &["-q", "-f", "-m", "reflink=1"])?;
        Self::mount(&image, place)
    }

    /// The disk in a file that is there already.
    pub fn from(image: &Path) -> Option<Self> {
        Self::mount(image, tempfile::tempdir().unwrap())
    }

    fn mount(image: &Path, place: TempDir) -> Option<Self> {
        let mounted_at = place.path().join("mounted");
        std::fs::create_dir(&mounted_at).unwrap();
        run!("mount", "-o", "loop", image, mounted_at)?;
        Some(Self { mounted_at, _place: place })
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Whatever still runs on it is of a test that failed.
        let _ = run!("umount", self.mounted_at).or_else(|| run!("umount", "-l", self.mounted_at));
    }
}

/// Makes a file system in a file of so many MiB.
pub fn make(image: &Path, mib: u64, program: &str, options: &[&str]) -> Option<()> {
    std::fs::File::create(image).unwrap().set_len(mib << 20).unwrap();
    let options = options.iter().map(std::ffi::OsStr::new);
    let arguments: Vec<&std::ffi::OsStr> = options.chain([image.as_os_str()]).collect();
    run(program, &arguments)
}

/// Copies a file on a disk with snapshots as it is at this moment.
pub fn snapshot(from: &Path, to: &Path) {
    run!("cp", "--reflink=always", from, to).expect("a snapshot of a disk");
}
