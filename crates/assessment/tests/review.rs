//! An open case follows what a person changes, and answers as another assessment would.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod support;

use assessment::review::layers::LayerValues;
use assessment::{
    Alignments, Assessment, Cancelled, Carrier, DrawnStructure, Inputs, PlaneKind, PlaneOutlines, Review, Stage,
    Unwatched, Watch, review,
};
use case::Settings;
use guidelines::Knowledge;
use support::{patient, settings};

/// Opens the small patient with settings and asks it something.
fn opened<R>(text: &str, body: impl FnOnce(Review<'_>) -> R) -> R {
    let place = tempfile::tempdir().unwrap();
    patient().write(place.path()).unwrap();
    let mut folder = dicom::read_folder(place.path(), &|_, _| {}).unwrap();
    let settings = settings(text);
    let case = assessment::order(&folder.objects, &settings).unwrap();
    for image in case.courses.iter().filter_map(|course| course.image) {
        folder.load_voxels(image).unwrap();
    }
    let knowledge = Knowledge::builtin().unwrap();
    let inputs =
        Inputs { knowledge, objects: &folder.objects, case: &case, settings: &settings, watch: &Unwatched };
    review(inputs, &mut Alignments::default(), body).unwrap()
}

/// For questions that do not ask how sure numbers are.
const FEW_DRAWS: &str = "[uncertainty]\ndraws = 20\n";

const CHANGED: &str = r#"
    [case]
    toxicity_concern = true
    [[structure]]
    name = "cord"
    alpha_beta_gy = 3.0
    recovery = 0.25
    recovery_low = 0.1
    recovery_high = 0.4
    [[drug]]
    drug = "bevacizumab"
    start = "2024-01-01"
"#;

fn assert_alike(followed: &Assessment, assessed: &Assessment) {
    for (followed, assessed) in followed.structures.iter().zip(&assessed.structures) {
        assert_eq!(followed.name, assessed.name);
        assert_eq!(followed.alpha_beta_gy, assessed.alpha_beta_gy, "{}", followed.name);
        assert_eq!(followed.recovery, assessed.recovery);
        let (one, other) = (&followed.cumulative_eqd2, &assessed.cumulative_eqd2);
        let error = &assessed.cumulative_eqd2_error;
        for (one, other, error) in [
            (one.mean_gy, other.mean_gy, error.mean_gy),
            (one.d0_1cc_gy, other.d0_1cc_gy, error.d0_1cc_gy),
            (one.max_gy, other.max_gy, error.max_gy),
        ] {
            assert_eq!(one.is_some(), other.is_some());
            let Some(((one, other), error)) = one.zip(other).zip(error) else { continue };
            assert!((one - other).abs() <= error, "{}: {one} {other} ± {error}", followed.name);
        }
    }
    assert_eq!(followed.constraints.len(), assessed.constraints.len());
    for (followed, assessed) in followed.constraints.iter().zip(&assessed.constraints) {
        assert_eq!((&followed.id, &followed.structure), (&assessed.id, &assessed.structure));
        assert_eq!(followed.verdict, assessed.verdict, "{} of {}", followed.id, followed.structure);
    }
    let json = |value: &dyn erased::Told| value.told();
    assert_eq!(json(&followed.classification), json(&assessed.classification));
    assert_eq!(json(&followed.clinical), json(&assessed.clinical));
}

mod erased {
    /// Anything that can be written as JSON.
    pub trait Told {
        /// As JSON.
        fn told(&self) -> serde_json::Value;
    }

    impl<T: serde::Serialize> Told for T {
        fn told(&self) -> serde_json::Value {
            serde_json::to_value(self).unwrap()
        }
    }
}

#[test]
fn what_is_followed_is_what_another_assessment_says() {
    let assessed = support::assess(&patient(), CHANGED);
    opened("", |mut review| {
        let before = serde_json::to_value(review.assessment()).unwrap();
        let followed = review.follow(&settings(CHANGED));
        assert_eq!(followed.needs_assessment, Vec::<&str>::new());
        assert_eq!(followed.changed.len(), 1);
        assert_eq!(review.assessment().structures[followed.changed[0]].name, "cord");
        let said = |code: &str| assessed.findings.iter().filter(|own| own.code == code).count();
        assert!(said("H34") > 0 && said("H36") > 0, "{:?}", assessed.findings);
        // How much depends on the registration is told by an assessment alone.
        let others = |all: &[case::Finding]| -> Vec<case::Finding> {
            all.iter().filter(|finding| finding.code != "H43").cloned().collect()
        };
        assert_eq!(others(&review.assessment().findings), others(&assessed.findings));
        assert_alike(review.assessment(), &assessed);
        // And back again: what was there before, to the last digit, but for what only an assessment tells.
        review.follow(&settings(""));
        let mut after = serde_json::to_value(review.assessment()).unwrap();
        let mut before = before;
        for document in [&mut before, &mut after] {
            for structure in document["structures"].as_array_mut().unwrap() {
                let told = structure["uncertainty"].as_object_mut().unwrap();
                for only in ["registration", "contributions", "search"] {
                    told.remove(only);
                }
            }
        }
        assert_eq!(before["structures"], after["structures"]);
        assert_eq!(before["constraints"], after["constraints"]);
        assert_eq!(before["findings"], after["findings"]);
    });
}

#[test]
fn draws_that_are_kept_are_those_of_another_assessment() {
    let with_range = |alpha_beta_gy: f64, high: f64| {
        format!(
            "{FEW_DRAWS}[[structure]]\nname = \"cord\"\nalpha_beta_gy = {alpha_beta_gy:?}\nrecovery = 0.2\nrecovery_low = 0.1\n\
             recovery_high = {high:?}\n"
        )
    };
    let texts = [(3.0, 0.3), (3.0, 0.5), (2.5, 0.5), (3.0, 0.5)].map(|(gy, high)| with_range(gy, high));
    let bands = |assessment: &Assessment| {
        let cord = assessment.structures.iter().find(|structure| structure.name == "cord").unwrap();
        let limits = assessment.constraints.iter().filter(|limit| limit.structure == "cord");
        let of_limits: Vec<_> = limits.map(|limit| serde_json::to_value(limit.band).unwrap()).collect();
        (cord.uncertainty["cumulative_eqd2"].clone(), of_limits)
    };
    opened(FEW_DRAWS, |mut review| {
        let followed: Vec<_> = texts
            .iter()
            .map(|text| {
                review.follow(&settings(text));
                bands(review.assessment())
            })
            .collect();
        // A wider recovery is another band, though nothing else changed.
        assert_ne!(followed[0], followed[1]);
        assert_ne!(followed[1], followed[2]);
        assert_eq!(followed[1], followed[3]);
        assert_eq!(followed[1], bands(&support::assess(&patient(), &texts[1])));
    });
}

#[test]
fn what_cannot_be_followed_is_named_and_stays_as_it_was() {
    let text = "[registration]\nuse = \"rigid\"\n[uncertainty]\ndose_calculation_percent = 3.0\n";
    opened("", |mut review| {
        let before = serde_json::to_value(&review.assessment().constraints).unwrap();
        let mut draft: Settings = settings(text);
        draft.uncertainty.draws = Some(40);
        let followed = review.follow(&draft);
        assert_eq!(followed.needs_assessment, ["registration", "uncertainty"]);
        assert!(followed.changed.is_empty());
        assert_eq!(serde_json::to_value(&review.assessment().constraints).unwrap(), before);
    });
}

#[test]
fn a_place_is_known_as_the_layers_show_it() {
    opened(FEW_DRAWS, |mut review| {
        let layers = review.layers();
        let id = "eqd2-ab2-cumulative";
        let layer = layers.iter().find(|layer| layer.id == id).unwrap().clone();
        let LayerValues::Numbers(values) = review.layer_values(&layer).unwrap().unwrap() else {
            panic!("{id} holds numbers");
        };
        let [columns, rows, planes] = layer.grid.size();
        let place = [columns / 2, rows / 2, planes / 2];
        let probe = review.probe(&layer.grid.position_mm(place)).unwrap();
        let basis = probe.bases.iter().find(|basis| basis.alpha_beta_gy == 2.0).unwrap();
        assert_eq!(basis.cumulative_gy.map(|gy| gy as f32), Some(values[layer.grid.offset(place)]));
        let sum: f64 = basis.courses_gy.iter().map(|course| course.unwrap()).sum();
        assert!((sum - basis.cumulative_gy.unwrap()).abs() < 1e-9);
        // Far away nothing is known, which is not zero.
        let nowhere = review.probe(&geometry::Point::new(5000.0, 0.0, 0.0)).unwrap();
        assert!(nowhere.courses.iter().all(|course| course.absorbed_gy.is_none()));
        assert!(nowhere.bases.iter().all(|basis| basis.cumulative_gy.is_none()));
    });
}

#[test]
fn the_ends_of_the_band_of_a_voxel_are_in_order_and_wide_where_the_dose_is_steep() {
    opened(FEW_DRAWS, |mut review| {
        let layers = review.layers();
        let mut values = |id: &str| {
            let layer = layers.iter().find(|layer| layer.id == id).unwrap().clone();
            match review.layer_values(&layer).unwrap().unwrap() {
                LayerValues::Numbers(values) => values,
                _ => panic!("{id} holds numbers"),
            }
        };
        let (low, high) = (values("eqd2-ab2-band-low"), values("eqd2-ab2-band-high"));
        let both = low.iter().zip(high.iter()).filter(|(low, high)| low.is_finite() && high.is_finite());
        assert!(both.clone().count() > 1000);
        assert!(both.clone().all(|(low, high)| low <= high));
        assert!(both.clone().any(|(low, high)| high - low > 3.0));
    });
}

#[test]
fn a_band_is_drawn_part_by_part_and_both_ends_of_it_at_once() {
    opened(FEW_DRAWS, |mut review| {
        let layers = review.layers();
        let layer = |id: &str| layers.iter().find(|layer| layer.id == id).unwrap();
        let mut parts = vec![review.work_on(layer("eqd2-ab2-band-low")).unwrap()];
        assert!(parts[0] < 1.0, "one part is the whole: the test says nothing");
        // Another question is answered meanwhile.
        review.probe(&geometry::Point::origin()).unwrap();
        while *parts.last().unwrap() < 1.0 {
            parts.push(review.work_on(layer("eqd2-ab2-band-high")).unwrap());
        }
        assert!(parts.is_sorted());
        let grid = &layer("eqd2-ab2-band-low").grid;
        assert_eq!(parts.len(), grid.size()[2].div_ceil(4));
        assert_eq!(review.work_on(layer("eqd2-ab2-band-low")), Some(1.0));
        let LayerValues::Numbers(values) = review.layer_values(layer("eqd2-ab2-band-low")).unwrap().unwrap()
        else {
            panic!("a band holds numbers");
        };
        assert_eq!(values.len(), grid.len());
    });
}

#[test]
fn the_structures_of_a_prior_course_are_carried_to_the_current_frame() {
    opened(FEW_DRAWS, |mut review| {
        // Middles of the spinal cord on a plane, as drawn for the current course and as carried from the prior one.
        let middle_of = |outlines: &[PlaneOutlines], structure: usize| {
            let own = outlines.iter().find(|own| own.structure == structure)?;
            let points: Vec<[f64; 2]> = own.lines_mm.concat();
            Some([0, 1].map(|axis| points.iter().map(|point| point[axis]).sum::<f64>() / points.len() as f64))
        };
        let current = review.assessment().structures.iter().position(|own| own.name == "cord").unwrap();
        let carried = |review: &mut Review<'_>, carrier: &Carrier, z_mm: f64| {
            let found = review.prior_outlines("C1", carrier, PlaneKind::Axial, z_mm).unwrap();
            let is_cord = |own: &DrawnStructure| own.standard_name.as_deref() == Some("SpinalCord");
            middle_of(&found.outlines, found.structures.iter().position(is_cord).unwrap())
        };
        let layers = review.layers();
        let grid = &layers.iter().find(|layer| layer.id == "image-C2").unwrap().grid;
        let mut planes = (0..grid.size()[2]).step_by(4).map(|k| grid.position_mm([0, 0, k]).z);
        let (z_mm, here, there) = planes
            .find_map(|z_mm| {
                let here = middle_of(&review.outlines(PlaneKind::Axial, z_mm), current)?;
                Some((z_mm, here, carried(&mut review, &Carrier::Used, z_mm)?))
            })
            .unwrap();
        assert!((0..2).all(|axis| (here[axis] - there[axis]).abs() < 2.0), "{here:?} {there:?}");
        // A map that goes 10 mm further to the left shows the structure 10 mm further to the right.
        let mut rows = review.maps()[0].moving_from_fixed.unwrap();
        rows[3] += 10.0;
        let tried = Carrier::Tried(geometry::Affine::from_row_major(&rows).unwrap());
        let moved = carried(&mut review, &tried, z_mm).unwrap();
        assert!((moved[0] - there[0] + 10.0).abs() < 1.5, "{there:?} {moved:?}");
        assert!(review.prior_outlines("C1", &Carrier::Used, PlaneKind::Coronal, 0.0).is_some());
        assert!(review.prior_outlines("C1", &Carrier::Kind("regional".into()), PlaneKind::Axial, 0.0).is_none());
        assert!(review.prior_outlines("C9", &Carrier::Used, PlaneKind::Axial, 0.0).is_none());
    });
}

