//! What a person may confirm that a drawn name means for a whole centre (H32).

use case::plain_text;

use crate::drawn_name::DrawnName;
use crate::knowledge::Knowledge;
use crate::names::{Match, Side};

/// Why a drawn name cannot be confirmed for a centre to mean something.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameRefusal {
    /// What it is to mean is no name that the knowledge base holds.
    #[error("\"{0}\" is no name of the standard that the knowledge base holds; choose one from its list")]
    Unknown(String),
    /// A pair of organs needs a side, which only the drawn name can say: it differs from patient to patient.
    #[error(
        "\"{drawn}\" does not say the side of \"{standard_name}\" itself, and the side differs from patient to patient; \
         say it for this case alone"
    )]
    OtherSide {
        /// Name as drawn.
        drawn: String,
        /// What it is to mean.
        standard_name: String,
    },
    /// Everybody knows it as something else.
    #[error(
        "\"{drawn}\" is known to everybody as another structure than \"{standard_name}\"; say it for this case alone"
    )]
    Known {
        /// Name as drawn.
        drawn: String,
        /// What it is to mean.
        standard_name: String,
    },
    /// An organ with a margin is to mean the organ.
    #[error(
        "\"{drawn}\" is an organ with a margin, and \"{standard_name}\" has none; choose its planning risk volume"
    )]
    Margin {
        /// Name as drawn.
        drawn: String,
        /// What it is to mean.
        standard_name: String,
    },
}

impl Knowledge {
    /// The standard name that a drawn name may be confirmed to mean wherever a centre draws it. A confirmation can choose the organ;
    /// it can neither invent a side nor give or take a margin, because both belong to one patient and not to a centre, and it cannot
    /// make something else of a name that is known: an organ would be judged nowhere any longer.
    ///
    /// # Errors
    /// [`NameRefusal`] where it may not mean that.
    pub fn confirmable(&self, drawn: &str, standard_name: &str) -> Result<String, NameRefusal> {
        let Match::Found { organ, side, prv, standard_name: meant, by_likeness: false } =
            self.match_name(standard_name)
        else {
            return Err(NameRefusal::Unknown(standard_name.to_owned()));
        };
        if plain_text(&meant) != plain_text(standard_name) {
            // A word for an organ is no name of the standard, and might be read in another way some day.
            return Err(NameRefusal::Unknown(standard_name.to_owned()));
        }
        let (own_side, own_prv) = self.said_by(drawn);
        if organ.sides && own_side != side {
            return Err(NameRefusal::OtherSide { drawn: drawn.to_owned(), standard_name: meant });
        }
        if own_prv && !prv {
            return Err(NameRefusal::Margin { drawn: drawn.to_owned(), standard_name: meant });
        }
        let is_known_otherwise = match self.match_name(drawn) {
            Match::Found { prv: false, .. } if prv => true,
            Match::Found { organ: own, by_likeness: false, .. } => own.standard_name != organ.standard_name,
            _ => false,
        };
        if is_known_otherwise {
            return Err(NameRefusal::Known { drawn: drawn.to_owned(), standard_name: meant });
        }
        Ok(meant)
    }

    /// The side, and whether there is a margin, as a drawn name says them itself.
    fn said_by(&self, drawn: &str) -> (Option<Side>, bool) {
        match self.match_name(drawn) {
            Match::Found { side, prv, .. } => (side, prv),
            Match::Ambiguous(_) | Match::Unknown => {
                let parts = DrawnName::of(drawn);
                (parts.side(), parts.prv)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confirmable(drawn: &str, standard_name: &str) -> Result<String, NameRefusal> {
        Knowledge::builtin().unwrap().confirmable(drawn, standard_name)
    }

    #[test]
    fn an_organ_may_be_chosen_for_any_word() {
        for (drawn, standard_name) in
            [("cord", "SpinalCord"), ("RM", "SpinalCord"), ("Organ 7", "Brainstem"), ("Parotis li", "Parotid_L")]
        {
            assert_eq!(confirmable(drawn, standard_name).as_deref(), Ok(standard_name), "{drawn}");
        }
    }

    #[test]
    fn a_side_is_said_by_the_drawn_name_or_not_confirmed() {
        for (drawn, standard_name) in [
            ("Parotid", "Parotid_L"),
            ("Parotis re", "Parotid_L"),
            ("Parotis ipsi", "Parotid_R"),
            ("Drüse", "Parotid_R"),
            ("Lungs", "Lung_L"),
        ] {
            let refused = confirmable(drawn, standard_name).unwrap_err();
            assert!(matches!(refused, NameRefusal::OtherSide { .. }), "{drawn}: {refused}");
        }
    }

    #[test]
    fn a_margin_is_not_confirmed_away() {
        let refused = confirmable("Cord_PRV", "SpinalCord").unwrap_err();
        assert!(matches!(refused, NameRefusal::Margin { .. }), "{refused}");
        assert!(confirmable("Cord_PRV", "SpinalCord_PRV").is_ok());
    }

    #[test]
    fn a_known_organ_stays_what_it_is() {
        for (drawn, standard_name) in [
            ("SpinalCord", "SpinalCord_PRV"),
            ("Cord", "SpinalCord_PRV"),
            ("SpinalCord", "PTV"),
            ("Cord", "External"),
            ("Brainstem", "SpinalCord"),
        ] {
            let refused = confirmable(drawn, standard_name).unwrap_err();
            assert!(matches!(refused, NameRefusal::Known { .. }), "{drawn}: {refused}");
        }
        assert!(confirmable("Struktur 7", "SpinalCord_PRV").is_ok());
    }

    #[test]
    fn only_names_of_the_standard_are_meant() {
        for standard_name in ["", "Nonsense", "Rückenmark", "SpinlaCord"] {
            let refused = confirmable("cord", standard_name).unwrap_err();
            assert!(matches!(refused, NameRefusal::Unknown(_)), "{standard_name}: {refused}");
        }
    }
}
