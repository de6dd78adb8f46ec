//! The HTTP interface and the back end of the web workbench. It shows and changes what the engine knows, and computes no clinical
//! number.
//!
//! Requests come in through [`access`], are answered by `routes`, and find the open case at its `desk`. What takes longer than a
//! request is a job ([`jobs`]). Numbers in bulk leave as [`arrays`].

pub mod access;
pub mod arrays;
mod arrived;
mod certificate;
mod clock;
mod contents;
mod curves;
mod desk;
mod dicomweb;
mod front_end;
pub mod health;
mod hurried;
mod import;
pub mod jobs;
mod listen;
mod names;
mod node;
mod overview;
pub mod problem;
mod routes;
mod run;
mod state;
pub mod telemetry;

pub use access::{Department, OpenIdError, Provider, Secret, roles};
pub use certificate::{CertificateError, CertificateFiles};
pub use clock::now;
pub use node::ArchiveReceiver;
pub use routes::openapi;
pub use run::{Configuration, NodePlace, ServeError, Server, Web};
