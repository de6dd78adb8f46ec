//! Says that the front end is part of this crate: a new build of it makes a new program.

fn main() {
    println!("cargo:rerun-if-changed=../../web/dist");
}
