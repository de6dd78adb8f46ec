//! What drawn names of other courses mean, where nobody is told of doubts.

use case::StructureSet;
use guidelines::Match;

use crate::structures::Context;

/// The standard name of a structure that is not of the current course: as was confirmed for the centre that drew it, or as everybody
/// knows it. A name that is only alike is none to rely on.
pub(crate) fn certain_meaning(context: &Context<'_>, set: &StructureSet, drawn: &str) -> Option<String> {
    let confirmed = context.settings.confirmed_name(drawn).filter(|confirmed| confirmed.holds_for(set));
    let asked = confirmed.map_or(drawn, |confirmed| &confirmed.standard_name);
    match context.knowledge.match_name(asked) {
        Match::Found { standard_name, by_likeness: false, .. } => Some(standard_name),
        _ => None,
    }
}
