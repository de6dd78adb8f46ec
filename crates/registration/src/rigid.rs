//! Rigid registration of two images.

use geometry::{Affine, Point, Volume};

use crate::deformable::{Coarse, DeformableOptions, register_coarsely};
use crate::fit::{LandmarkPair, rigid_fit};
use crate::least_squares;
use crate::modality::{Modality, Scan, Values};
use crate::mutual_information::SharedInformation;
use crate::points::{Choice, Points};
use crate::pose::Pose;
use crate::pyramid::{coarser, with_equal_planes};
use crate::quality::{self, Quality};
use crate::start::shifts;

/// Spacing of the images on which starts are sought and refined.
const START_MM: f64 = 10.0;
const COARSE_MM: f64 = 6.0;
/// Spacing of the finest image.
const FINE_MM: f64 = 2.5;
/// Places compared on each of them.
const START_PLACES: usize = 4_000;
const COARSE_PLACES: usize = 20_000;
const FINE_PLACES: usize = 150_000;
/// Starts that are refined.
const KEPT: usize = 6;
/// Of those that lead to different places, the ones that are refined further.
const KEPT_COARSE: usize = 4;
/// Once the best is known, places as far along the body as the next vertebrae are tried too.
const PROBES_MM: [f64; 6] = [-42.0, -28.0, -16.0, 16.0, 28.0, 42.0];
/// Poses that take the body closer to each other than this on average are the same one.
const SAME_MM: f64 = 8.0;

/// Where places of the fixed frame count.
pub type Within<'a> = &'a (dyn Fn(&Point) -> bool + Sync);

/// What a rigid registration is to look at.
#[derive(Clone, Copy, Default)]
pub struct RigidOptions<'a> {
    /// Bone counts ten times as much as other tissue.
    pub bone_leads: bool,
    /// Only places of the fixed frame for which this is true are compared: a box, a mask, the surroundings of an organ.
    pub within: Option<Within<'a>>,
    /// The search begins at the fit to these (at least three), instead of everywhere.
    pub landmarks: &'a [LandmarkPair],
    /// The search begins here, instead of everywhere.
    pub start: Option<&'a Affine>,
}

/// A rigid map with its quality.
#[derive(Clone, Debug, PartialEq)]
pub struct RigidRegistration {
    /// Takes points of the fixed frame to the moving frame.
    pub moving_from_fixed: Affine,
    /// How well the images fit.
    pub quality: Quality,
    /// Another place where the images fit nearly as well.
    pub rival: Option<Rival>,
    /// The coarse deformation that the rigid map was fitted to; a finer one goes on from it.
    pub(crate) coarse: Option<Coarse>,
}

impl RigidRegistration {
    /// The coarse deformation that the rigid map was fitted to, where both images are whole CTs.
    pub fn coarse_deformation(&self) -> Option<&geometry::DeformationField> {
        self.coarse.as_ref().map(|coarse| &coarse.field)
    }
}

/// Places of the tissue of an image, spread evenly.
pub fn tissue_places(scan: &Scan<'_>) -> Vec<Point> {
    let levels = Levels::of(scan, Choice::default(), "fixed");
    levels.map(|levels| levels.at(Level::Coarse).1.positions_mm.clone()).unwrap_or_default()
}

/// The second-best place: where it is far away and comes close, the best one may be the wrong one (H39).
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// Takes points of the fixed frame to the moving frame.
    pub moving_from_fixed: Affine,
    /// How far it takes the body, on average, from where the best one does.
    pub distance_mm: f64,
    /// How well it fits as a share of how well the best one does: 1 would be a draw.
    pub closeness: f64,
}