#[test]
fn the_outline_of_a_structure_lies_about_the_middle_of_it() {
    opened(FEW_DRAWS, |review| {
        let index = review.assessment().structures.iter().position(|own| own.name == "cord").unwrap();
        let layers = review.layers();
        let grid = &layers.iter().find(|layer| layer.id == "image-C2").unwrap().grid;
        let ends = [grid.position_mm([0; 3]), grid.position_mm(grid.size().map(|n| n - 1))];
        for kind in [PlaneKind::Axial, PlaneKind::Coronal, PlaneKind::Sagittal] {
            let axis = match kind {
                PlaneKind::Axial => 2,
                PlaneKind::Coronal => 1,
                PlaneKind::Sagittal => 0,
            };
            let (low, high) = (ends[0][axis], ends[1][axis]);
            let found = (0..=((high - low) / 8.0) as usize)
                .map(|step| review.outlines(kind, low + 8.0 * step as f64))
                .find(|outlines| outlines.iter().any(|own| own.structure == index));
            let outlines = found.unwrap_or_else(|| panic!("{kind:?}: no plane cuts it"));
            let own = outlines.iter().find(|own| own.structure == index).unwrap();
            assert!(own.lines_mm.iter().all(|line| line.len() > 3 && line.first() == line.last()), "{kind:?}");
        }
    });
}

