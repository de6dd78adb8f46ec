//! Who may ask for what.
//!
//! [`guard()`] looks at every request: whether it names this server, comes from its own pages, and who asks. [`admit`] then looks at
//! every operation of the interface: whether the role may use it ([`roles`]) and whether the case may be seen, and writes down what
//! was done ([`record`]).

mod guard;
mod limiter;
mod local;
pub mod openid;
mod person;
pub mod record;
pub mod roles;

use std::net::IpAddr;

use archive::Archive;

pub use guard::{TOKEN_PATH, flow_of, guard};
pub use limiter::Limiter;
pub use local::Local;
pub use openid::{OpenId, OpenIdError, Provider, Secret};
pub use person::{Person, Session, Sight, Who};
pub use record::admit;

use openid::{CALLBACK, FLOW_LASTS};
use record::Looks;

/// The name of the cookie of a session.
pub const COOKIE: &str = "rert_session";

/// The name of the cookie of a browser on its way to a provider and back.
const FLOW_COOKIE: &str = "rert_oidc";

/// Who may ask a server, and under which name.
#[derive(Debug)]
pub struct Access {
    /// Names under which the server may be asked: others are another site that resolves to this machine.
    hosts: Vec<String>,
    /// Where its own pages come from.
    origins: Vec<String>,
    mode: Mode,
    archive: Archive,
    /// By which people sign in, where there is one.
    openid: Option<OpenId>,
    /// Attempts to sign in, by address.
    attempts: Limiter,
    /// Returns from a provider that nobody began, by address: any page can cause them in the browser of somebody who wants to sign in.
    strays: Limiter,
    /// Who looked at which case lately.
    looks: Looks,
}

/// How people are told apart.
#[derive(Debug)]
pub enum Mode {
    /// One person on this machine.
    Local(Local),
    /// Accounts.
    Department(Box<Department>),
}

/// How a department reaches the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Department {
    /// Where browsers find the workbench, as `https://rert.example.org`.
    pub origin: String,
    /// Addresses of the servers that pass requests on, and say for whom.
    pub proxies: Vec<IpAddr>,
    /// A provider of identities by which people sign in, where there is one.
    pub provider: Option<Provider>,
}

impl Access {
    /// Access under `127.0.0.1` and `localhost` with a port.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn local(port: u16, archive: Archive) -> Result<Self, getrandom::Error> {
        let hosts = vec![format!("127.0.0.1:{port}"), format!("localhost:{port}")];
        let origins = hosts.iter().map(|host| format!("http://{host}")).collect();
        Ok(Self::new(hosts, origins, Mode::Local(Local::new()?), archive, None))
    }

    /// Access for the accounts of a department, under the address at which browsers find the workbench.
    ///
    /// # Errors
    /// When the provider of identities cannot be asked as it is configured.
    pub fn department(department: Department, archive: Archive) -> Result<Self, OpenIdError> {
        let openid = department.provider.clone().map(|provider| OpenId::new(provider, &department.origin));
        let host = department.origin.split_once("://").map_or("", |(_, host)| host).to_owned();
        let origins = vec![department.origin.clone()];
        Ok(Self::new(vec![host], origins, Mode::Department(Box::new(department)), archive, openid.transpose()?))
    }

    fn new(
        hosts: Vec<String>,
        origins: Vec<String>,
        mode: Mode,
        archive: Archive,
        openid: Option<OpenId>,
    ) -> Self {
        Self {
            hosts,
            origins,
            mode,
            archive,
            openid,
            attempts: Limiter::per_minute(20),
            strays: Limiter::per_minute(20),
            looks: Looks::default(),
        }
    }

    /// The provider by which people sign in; nothing where there is none.
    pub fn openid(&self) -> Option<&OpenId> {
        self.openid.as_ref()
    }

    /// Whether people may sign in with passwords.
    pub fn takes_passwords(&self) -> bool {
        self.openid.as_ref().is_none_or(|openid| openid.provider.passwords)
    }

    /// How people are told apart.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// What the addresses of this server begin with, as its users write them.
    pub fn origin(&self) -> &str {
        self.origins.first().map_or("", String::as_str)
    }

    /// Whether browsers keep cookies of this server for encrypted connections only.
    fn is_secure(&self) -> bool {
        self.origins.iter().all(|origin| origin.starts_with("https://"))
    }

    /// The header that gives a browser a session, or takes it away where the session is empty.
    pub fn cookie(&self, session: &str) -> String {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let ends = if session.is_empty() { "; Max-Age=0" } else { "" };
        format!("{COOKIE}={session}; HttpOnly; SameSite=Strict; Path=/{secure}{ends}")
    }

    /// The header by which a browser is known when it comes back from the provider, which other sites may send it with; or that it is
    /// known no longer, where it is empty.
    pub fn flow_cookie(&self, browser: &str) -> String {
        let secure = if self.is_secure() { "; Secure" } else { "" };
        let lasts = if browser.is_empty() { 0 } else { FLOW_LASTS.num_seconds() };
        format!("{FLOW_COOKIE}={browser}; HttpOnly; SameSite=Lax; Path={CALLBACK}{secure}; Max-Age={lasts}")
    }

    /// Whether a return from a provider that nobody began is written down.
    pub fn may_stray(&self, address: &str) -> bool {
        self.strays.take(address)
    }

    /// Whether somebody at an address may try to sign in now.
    pub fn may_try(&self, address: &str) -> bool {
        self.attempts.take(address)
    }
}