/// Why two images cannot be registered.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RegistrationError {
    /// One of them shows no tissue.
    #[error("the {0} image shows no tissue")]
    NoTissue(&'static str),
    /// One of them has too few voxels along some axis.
    #[error("the {0} image is too thin along some axis: two voxels, and 12 mm to be deformed, are the least")]
    Thin(&'static str),
    /// No start leaves enough common tissue.
    #[error("no position of the two images leaves enough common tissue")]
    NoOverlap,
    /// The landmarks do not tell where to begin.
    #[error("{0} pairs of landmarks do not fix a rotation: give at least three that are not on one line")]
    Landmarks(usize),
    /// A landmark lies where nothing can be held to it.
    #[error("landmark {0} lies outside the surroundings of the body in one of the images")]
    LandmarkOutside(usize),
    /// Only images of the same kind are deformed.
    #[error("only two CTs can be deformed onto each other")]
    NotCt,
}

/// Aligns `moving` to `fixed` by rotation and shift.
///
/// CTs are compared by their values, and of two whole CTs the map is the one that comes closest to where the tissue went; images
/// of other kinds are compared by their mutual information.
///
/// # Errors
/// When an image shows no tissue, the images have nothing in common, or the landmarks leave the rotation open.
pub fn register_rigid(
    fixed: &Scan<'_>,
    moving: &Scan<'_>,
    options: &RigidOptions<'_>,
) -> Result<RigidRegistration, RegistrationError> {
    let choice = Choice { bone_leads: options.bone_leads, within: options.within };
    let fixed_levels = Levels::of(fixed, choice, "fixed")?;
    let moving_levels = Levels::of(moving, Choice::default(), "moving")?;
    let forth = Search::new(&fixed_levels, &moving_levels);
    let found = forth.best(&forth.starts(options)?, &PROBES_MM).ok_or(RegistrationError::NoOverlap)?;
    let linear = found.pose.to_affine().ok_or(RegistrationError::NoOverlap)?;
    let coarse_places = &fixed_levels.at(Level::Coarse).1;
    let is_whole = [fixed, moving].iter().all(|scan| scan.modality == Modality::Ct) && options.within.is_none();
    let deformed = if is_whole { fitted(fixed, moving, &linear, coarse_places, options.bone_leads) } else { None };
    let (moving_from_fixed, coarse) = match deformed {
        Some((fit, coarse)) => (fit, Some(coarse)),
        None => {
            let pose = forth.refined(Level::Fine, found.pose);
            (pose.to_affine().ok_or(RegistrationError::NoOverlap)?, None)
        }
    };
    let back = way_back(&fixed_levels, &moving_levels, moving, options, &moving_from_fixed)?;
    let round = |back: Pose| {
        coarse_places.distance_mm(|point| back.apply(&moving_from_fixed.apply(point)), |point| *point)
    };
    let (fine, moving_fine) = (&fixed_levels.at(Level::Fine).1, &moving_levels.at(Level::Fine).0);
    let map = |point: &Point| Some(moving_from_fixed.apply(point));
    let (correlation, overlap_percent) = quality::compare(fine, moving_fine, map);
    // A region about the middle of the body may be its own mirror image.
    let mirrored =
        options.within.is_none().then(|| mirrored_closeness(&fixed_levels, &moving_levels, found.score));
    let quality = Quality {
        normalized_cross_correlation: forth.compares_values().then_some(correlation),
        overlap_percent,
        inverse_consistency_mm: back.map_or(f64::INFINITY, round),
        mirrored_closeness: mirrored,
    };
    Ok(RigidRegistration { moving_from_fixed, quality, rival: found.rival, coarse })
}

/// Registers the other way round; where only a part is compared, the same part, from the way forth.
fn way_back(
    fixed: &Levels,
    moving: &Levels,
    moving_scan: &Scan<'_>,
    options: &RigidOptions<'_>,
    forth: &Affine,
) -> Result<Option<Pose>, RegistrationError> {
    let inverse = forth.inverse();
    let from_forth = RigidOptions { start: Some(&inverse), ..RigidOptions::default() };
    if let Some(within) = options.within {
        let carried = |point: &Point| within(&inverse.apply(point));
        let part = Levels::of(moving_scan, Choice { within: Some(&carried), ..Choice::default() }, "moving")?;
        let back = Search::new(&part, fixed);
        return Ok(back.best(&back.starts(&from_forth)?, &[]).map(|best| best.pose));
    }
    let back = Search::new(moving, fixed);
    let is_started = !options.landmarks.is_empty() || options.start.is_some();
    let starts = back.starts(&if is_started { from_forth } else { RigidOptions::default() })?;
    Ok(back.best(&starts, &[]).map(|best| best.pose))
}

/// How well the mirrored moving image fits, as a share of a score; infinitely well beside a map for which nothing speaks.
fn mirrored_closeness(fixed: &Levels, moving: &Levels, score: f64) -> f64 {
    if score <= 0.0 {
        return f64::INFINITY;
    }
    let mirrored = moving.mirrored();
    let search = Search::new(fixed, &mirrored);
    let best = search.starts(&RigidOptions::default()).ok().and_then(|starts| search.best(&starts, &[]));
    best.map_or(0.0, |best| (best.score / score).max(0.0))
}

/// Moved tissue this many median distances away from the fit counts little: breathing must not pull at the bones.
const FAR: f64 = 6.0;
/// Distances below this are never far.
const NEAR_MM: f64 = 15.0;
const FIT_ROUNDS: usize = 12;

/// The rigid map that comes closest to a coarse deformation of the tissue, and that deformation.
fn fitted(
    fixed: &Scan<'_>,
    moving: &Scan<'_>,
    start: &Affine,
    points: &Points,
    bone_leads: bool,
) -> Option<(Affine, Coarse)> {
    let coarse = register_coarsely(fixed, moving, start, &DeformableOptions::default()).ok()?;
    let (mut pairs, mut own) = (Vec::new(), Vec::new());
    for (position, weight) in points.positions_mm.iter().zip(&points.weights) {
        if let Some(moving_mm) = coarse.field.apply(position) {
            pairs.push(LandmarkPair { fixed_mm: *position, moving_mm });
            own.push(if bone_leads { *weight } else { 1.0 });
        }
    }
    let mut fit = rigid_fit(&pairs, &own)?;
    for _ in 0..FIT_ROUNDS {
        let distance = |pair: &LandmarkPair| (fit.apply(&pair.fixed_mm) - pair.moving_mm).norm();
        let distances: Vec<f64> = pairs.iter().map(distance).collect();
        let mut sorted = distances.clone();
        sorted.sort_by(f64::total_cmp);
        let far = (FAR * sorted[sorted.len() / 2]).max(NEAR_MM);
        let weight = |(distance, own): (&f64, &f64)| own / (1.0 + (distance / far).powi(2)).powi(2);
        let weights: Vec<f64> = distances.iter().zip(&own).map(weight).collect();
        fit = rigid_fit(&pairs, &weights)?;
    }
    Some((fit, coarse))
}

/// An image at three resolutions, each with the places that are compared.
pub(crate) struct Levels {
    levels: Vec<(Volume<f32>, Points)>,
    values: Values,
    modality: Modality,
}

#[derive(Clone, Copy)]
pub(crate) enum Level {
    Start,
    Coarse,
    Fine,
}

/// Spacing and number of places of each level.
const LEVELS: [(f64, usize); 3] = [(START_MM, START_PLACES), (COARSE_MM, COARSE_PLACES), (FINE_MM, FINE_PLACES)];

impl Levels {
    pub fn of(scan: &Scan<'_>, choice: Choice<'_>, which: &'static str) -> Result<Self, RegistrationError> {
        let no_tissue = || RegistrationError::NoTissue(which);
        let voxels = with_equal_planes(scan.voxels).ok_or_else(no_tissue)?;
        if voxels.grid().size().iter().any(|n| *n < 2) {
            return Err(RegistrationError::Thin(which));
        }
        let values = scan.values();
        let window = values.low..=values.high;
        let level = |(spacing, most): (f64, usize)| {
            let coarse = coarser(&voxels, spacing, &window)?;
            // Of places that fit alike, the one where the bones fit is the right one: organs move, the skeleton does not.
            let bone_leads = choice.bone_leads || (spacing == COARSE_MM && scan.modality == Modality::Ct);
            let points = Points::of(&coarse, values, Choice { bone_leads, ..choice }, most);
            (!points.is_empty()).then_some((coarse, points))
        };
        let levels = LEVELS.into_iter().map(level).collect::<Option<_>>().ok_or_else(no_tissue)?;
        Ok(Self { levels, values, modality: scan.modality })
    }

    /// The two coarser levels, with left and right exchanged.
    fn mirrored(&self) -> Self {
        let mirrored = |((image, _), (_, most)): (&(Volume<f32>, Points), (f64, usize))| {
            let grid = image.grid();
            let (size, across) = (grid.size(), grid.direction().row(0));
            // The axis of the image along which left and right lie.
            let axis = (0..3).max_by(|a, b| across[*a].abs().total_cmp(&across[*b].abs()))?;
            let value = |at: usize| {
                let mut index = [at % size[0], at / size[0] % size[1], at / size[0] / size[1]];
                index[axis] = size[axis] - 1 - index[axis];
                image.values()[grid.offset(index)]
            };
            let image = Volume::new(grid.clone(), (0..grid.len()).map(value).collect())?;
            let points = Points::of(&image, self.values, Choice::default(), most);
            Some((image, points))
        };
        let levels = self.levels.iter().zip(LEVELS).take(2).filter_map(mirrored).collect();
        Self { levels, ..*self }
    }

    fn at(&self, level: Level) -> &(Volume<f32>, Points) {
        &self.levels[level as usize]
    }
}

/// How two images are compared.
enum Similarity {
    /// By their values; unrelated places cost that much.
    Differences { unrelated: f64 },
    /// By what their values tell about each other.
    Information(SharedInformation),
}

/// Both images with the way to compare them.
pub(crate) struct Search<'a> {
    fixed: &'a Levels,
    moving: &'a Levels,
    similarity: Similarity,
}

