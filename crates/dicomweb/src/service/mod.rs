//! What a service says and is asked, in the words of the standard; where objects are is known to whoever answers.

mod found;
mod outcome;
mod page;
mod pattern;
mod query;

pub use found::{FoundInstance, FoundSeries, FoundStudy, Owner};
pub use outcome::{FailedObject, KeptObject, StoreOutcome, reason};
pub use page::Page;
pub use query::{Level, Query, QueryError};