#[test]
fn another_number_of_fractions_gives_the_budget_of_an_assessment_with_it() {
    let text = "[budget]\nfractions = [10]\n";
    let assessed = support::assess(&patient(), text);
    opened("", |mut review| {
        let ten = radiobiology::NumberOfFractions::new(10).unwrap();
        let found = serde_json::to_value(review.budget(ten).unwrap()).unwrap();
        assert_eq!(found, serde_json::to_value(assessed.budget).unwrap());
        // A place tells what is allowed with the settings that are followed, or nothing.
        let layer = review.allowance_layer(ten).unwrap();
        let place = layer.grid.centre_mm();
        let allowed = |review: &mut Review<'_>| {
            let told = review.probe(&place).unwrap().allowances;
            told.iter().find(|own| own.fractions == 10).map(|own| own.total_gy)
        };
        let before = allowed(&mut review).unwrap();
        let other = "[[structure]]\nname = \"cord\"\nalpha_beta_gy = 2.0\nrecovery = 0.4\n";
        review.follow(&settings(other));
        assert_eq!(allowed(&mut review), None);
        review.budget(ten).unwrap();
        assert!(allowed(&mut review).is_some());
        review.follow(&settings(""));
        review.budget(ten).unwrap();
        assert_eq!(allowed(&mut review).unwrap(), before);
    });
}

/// Stops when the structures are measured.
struct Impatient;

impl Watch for Impatient {
    fn at(&self, stage: Stage) {
        assert!(!matches!(stage, Stage::Judging | Stage::Accumulating), "{stage:?} after it was cancelled");
    }

    fn is_cancelled(&self) -> bool {
        true
    }
}

#[test]
fn what_is_not_wanted_any_longer_stops() {
    let folder = support::read(&patient());
    let settings = settings("");
    let case = assessment::order(&folder.objects, &settings).unwrap();
    let knowledge = Knowledge::builtin().unwrap();
    let inputs =
        Inputs { knowledge, objects: &folder.objects, case: &case, settings: &settings, watch: &Impatient };
    let outcome = review(inputs, &mut Alignments::default(), |review| review.into_assessment());
    assert_eq!(outcome.unwrap_err().to_string(), Cancelled.to_string());
}
