//! How far the pipeline has come, and whether it is to stop.

/// The steps of the pipeline that take time, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// The way from the current frame to those of all doses is looked for.
    Aligning,
    /// The structures are measured.
    Measuring {
        /// Structures that are done.
        done: usize,
        /// Structures in all.
        all: usize,
    },
    /// Limits are compared.
    Judging,
    /// Doses are laid out on the grid of the current course.
    Accumulating,
    /// What may still be given is worked out.
    Budgeting,
}

/// Somebody who is told, and who may stop it.
pub trait Watch: Sync {
    /// A step begins.
    fn at(&self, stage: Stage);

    /// Whether the result is not wanted any longer; asked between the steps.
    fn is_cancelled(&self) -> bool;
}

/// The pipeline stopped because its result was not wanted any longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the assessment was cancelled")]
pub struct Cancelled;

impl dyn Watch + '_ {
    /// Says that a step begins, unless the result is not wanted any longer.
    pub(crate) fn step(&self, stage: Stage) -> Result<(), Cancelled> {
        if self.is_cancelled() {
            return Err(Cancelled);
        }
        self.at(stage);
        Ok(())
    }
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn at(&self, _stage: Stage) {}

    fn is_cancelled(&self) -> bool {
        false
    }
}
