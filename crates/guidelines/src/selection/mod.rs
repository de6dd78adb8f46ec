//! Published scores and rules of eligibility, evaluated with the answers to their questions.
//!
//! None of them decides. A score whose formula was never seen is shown with its questions and is not computed; an answer that is
//! missing is asked for, never assumed.

pub mod condition;
pub mod eligibility;
pub mod question;
pub mod score;

pub use condition::Condition;
pub use eligibility::{CriterionResult, CriterionState, Eligibility, EligibilityResult};
pub use question::{Answers, Question};
pub use score::{Score, ScoreResult, ScoreState};
