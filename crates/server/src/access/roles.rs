//! Which role may use which operation of the interface.
//!
//! What does not stand here may be used by nobody. A test compares this list with the description of the interface, operation by
//! operation, and writes docs/access.md from both.

use archive::people::Role;
use archive::people::Role::{Admin, Physician, Physicist, Service, Viewer};

/// Who may use an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Also those who are not signed in.
    Anybody,
    /// Everybody with an account.
    SignedIn,
    /// These roles.
    Roles {
        /// Roles of accounts.
        roles: &'static [Role],
        /// Whether the person at the machine may use it in local mode.
        local: bool,
    },
}

/// An operation with who may use it.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// In lower case.
    pub method: &'static str,
    /// The interface it belongs to, by what its addresses begin with.
    pub below: &'static str,
    /// Below that, with the names of its parts in braces.
    pub path: &'static str,
    /// Who.
    pub allowed: Allowed,
}

/// What the addresses of the workbench begin with.
pub const API: &str = "/api/v1";
/// What the addresses of DICOMweb begin with.
pub const DICOMWEB: &str = "/dicomweb";

const fn rule(method: &'static str, path: &'static str, roles: &'static [Role]) -> Rule {
    Rule { method, below: API, path, allowed: Allowed::Roles { roles, local: true } }
}

/// Of DICOMweb.
const fn dicomweb(method: &'static str, path: &'static str, roles: &'static [Role]) -> Rule {
    Rule { below: DICOMWEB, ..rule(method, path, roles) }
}

/// Of the session, which each manages for itself.
const fn session(method: &'static str, path: &'static str, allowed: Allowed) -> Rule {
    Rule { method, below: API, path, allowed }
}

/// Of a department alone.
const fn department(method: &'static str, path: &'static str) -> Rule {
    Rule { method, below: API, path, allowed: Allowed::Roles { roles: &[Admin], local: false } }
}

/// Who looks at cases.
const LOOKING: &[Role] = &[Viewer, Physicist, Physician];
/// Who decides on cases.
const DECIDING: &[Role] = &[Physicist, Physician];
/// Who takes objects in.
const TAKING_IN: &[Role] = &[Physicist, Physician, Service];
/// Who finds and fetches objects as they are.
const FETCHING: &[Role] = &[Viewer, Physicist, Physician, Service];