/// The best pose, how well it fits, and the best one elsewhere.
pub(crate) struct Best {
    pub pose: Pose,
    pub score: f64,
    pub rival: Option<Rival>,
}

impl<'a> Search<'a> {
    pub fn new(fixed: &'a Levels, moving: &'a Levels) -> Self {
        let same = fixed.modality == Modality::Ct && moving.modality == Modality::Ct;
        let similarity = if same {
            Similarity::Differences {
                unrelated: least_squares::unrelated_cost(&fixed.at(Level::Coarse).1, &moving.at(Level::Coarse).1),
            }
        } else {
            Similarity::Information(SharedInformation { fixed: fixed.values, moving: moving.values })
        };
        Self { fixed, moving, similarity }
    }

    fn compares_values(&self) -> bool {
        matches!(self.similarity, Similarity::Differences { .. })
    }

    /// How well a pose fits: 0 where nothing speaks for it. A place that only one image shows counts nothing, so that of two
    /// poses that fit alike the one with more in common is preferred.
    pub fn score(&self, level: Level, pose: &Pose) -> f64 {
        let (points, image) = (&self.fixed.at(level).1, &self.moving.at(level).0);
        match &self.similarity {
            Similarity::Differences { unrelated } => {
                let (cost, share) = least_squares::cost(points, image, pose);
                if cost.is_finite() { share * (unrelated - cost) / unrelated } else { f64::NEG_INFINITY }
            }
            Similarity::Information(information) => {
                information.of(points, image, pose).map_or(f64::NEG_INFINITY, |(nats, share)| share * nats)
            }
        }
    }

