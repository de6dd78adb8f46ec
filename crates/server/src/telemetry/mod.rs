//! What whoever looks after the program learns of how it runs: a line of a log for what happened, a span for how long it took, and
//! numbers to be watched.
//!
//! Nothing of a patient is in them. What is told stands in lists here and in the callers: names of operations without what was
//! filled in, words of the program, titles of DICOM systems, random names of cases, counts and times. Never told are addresses as
//! they were asked, headers, bodies, names of files, labels of cases, and what stands in an object. The program decides where all
//! this goes: `rert` writes lines to standard error and sends spans and numbers to a collector where one is configured; as long as
//! nobody asks for them they cost next to nothing.

mod instruments;
mod requests;

pub use instruments::{Instruments, instruments, watch_room};
pub use requests::observed;
