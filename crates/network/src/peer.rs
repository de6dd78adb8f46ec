//! Who may talk to us.

use std::net::IpAddr;

use rustls::pki_types::CertificateDer;

use crate::AeTitle;

/// A system that may ask us for something.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its title.
    pub ae_title: AeTitle,
    /// The addresses that it may have; a peer without any cannot come in.
    pub addresses: Vec<IpAddr>,
    /// The certificate that it must show, where TLS is spoken. Without one, whatever the authority signed will do.
    pub certificate: Option<CertificateDer<'static>>,
    /// Where it wants to be told of storage commitments; without a port it is told on the association on which it asked.
    pub reports_to: Option<crate::Remote>,
}

/// All who may ask us for something.
#[derive(Clone, Debug)]
pub enum Peers {
    /// These and nobody else.
    Listed(Vec<Peer>),
    /// Anyone: for tests, and for a node that only this machine can reach. Refused at other addresses.
    Anyone,
}

impl Peers {
    /// Whether somebody at an address may speak at all.
    pub(crate) fn know_address(&self, address: IpAddr) -> bool {
        match self {
            Self::Anyone => true,
            Self::Listed(peers) => peers.iter().any(|peer| peer.is_at(address)),
        }
    }

    /// Whether a caller is who it says it is, as far as that can be seen.
    pub(crate) fn admit(&self, caller: &AeTitle, address: IpAddr, certificate: Option<&[u8]>) -> bool {
        match self {
            Self::Anyone => true,
            Self::Listed(peers) => peers.iter().any(|peer| {
                peer.ae_title == *caller && peer.is_at(address) && peer.shows_its_certificate(certificate)
            }),
        }
    }

    /// Where a peer wants to be told of storage commitments.
    pub(crate) fn reports_to(&self, caller: &AeTitle, address: IpAddr) -> Option<&crate::Remote> {
        let Self::Listed(peers) = self else { return None };
        peers.iter().find(|peer| peer.ae_title == *caller && peer.is_at(address))?.reports_to.as_ref()
    }
}

impl Peer {
    fn is_at(&self, address: IpAddr) -> bool {
        self.addresses.iter().any(|known| known.to_canonical() == address.to_canonical())
    }

    fn shows_its_certificate(&self, shown: Option<&[u8]>) -> bool {
        self.certificate.as_ref().is_none_or(|expected| shown == Some(expected.as_ref()))
    }
}