    pub fn refined(&self, level: Level, pose: Pose) -> Pose {
        let small_mm = match level {
            Level::Start => 0.2,
            Level::Coarse => 0.02,
            Level::Fine => 0.002,
        };
        let (points, image) = (&self.fixed.at(level).1, &self.moving.at(level).0);
        match &self.similarity {
            Similarity::Differences { .. } => least_squares::refine(points, image, pose, small_mm),
            Similarity::Information(information) => information.refine(points, image, pose, small_mm),
        }
    }

    pub fn starts(&self, options: &RigidOptions<'_>) -> Result<Vec<Pose>, RegistrationError> {
        let centre = self.fixed.at(Level::Start).1.centre_mm();
        if !options.landmarks.is_empty() {
            let fit = rigid_fit(options.landmarks, &vec![1.0; options.landmarks.len()]);
            let fit = fit.ok_or(RegistrationError::Landmarks(options.landmarks.len()))?;
            return Ok(vec![Pose::of(&fit, centre)]);
        }
        if let Some(start) = options.start {
            return Ok(vec![Pose::of(start, centre)]);
        }
        let mut tried: Vec<(f64, Pose)> = shifts(&self.fixed.at(Level::Start).1, &self.moving.at(Level::Start).1)
            .into_iter()
            .map(|pose| (self.score(Level::Start, &pose), pose))
            .filter(|(score, _)| score.is_finite())
            .collect();
        tried.sort_by(|a, b| b.0.total_cmp(&a.0));
        tried.truncate(KEPT);
        Ok(tried.into_iter().map(|(_, pose)| pose).collect())
    }

