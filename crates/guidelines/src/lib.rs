//! Loads the knowledge base and compares a case with it: names, limits, scores, classification.
//!
//! There is no clinical number in this code: every limit, α/β and score stands in `knowledge/` with its source
//! and evidence tag. A limit is compared only with a dose of its own basis.

pub mod catalogue;
pub mod classification;
mod confirmable;
pub mod constraint;
pub mod cord_score;
pub mod dose_response;
pub(crate) mod drawn_name;
pub mod history;
pub mod imaging;
pub mod judge;
pub mod knowledge;
pub(crate) mod likeness;
pub mod names;
pub mod outcomes;
pub mod rbe;
pub mod recovery;
pub mod registries;
pub mod repair;
pub mod reporting;
pub mod selection;
pub mod spread;
pub mod systemic;

pub use classification::{Classification, ClassificationFacts, classify};
pub use confirmable::NameRefusal;
pub use constraint::{Constraint, DoseScope, IntervalRule, NoLimit, SitePack};
pub use cord_score::{CordScore, CordScoreFacts};
pub use judge::{JudgedConstraint, OrganFacts, Verdict, judge, judge_interval};
pub use knowledge::{Evidence, Knowledge, KnowledgeError, Organ, OrganKind};
pub use names::{Match, Side};
pub use spread::{VerdictSpread, spread};
