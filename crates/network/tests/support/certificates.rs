//! An authority for one test, and what it signs.

use network::{ClientTls, OwnCertificate, ServerTls};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, KeyUsagePurpose};

pub struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub pem: String,
}

pub struct Signed {
    pub certificate: String,
    pub key: String,
    pub der: rustls::pki_types::CertificateDer<'static>,
}

impl Authority {
    pub fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, "authority");
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = params.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(params, key), pem }
    }

    pub fn sign(&self, name: &str) -> Signed {
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        // OpenSSL takes a certificate with the name of its authority for one that signed itself.
        params.distinguished_name.push(DnType::CommonName, name);
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        Signed { certificate: certificate.pem(), key: key.serialize_pem(), der: certificate.der().clone() }
    }
}

impl Signed {
    pub fn own(&self) -> OwnCertificate<'_> {
        OwnCertificate { certificates: self.certificate.as_bytes(), key: self.key.as_bytes() }
    }
}

pub fn server(authority: &Authority, wants_certificates: bool) -> ServerTls {
    let signed = authority.sign("localhost");
    ServerTls::new(signed.own(), wants_certificates.then_some(authority.pem.as_bytes())).expect("TLS")
}

pub fn client(authority: &Authority, own: Option<&Signed>) -> ClientTls {
    ClientTls::new("localhost", authority.pem.as_bytes(), own.map(Signed::own)).expect("TLS")
}
