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
    /// Below `/api/v1`, with the names of its parts in braces.
    pub path: &'static str,
    /// Who.
    pub allowed: Allowed,
}

const fn rule(method: &'static str, path: &'static str, roles: &'static [Role]) -> Rule {
    Rule { method, path, allowed: Allowed::Roles { roles, local: true } }
}

/// Of a department alone.
const fn department(method: &'static str, path: &'static str) -> Rule {
    Rule { method, path, allowed: Allowed::Roles { roles: &[Admin], local: false } }
}

/// Who looks at cases.
const LOOKING: &[Role] = &[Viewer, Physicist, Physician];
/// Who decides on cases.
const DECIDING: &[Role] = &[Physicist, Physician];
/// Who takes objects in.
const TAKING_IN: &[Role] = &[Physicist, Physician, Service];

/// Every operation of the interface.
pub const RULES: &[Rule] = &[
    Rule { method: "get", path: "/session", allowed: Allowed::Anybody },
    Rule { method: "post", path: "/session", allowed: Allowed::Anybody },
    Rule { method: "delete", path: "/session", allowed: Allowed::SignedIn },
    Rule { method: "put", path: "/session/password", allowed: Allowed::SignedIn },
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
];

/// The rule of an operation; nothing where it has none, and so may be used by nobody.
pub fn rule_of(method: &str, path: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.method.eq_ignore_ascii_case(method) && rule.path == path)
}

impl Rule {
    /// Whether it is about one case that the person must be allowed to see. Who gives access need not have it.
    pub fn is_of_a_case(&self) -> bool {
        self.path.starts_with("/cases/{case}")
    }

    /// Whether each use is written down: what changes something, but not the pieces that a change is made of or what is only tried.
    pub fn is_written_down(&self) -> bool {
        let is_only_tried =
            ["/cases/{case}/trial", "/cases/{case}/by-hand", "/imports", "/imports/{import}/files"];
        // Signing in and out are written down by who knows what came of them.
        let is_told_otherwise = self.path.starts_with("/session");
        self.method != "get" && !is_only_tried.contains(&self.path) && !is_told_otherwise
    }
}
