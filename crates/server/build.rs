//! Says that the front end is part of this crate: a new build of it makes a new program.

#[expect(clippy::print_stdout, reason = "this is how a build script speaks with cargo")]
fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
