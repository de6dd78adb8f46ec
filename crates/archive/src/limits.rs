//! How much memory and time the examination of a file may take.

use std::io;
use std::process::ExitStatus;
use std::time::Duration;

/// What a reader takes that has not read anything yet, and what small files may be unpacked to.
const MEMORY_OF_A_READER: u64 = 384 << 20;
/// The bytes of a file are held as they came, as elements and as numbers of eight bytes each.
const MEMORY_FOR_A_BYTE: u64 = 12;
const TIME_OF_A_READER: Duration = Duration::from_secs(1);
/// Compressed pixels take the most time: some ten megabytes a second.
const BYTES_A_SECOND: u64 = 8 << 20;

/// What may be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Bytes of address space.
    pub(crate) memory: u64,
    /// Time of work.
    pub(crate) cpu: Duration,
}

/// The limits for a file.
pub(crate) fn of_file(n_bytes: u64) -> Limits {
    Limits {
        memory: MEMORY_OF_A_READER + MEMORY_FOR_A_BYTE.saturating_mul(n_bytes),
        cpu: TIME_OF_A_READER + Duration::from_secs(n_bytes / BYTES_A_SECOND),
    }
}

/// Sets the limits of this process for what it does next.
///
/// # Errors
/// When the system refuses.
#[cfg(target_os = "linux")]
pub(crate) fn set(limits: Limits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};
    let lower = |resource, current: u64| {
        let maximum = getrlimit(resource).maximum;
        let current = Some(maximum.map_or(current, |maximum| maximum.min(current)));
        setrlimit(resource, Rlimit { current, maximum })
    };
    let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec as u64;
    lower(Resource::As, limits.memory)?;
    lower(Resource::Cpu, used + limits.cpu.as_secs() + 1)?;
    Ok(())
}

/// Other systems have no such limits; there the time alone is limited, by whoever asks.
#[cfg(not(target_os = "linux"))]
pub(crate) fn set(_limits: Limits) -> io::Result<()> {
    Ok(())
}

/// Whether a process was ended because it worked for too long.
#[cfg(target_os = "linux")]
pub(crate) fn was_too_long(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(rustix::process::Signal::XCPU.as_raw())
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn was_too_long(_status: ExitStatus) -> bool {
    false
}
