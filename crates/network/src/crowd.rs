//! How many may be here at a time.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{AeTitle, Limits};

/// Sockets and associations, counted.
pub(crate) struct Crowd {
    connections: Arc<Semaphore>,
    associations: Arc<Semaphore>,
    peers: Mutex<BTreeMap<(AeTitle, IpAddr), usize>>,
    at_most_per_peer: usize,
}

/// The right to a socket, given back when dropped.
pub(crate) type Seat = OwnedSemaphorePermit;

/// The right to an association, given back when dropped.
pub(crate) struct Place {
    crowd: Arc<Crowd>,
    peer: (AeTitle, IpAddr),
    _permit: OwnedSemaphorePermit,
}

impl Crowd {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            connections: Arc::new(Semaphore::new(limits.connections)),
            associations: Arc::new(Semaphore::new(limits.associations)),
            peers: Mutex::new(BTreeMap::new()),
            at_most_per_peer: limits.associations_per_peer,
        }
    }

    /// A seat for a socket, where one is free.
    pub(crate) fn seat(&self) -> Option<Seat> {
        Arc::clone(&self.connections).try_acquire_owned().ok()
    }

    /// A place for an association of a peer, where one is free.
    pub(crate) fn place(self: &Arc<Self>, peer: &AeTitle, address: IpAddr) -> Option<Place> {
        let permit = Arc::clone(&self.associations).try_acquire_owned().ok()?;
        let peer = (peer.clone(), address.to_canonical());
        let mut peers = self.peers();
        let n = peers.entry(peer.clone()).or_default();
        if *n >= self.at_most_per_peer {
            return None;
        }
        *n += 1;
        drop(peers);
        Some(Place { crowd: Arc::clone(self), peer, _permit: permit })
    }

    /// Counting goes on after a panic elsewhere: no count is ever left half changed.
    fn peers(&self) -> MutexGuard<'_, BTreeMap<(AeTitle, IpAddr), usize>> {
        self.peers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut peers = self.crowd.peers();
        if let Some(n) = peers.get_mut(&self.peer) {
            *n -= 1;
            if *n == 0 {
                peers.remove(&self.peer);
            }
        }
    }
}
