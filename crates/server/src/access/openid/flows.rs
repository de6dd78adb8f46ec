//! Flows that were begun, and signatures that were confirmed. Both are of one browser, work once, and are soon over.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use archive::people::Account;
use archive::{Bound, CaseId, sha256};
use chrono::{DateTime, TimeDelta, Utc};
use openidconnect::core::CoreProviderMetadata;
use openidconnect::{Nonce, PkceCodeVerifier};

use super::super::local::is_same;

/// Who does not come back within so long begins anew.
pub const FLOW_LASTS: TimeDelta = TimeDelta::minutes(10);
/// What was confirmed is signed within so long.
const CONFIRMATION_LASTS: TimeDelta = TimeDelta::minutes(2);
/// The most that are remembered; beyond it the oldest is forgotten.
const REMEMBERED: usize = 1_000;

/// What a browser was sent to the provider for.
#[derive(Clone, Debug)]
pub enum Purpose {
    /// To sign in.
    SignIn,
    /// To confirm a signature.
    Sign(Box<Signing>),
}

/// A signature that is to be confirmed.
#[derive(Clone, Debug)]
pub struct Signing {
    /// The hash of the session in which is signed.
    pub session: String,
    /// Who signs.
    pub account: Account,
    /// What is signed.
    pub case: CaseId,
    /// As what it was looked at.
    pub bound: Bound,
}

/// A browser on its way to the provider and back.
#[derive(Debug)]
pub struct Flow {
    pub(super) state: String,
    pub(super) nonce: Nonce,
    pub(super) verifier: PkceCodeVerifier,
    pub(super) metadata: CoreProviderMetadata,
    pub(super) begun: DateTime<Utc>,
    /// What for.
    pub purpose: Purpose,
}

/// All browsers on their way, by the hash of what they are known by.
#[derive(Debug, Default)]
pub struct Flows(Mutex<BTreeMap<String, Flow>>);

impl Flows {
    pub(super) fn put(&self, browser: &str, flow: Flow) {
        let mut all = locked(&self.0);
        all.retain(|_, own| flow.begun < own.begun + FLOW_LASTS);
        if all.len() >= REMEMBERED {
            let oldest = all.iter().min_by_key(|(_, own)| own.begun).map(|(browser, _)| browser.clone());
            oldest.map(|browser| all.remove(&browser));
        }
        all.insert(sha256(browser), flow);
    }

    /// Takes the flow of a browser, which is over then. Who comes with another state ends nothing: another site could send anybody here.
    pub(super) fn take(&self, browser: &str, state: &str, now: DateTime<Utc>) -> Option<Flow> {
        let (mut all, browser) = (locked(&self.0), sha256(browser));
        let is_right = is_same(&all.get(&browser)?.state, state);
        let flow = if is_right { all.remove(&browser) } else { None };
        flow.filter(|flow| now < flow.begun + FLOW_LASTS)
    }
}

/// Signatures that were confirmed, by the hash of the session and by case.
#[derive(Debug, Default)]
pub struct Confirmations(Mutex<BTreeMap<(String, CaseId), Confirmation>>);

/// What was confirmed, and until when.
type Confirmation = (Bound, DateTime<Utc>);

impl Confirmations {
    /// Remembers that a signature was confirmed.
    pub fn put(&self, session: String, case: CaseId, bound: Bound, now: DateTime<Utc>) {
        let mut all = locked(&self.0);
        all.retain(|_, (_, until)| now < *until);
        all.insert((session, case), (bound, now + CONFIRMATION_LASTS));
    }

    /// Takes what was confirmed in a session for a case, which is worth nothing then; nothing where that was not, or is over.
    pub fn take(&self, session: &str, case: &CaseId, now: DateTime<Utc>) -> Option<Bound> {
        let taken = locked(&self.0).remove(&(session.to_owned(), case.clone()));
        taken.filter(|(_, until)| now < *until).map(|(bound, _)| bound)
    }
}

fn locked<T>(own: &Mutex<T>) -> MutexGuard<'_, T> {
    own.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bound() -> Bound {
        serde_json::from_value(serde_json::json!({
            "inputs_sha256": "a", "settings_sha256": "b", "knowledge_sha256": "c", "rert": "d"
        }))
        .unwrap()
    }

    #[test]
    fn a_signature_is_confirmed_for_one_case_in_one_session_once_and_for_two_minutes() {
        let all = Confirmations::default();
        let (case, other) = (CaseId::random().unwrap(), CaseId::random().unwrap());
        let now = DateTime::UNIX_EPOCH;
        let put = || all.put("session".to_owned(), case.clone(), bound(), now);
        put();
        assert!(all.take("another", &case, now).is_none() && all.take("session", &other, now).is_none());
        assert!(all.take("session", &case, now).is_some());
        assert!(all.take("session", &case, now).is_none(), "it works once");
        put();
        assert!(all.take("session", &case, now + CONFIRMATION_LASTS).is_none());
    }
}