/// Every operation of the interface.
pub const RULES: &[Rule] = &[
    session("get", "/session", Allowed::Anybody),
    session("post", "/session", Allowed::Anybody),
    session("delete", "/session", Allowed::SignedIn),
    session("put", "/session/password", Allowed::SignedIn),
    session("post", "/session/oidc", Allowed::Anybody),
    session("get", "/session/oidc/callback", Allowed::Anybody),
    rule("get", "/cases", LOOKING),
    rule("get", "/cases/{case}", LOOKING),
    rule("patch", "/cases/{case}", DECIDING),
    rule("delete", "/cases/{case}", &[Physicist]),
    rule("get", "/cases/{case}/contents", LOOKING),
    rule("post", "/imports", TAKING_IN),
    rule("put", "/imports/{import}/files", TAKING_IN),
    rule("post", "/imports/{import}/finish", TAKING_IN),
    rule("delete", "/imports/{import}", TAKING_IN),
    rule("get", "/cases/{case}/settings", LOOKING),
    rule("put", "/cases/{case}/settings", DECIDING),
    rule("get", "/cases/{case}/names", LOOKING),
    rule("put", "/cases/{case}/names", DECIDING),
    rule("get", "/names", &[Viewer, Physicist, Physician, Admin]),
    rule("delete", "/names", DECIDING),
    rule("get", "/cases/{case}/assessment", LOOKING),
    rule("post", "/cases/{case}/assessment", DECIDING),
    rule("get", "/cases/{case}/variants", LOOKING),
    rule("post", "/cases/{case}/variants", DECIDING),
    rule("get", "/cases/{case}/dvh", LOOKING),
    rule("post", "/cases/{case}/trial", LOOKING),
    rule("get", "/cases/{case}/structures/{structure}/doubt", LOOKING),
    rule("get", "/cases/{case}/budget", LOOKING),
    rule("get", "/cases/{case}/questions", LOOKING),
    rule("get", "/cases/{case}/volumes", LOOKING),
    rule("get", "/cases/{case}/volumes/{volume}", LOOKING),
    rule("get", "/cases/{case}/maps", LOOKING),
    rule("get", "/cases/{case}/outlines", LOOKING),
    rule("get", "/cases/{case}/probe", LOOKING),
    rule("post", "/cases/{case}/by-hand", DECIDING),
    rule("get", "/cases/{case}/files/{name}", LOOKING),
    rule("get", "/cases/{case}/signature", LOOKING),
    rule("post", "/cases/{case}/signature", DECIDING),
    rule("delete", "/cases/{case}/signature", DECIDING),
    rule("post", "/cases/{case}/signature/confirmation", DECIDING),
    rule("get", "/jobs", &[Viewer, Physicist, Physician, Service]),
    rule("get", "/jobs/{job}", &[Viewer, Physicist, Physician, Service]),
    rule("delete", "/jobs/{job}", DECIDING),
    rule("get", "/events", LOOKING),
    rule("get", "/audit", &[Admin]),
    rule("get", "/audit/verification", &[Admin]),
    department("get", "/accounts"),
    department("post", "/accounts"),
    department("patch", "/accounts/{account}"),
    department("post", "/accounts/{account}/token"),
    department("get", "/grants"),
    department("put", "/grants/{case}/{account}"),
    department("delete", "/grants/{case}/{account}"),
    dicomweb("post", "/studies", TAKING_IN),
    dicomweb("post", "/studies/{study}", TAKING_IN),
    dicomweb("get", "/studies", FETCHING),
    dicomweb("get", "/series", FETCHING),
    dicomweb("get", "/instances", FETCHING),
    dicomweb("get", "/studies/{study}/series", FETCHING),
    dicomweb("get", "/studies/{study}/instances", FETCHING),
    dicomweb("get", "/studies/{study}/series/{series}/instances", FETCHING),
    dicomweb("get", "/studies/{study}", FETCHING),
    dicomweb("get", "/studies/{study}/series/{series}", FETCHING),
    dicomweb("get", "/studies/{study}/series/{series}/instances/{instance}", FETCHING),
    dicomweb("get", "/studies/{study}/metadata", FETCHING),
    dicomweb("get", "/studies/{study}/series/{series}/metadata", FETCHING),
    dicomweb("get", "/studies/{study}/series/{series}/instances/{instance}/metadata", FETCHING),
    dicomweb("get", "/studies/{study}/series/{series}/instances/{instance}/bulkdata/{address}", FETCHING),
    dicomweb("get", "/studies/{study}/series/{series}/instances/{instance}/frames/{frames}", FETCHING),
];

/// The rule of an operation by its whole path; nothing where it has none, and so may be used by nobody.
pub fn rule_of(method: &str, path: &str) -> Option<&'static Rule> {
    RULES
        .iter()
        .find(|rule| rule.method.eq_ignore_ascii_case(method) && path.strip_prefix(rule.below) == Some(rule.path))
}

/// By which name a path is written down: those of the workbench itself without what they all begin with.
pub fn name_of(path: &str) -> &str {
    path.strip_prefix(API).unwrap_or(path)
}

impl Rule {
    /// Its whole path.
    pub fn whole_path(&self) -> String {
        format!("{}{}", self.below, self.path)
    }

    /// Whether it is about one case that the person must be allowed to see. Who gives access need not have it.
    pub fn is_of_a_case(&self) -> bool {
        self.below == API && self.path.starts_with("/cases/{case}")
    }

    /// Whether it tells which cases or objects there are, of which it names none.
    pub fn is_search(&self) -> bool {
        let is_list = matches!(self.path.rsplit('/').next(), Some("studies" | "series" | "instances"));
        self.method == "get" && (self.path == "/cases" || self.below == DICOMWEB && is_list)
    }

    /// Whether each use is written down: what changes something, but not the pieces that a change is made of or what is only tried.
    pub fn is_written_down(&self) -> bool {
        let is_only_tried =
            ["/cases/{case}/trial", "/cases/{case}/by-hand", "/imports", "/imports/{import}/files"];
        // Signing in and out, and what came by DICOMweb, are written down by who knows what came of them.
        let is_told_otherwise = self.path.starts_with("/session") || self.below == DICOMWEB;
        self.method != "get" && !is_only_tried.contains(&self.path) && !is_told_otherwise
    }
}
