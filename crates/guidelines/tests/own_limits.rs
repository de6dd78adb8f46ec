//! Limits of a centre beside those of the program.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test stops where something is not as it must be")]

use guidelines::Knowledge;

fn limit(id: &str, more: &str) -> String {
    format!(
        "[[constraint]]\nid = \"{id}\"\ntitle = \"Ours\"\norgans = [\"SpinalCord\"]\nmetric = \"D0.1cc\"\nunit = \"Gy\"\nquantity = \"EQD2\"\n\
         alpha_beta_gy = 2.0\ndose = \"cumulative\"\nlimit = 55.0\nrecovery = \"none\"\nevidence = \"unverified\"\nsource = \"our board\"\n{more}"
    )
}

#[test]
fn own_limits_are_added_or_replace_others_and_are_marked() {
    let (program, own) = (Knowledge::builtin().unwrap(), Knowledge::with_own_limits(&limit("ours", "")).unwrap());
    assert_eq!(own.constraints.len(), program.constraints.len() + 1);
    assert!(own.constraints.iter().filter(|constraint| constraint.is_own).map(|own| own.id.as_str()).eq(["ours"]));
    assert_ne!(own.text, program.text, "the hash of the knowledge base tells");
    let replaced = "rulach2021-spinal-cord-dmax";
    let other = Knowledge::with_own_limits(&limit("ours", &format!("replaces = \"{replaced}\"\n"))).unwrap();
    assert_eq!(other.constraints.len(), program.constraints.len());
    assert!(other.constraints.iter().all(|constraint| constraint.id != replaced));
}

#[test]
fn h33_own_limits_are_held_to_the_same_rules() {
    let refused = |text: &str| Knowledge::with_own_limits(text).is_err();
    assert!(refused(&limit("ours", "replaces = \"nothing\"\n")));
    assert!(refused(&limit("rulach2021-spinal-cord-dmax", "")), "an id that stands already");
    assert!(refused(&limit("ours", "").replace("EQD2", "BED")));
    assert!(refused(&limit("ours", "").replace("SpinalCord", "Spinalcord")));
    assert!(refused(&limit("ours", "").replace("alpha_beta_gy = 2.0\n", "")));
    assert!(refused("[[constraint]"));
}
