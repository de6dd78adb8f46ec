//! `cargo xtask bench-registration`: accuracy and speed of registrations, beside the peers where they are there.

use crate::shell;

/// Prints the table; with a Python that has SimpleITK and greedy, also what the peers make of the same files.
pub fn run(peer_python: Option<String>) -> Result<(), String> {
    shell::run("cargo", &["run", "--release", "--quiet", "--package", "benches", "--bin", "registration_table"])?;
    let Some(python) = peer_python else {
        shell::tell("no peer: say which Python has SimpleITK and greedy, cargo xtask bench-registration PYTHON");
        return Ok(());
    };
    let shared = shell::root().join("../shared");
    let path = |inner: &str| shared.join(inner).to_string_lossy().into_owned();
    let peers = path("bench/registration_peers.py");
    for pair in ["hn_sbrt_after_imrt", "hn_proton_after_photon"] {
        let folder = format!("data/{pair}");
        let landmarks = path(&format!("{folder}/truth/landmarks_y2_x1_mm.csv"));
        let (fixed, moving) =
            (path(&format!("{folder}/import/course2/CT")), path(&format!("{folder}/import/course1/CT")));
        shell::run(&python, &[&peers, &fixed, &moving, &format!("out/peers/{pair}"), &landmarks])?;
    }
    let (fixed, moving) = (path("data/thorax_4dct/t0"), path("data/thorax_4dct/t5"));
    shell::run(&python, &[&peers, &fixed, &moving, "out/peers/thorax_4dct"])
}
