//! How far a question is on its way to the other system.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::ClientLimits;

/// How far a question is on its way, known to who sends it and to who waits for the answer.
#[derive(Clone, Debug)]
pub(super) struct Progress(Arc<Mutex<State>>);

#[derive(Clone, Copy, Debug)]
struct State {
    /// When the last piece was taken.
    at: Instant,
    is_sent: bool,
}

impl Progress {
    /// Of a question that brings nothing, or all of it at once.
    pub(super) fn of_nothing() -> Self {
        let progress = Self::of_pieces();
        progress.sent();
        progress
    }

    /// Of a question of which no piece was taken yet.
    pub(super) fn of_pieces() -> Self {
        Self(Arc::new(Mutex::new(State { at: Instant::now(), is_sent: false })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more piece was taken.
    pub(super) fn went_on(&self) {
        self.state().at = Instant::now();
    }

    /// The last piece was taken.
    pub(super) fn sent(&self) {
        *self.state() = State { at: Instant::now(), is_sent: true };
    }

    /// Until when something must have happened: the next piece taken, or the answer begun.
    pub(super) fn deadline(&self, limits: &ClientLimits) -> Instant {
        let State { at, is_sent } = *self.state();
        at + if is_sent { limits.answering } else { limits.idle }
    }
}