    /// Refines starts up to the coarse level; nothing where none of them leaves enough in common.
    pub fn best(&self, starts: &[Pose], probes_mm: &[f64]) -> Option<Best> {
        let mut found = Candidates { search: self, poses: Vec::new() };
        starts.iter().for_each(|start| found.add(*start));
        let (_, first) = found.highest(None)?;
        for along in probes_mm {
            found.add(first.moved(geometry::Vector::zeros(), geometry::Vector::z() * *along));
        }
        found.poses.sort_by(|a, b| b.0.total_cmp(&a.0));
        found.poses.truncate(KEPT_COARSE);
        for (score, pose) in &mut found.poses {
            *pose = self.refined(Level::Coarse, *pose);
            *score = self.score(Level::Coarse, pose);
        }
        let (score, pose) = found.highest(None)?;
        let rival = found.highest(Some(&pose)).filter(|(other, _)| *other > 0.0).and_then(|(other, rival)| {
            Some(Rival {
                moving_from_fixed: rival.to_affine()?,
                distance_mm: self.apart_mm(&pose, &rival),
                closeness: (other / score).clamp(0.0, 1.0),
            })
        });
        Some(Best { pose, score, rival })
    }

    fn apart_mm(&self, one: &Pose, other: &Pose) -> f64 {
        self.fixed.at(Level::Start).1.distance_mm(|point| one.apply(point), |point| other.apply(point))
    }
}

/// Poses that differ, with their scores.
struct Candidates<'a> {
    search: &'a Search<'a>,
    poses: Vec<(f64, Pose)>,
}

impl Candidates<'_> {
    /// Refines a pose on the coarsest level and keeps it unless it leads to one that is known.
    fn add(&mut self, pose: Pose) {
        let pose = self.search.refined(Level::Start, pose);
        let score = self.search.score(Level::Start, &pose);
        let is_known = self.poses.iter().any(|(_, other)| self.search.apart_mm(&pose, other) < SAME_MM / 4.0);
        if score.is_finite() && !is_known {
            self.poses.push((score, pose));
        }
    }

    /// The one that fits best, of all or of those that take the body elsewhere than `from`.
    fn highest(&self, from: Option<&Pose>) -> Option<(f64, Pose)> {
        let is_elsewhere = |pose: &Pose| from.is_none_or(|from| self.search.apart_mm(from, pose) > SAME_MM);
        let some = self.poses.iter().copied().filter(|(score, pose)| score.is_finite() && is_elsewhere(pose));
        some.max_by(|a, b| a.0.total_cmp(&b.0))
    }
}
