//! Converts, maps, accumulates and measures dose; the only crate that loops over dose voxels.
//!
//! The order is fixed: every dose is converted to EQD2 on its native grid with its own number of fractions, then mapped
//! into the current frame and added at the points of an organ ([`organ`], [`moments`]) or on a grid ([`mod@convert`],
//! [`grid`]), and then measured ([`dvh`], [`metric`]). Doses of different courses are never added before they
//! are converted.

pub mod budget;
pub mod consequence;
pub mod convert;
pub mod dvh;
pub mod estimated;
pub mod expression;
pub mod grid;
pub mod histogram;
pub mod levels;
mod lookup;
pub mod maximum;
pub mod metric;
pub mod moments;
pub mod organ;
pub mod overlap;
pub mod sampling;
pub mod uncertainty;

pub use consequence::NearMaximumAndMean;
pub use convert::{Eqd2Grid, convert, eqd2_at};
pub use dvh::{Dvh, Metrics};
pub use estimated::{Estimate, Estimated};
pub use expression::{Expression, ExpressionError};
pub use grid::{ConvertedCourse, ConvertedDose, DoseError, absorbed_at, accumulate, accumulate_at};
pub use histogram::{Histogram, OrganBody, histogram};
pub use levels::{MeasuredOrgan, OrganSamples};
pub use lookup::{Interpolation, SampledDose};
pub use maximum::{MappedMaximum, mapped_maximum};
pub use metric::{Metric, MetricError};
pub use moments::{DoseMoments, OrganDoses};
pub use organ::{CourseDoses, Covered, MappedDose, MappedSamples};
pub use overlap::{IrradiatedVolume, Overlap, overlap};
