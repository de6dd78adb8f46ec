//! The commands of the README: `cargo xtask demo`, `cargo xtask test`, and the parts of the latter.

mod archive;
mod bench_dvh;
mod bench_registration;
mod demo;
mod fuzz;
mod gate;
mod install;
mod oracle;
mod peer;
mod postgres;
mod sbom;
mod security;
mod shell;
mod tidy;
mod validate;
mod web;

use std::process::ExitCode;

const HELP: &str =
    "cargo xtask demo      build rert and assess the built-in patient; --open goes on in the workbench
cargo xtask test      the whole gate: format, lints, documentation, tests, licences, tidy checks
cargo xtask web       build the front end, which becomes part of the binary
cargo xtask workbench the workbench from end to end in a browser
cargo xtask archive   the tests of the archive on PostgreSQL and with an object store; --thorough for the figures of docs/validation.md
cargo xtask fuzz      invented bytes for what reads files, settings and peers; so many seconds each as its argument, 60 without
cargo xtask sbom      the list of what the program is made of, as CycloneDX in target/sbom
cargo xtask tidy      only the checks of files and dependency tables
cargo xtask oracle    only the comparison with the independent Python implementation
cargo xtask validate  the table of docs/validation from the real data beside the repository
cargo xtask bench-dvh accuracy and speed of the histograms on the published structures beside the repository
cargo xtask bench-registration accuracy and speed of registrations of the pairs of CTs beside the repository";

fn main() -> ExitCode {
    let result = match std::env::args().nth(1).as_deref() {
        Some("demo") => demo::run(std::env::args().nth(2)),
        Some("web") => web::build(),
        Some("workbench") => web::end_to_end(),
        Some("test") => gate::run(),
        Some("archive") => archive::run(std::env::args().any(|argument| argument == "--thorough")),
        Some("fuzz") => fuzz::run_for(
            std::env::args().nth(2).as_deref(),
            std::env::args().nth(3).and_then(|text| text.parse().ok()),
        ),
        Some("sbom") => sbom::run(),
        Some("tidy") => tidy::run(),
        Some("oracle") => oracle::run(),
        Some("validate") => validate::run(),
        Some("bench-registration") => bench_registration::run(std::env::args().nth(2)),
        Some("bench-dvh") => bench_dvh::run(std::env::args().nth(2)),
        _ => Err(HELP.to_owned()),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            shell::tell(&message);
            ExitCode::FAILURE
        }
    }
}
