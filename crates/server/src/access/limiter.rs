//! How often somebody may do something.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Addresses that are remembered; beyond it those that waited longest are forgotten.
const REMEMBERED: usize = 10_000;

/// Lets everybody do something so often at once, and then at a steady rate.
#[derive(Debug)]
pub struct Limiter {
    most: u32,
    every: Duration,
    /// For whom how much is left, and when that was.
    left: Mutex<BTreeMap<String, (f64, Instant)>>,
}

impl Limiter {
    /// So many at once, and so many each minute.
    pub fn per_minute(most: u32) -> Self {
        Self { most, every: Duration::from_secs(60) / most, left: Mutex::default() }
    }

    /// Whether somebody may do it now, which is counted.
    pub fn take(&self, who: &str) -> bool {
        self.take_at(who, now())
    }

    fn take_at(&self, who: &str, now: Instant) -> bool {
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= REMEMBERED && !all.contains_key(who) {
            // Whoever waited so long has everything left again.
            let longest = self.every * self.most;
            all.retain(|_, (_, at)| now.duration_since(*at) < longest);
            if all.len() >= REMEMBERED {
                return false;
            }
        }
        let (left, at) = all.entry(who.to_owned()).or_insert((f64::from(self.most), now));
        let regained = now.duration_since(*at).as_secs_f64() / self.every.as_secs_f64();
        *left = (*left + regained).min(f64::from(self.most));
        *at = now;
        let may = *left >= 1.0;
        if may {
            *left -= 1.0;
        }
        may
    }
}

fn now() -> Instant {
    Instant::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_at_once_are_stopped_and_go_on_at_a_steady_rate() {
        let limiter = Limiter::per_minute(20);
        let begun = now();
        assert_eq!((0..30).filter(|_| limiter.take_at("a", begun)).count(), 20);
        assert!(limiter.take_at("b", begun));
        assert!(limiter.take_at("a", begun + Duration::from_secs(3)));
        assert!(!limiter.take_at("a", begun + Duration::from_secs(3)));
    }
}
