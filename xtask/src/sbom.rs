//! `cargo xtask sbom`: what the program is made of, as CycloneDX 1.5.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::{Value, json};

use crate::shell::{output, root, tell};
use crate::tidy::read;

const PROGRAM: &str = "rert";
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// Writes the crates of the release build, and the packages that the front end brings to the browser.
pub fn run() -> Result<(), String> {
    let arguments = ["metadata", "--format-version", "1", "--locked", "--filter-platform", PLATFORM];
    let metadata: Value = serde_json::from_str(&output("cargo", &arguments)?)
        .map_err(|error| format!("reading cargo metadata: {error}"))?;
    let lock: Value = serde_json::from_str(&read(&root().join("web/package-lock.json"))?)
        .map_err(|error| format!("reading web/package-lock.json: {error}"))?;
    let folder = root().join("target/sbom");
    fs::create_dir_all(&folder).map_err(|error| format!("making target/sbom: {error}"))?;
    let boms = [
        ("rert.cdx.json", crates(&metadata, &checksums(&read(&root().join("Cargo.lock"))?))?),
        ("web.cdx.json", packages(&lock)),
    ];
    for (name, bom) in boms {
        fs::write(folder.join(name), format!("{bom:#}\n")).map_err(|error| format!("writing {name}: {error}"))?;
        let n = bom["components"].as_array().map_or(0, Vec::len);
        tell(&format!("target/sbom/{name}: {n} components"));
    }
    Ok(())
}

/// A document without a time and a number of its own: the same sources give the same bytes.
fn document(of: Value, components: &[Value], dependencies: &[Value]) -> Value {
    json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.5.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "version": 1,
        "metadata": { "component": of },
        "components": components,
        "dependencies": dependencies,
    })
}

fn component(kind: &str, (name, version): (&str, &str), purl: &str, licence: &str) -> Value {
    let mut component = json!({ "type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl });
    component["licenses"] = match licence {
        "" => json!([{ "license": { "name": "not stated by the package" } }]),
        // Old packages part their licences by a stroke.
        _ => json!([{ "expression": licence.replace('/', " OR ") }]),
    };
    component
}

/// Everything that the program is linked with, and what only builds it, which is marked as such.
fn crates(metadata: &Value, checksums: &BTreeMap<(String, String), String>) -> Result<Value, String> {
    let packages: BTreeMap<&str, &Value> =
        list(&metadata["packages"]).map(|package| (text(package, "id"), package)).collect();
    let nodes: BTreeMap<&str, &Value> =
        list(&metadata["resolve"]["nodes"]).map(|node| (text(node, "id"), node)).collect();
    let is_program = |id: &&str| packages.get(id).is_some_and(|package| text(package, "name") == PROGRAM);
    let program = *nodes.keys().find(|id| is_program(id)).ok_or("cargo metadata knows no program")?;
    let (linked, all) = (reached(program, &nodes, &packages, true), reached(program, &nodes, &packages, false));
    let purl = |id: &str| {
        let package = packages[id];
        format!("pkg:cargo/{}@{}", text(package, "name"), text(package, "version"))
    };
    let described = |id: &str, kind: &str| {
        let package = packages[id];
        let (name, version) = (text(package, "name"), text(package, "version"));
        let mut told = component(kind, (name, version), &purl(id), text(package, "license"));
        if let Some(checksum) = checksums.get(&(name.to_owned(), version.to_owned())) {
            told["hashes"] = json!([{ "alg": "SHA-256", "content": checksum }]);
        }
        told
    };
    let (mut components, mut dependencies) = (Vec::new(), Vec::new());
    for id in &all {
        let within: BTreeSet<String> = list(&nodes[id]["deps"])
            .map(|edge| text(edge, "pkg"))
            .filter(|on| all.contains(on))
            .map(purl)
            .collect();
        dependencies.push(json!({ "ref": purl(id), "dependsOn": within }));
        if *id != program {
            let mut told = described(id, "library");
            told["scope"] = json!(if linked.contains(id) { "required" } else { "excluded" });
            components.push(told);
        }
    }
    Ok(document(described(program, "application"), &components, &dependencies))
}

/// What a package needs: to run, or to run and to be built. Macros and what they need do their work in the compiler.
fn reached<'a>(
    from: &'a str,
    nodes: &BTreeMap<&'a str, &'a Value>,
    packages: &BTreeMap<&'a str, &'a Value>,
    only_linked: bool,
) -> BTreeSet<&'a str> {
    let is_macro = |id: &str| {
        list(&packages[id]["targets"]).any(|target| list(&target["kind"]).any(|kind| kind == "proc-macro"))
    };
    let mut found = BTreeSet::new();
    let mut left = vec![from];
    while let Some(id) = left.pop() {
        if (only_linked && is_macro(id)) || !found.insert(id) {
            continue;
        }
        left.extend(list(&nodes[id]["deps"]).filter_map(|edge| {
            let mut kinds = list(&edge["dep_kinds"]).map(|kind| kind["kind"].as_str());
            kinds.any(|kind| kind.is_none() || (!only_linked && kind == Some("build"))).then(|| text(edge, "pkg"))
        }));
    }
    found
}

/// Hashes of `Cargo.lock` by name and version.
fn checksums(lock: &str) -> BTreeMap<(String, String), String> {
    let field = |block: &str, name: &str| {
        let start = format!("{name} = \"");
        block.lines().find_map(|line| Some(line.strip_prefix(&start)?.trim_end_matches('"').to_owned()))
    };
    let entry = |block: &str| Some(((field(block, "name")?, field(block, "version")?), field(block, "checksum")?));
    lock.split("[[package]]").filter_map(entry).collect()
}

/// Packages of the front end that are not for development alone.
fn packages(lock: &Value) -> Value {
    let (mut components, mut dependencies) = (Vec::new(), Vec::new());
    let all: BTreeMap<&str, &Value> = lock["packages"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(path, package)| (path.as_str(), package))
        .collect();
    let purl = |path: &str| {
        let name = path.rsplit("node_modules/").next().unwrap_or(path);
        format!("pkg:npm/{}@{}", name.replace('@', "%40"), text(all[path], "version"))
    };
    let is_wanted = |package: &Value| package["dev"] != true && package["devOptional"] != true;
    for (path, package) in all.iter().filter(|(path, package)| !path.is_empty() && is_wanted(package)) {
        let name = path.rsplit("node_modules/").next().unwrap_or(path);
        let mut told =
            component("library", (name, text(package, "version")), &purl(path), text(package, "license"));
        if let Some(hash) = text(package, "integrity").strip_prefix("sha512-") {
            told["hashes"] = json!([{ "alg": "SHA-512", "content": hexadecimal_of_base64(hash) }]);
        }
        components.push(told);
        let on = package["dependencies"].as_object().into_iter().flatten().filter_map(|(name, _)| {
            // The nearest folder counts: one inside the package before the common one.
            let nested = format!("{path}/node_modules/{name}");
            let common = format!("node_modules/{name}");
            [nested, common].iter().find(|path| all.contains_key(path.as_str())).map(|path| purl(path))
        });
        dependencies.push(json!({ "ref": purl(path), "dependsOn": on.collect::<BTreeSet<_>>() }));
    }
    let own = component(
        "application",
        (text(lock, "name"), text(lock, "version")),
        "pkg:npm/rert-web",
        text(all[""], "license"),
    );
    document(own, &components, &dependencies)
}

fn hexadecimal_of_base64(encoded: &str) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let values = encoded.bytes().filter_map(|byte| LETTERS.iter().position(|letter| *letter == byte));
    let (mut bits, mut n_bits, mut written) = (0_usize, 0, String::new());
    for value in values {
        bits = (bits << 6 | value) & 0xFFFF;
        n_bits += 6;
        if n_bits >= 8 {
            n_bits -= 8;
            written += &format!("{:02x}", bits >> n_bits & 0xFF);
        }
    }
    written
}

fn list(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// What CycloneDX 1.5 asks of every document, and we ask of every component.
    fn check(bom: &Value) {
        assert_eq!(
            (&bom["bomFormat"], &bom["specVersion"], &bom["version"]),
            (&json!("CycloneDX"), &json!("1.5"), &json!(1))
        );
        let refs: BTreeSet<&str> = list(&bom["components"])
            .chain([&bom["metadata"]["component"]])
            .map(|part| text(part, "bom-ref"))
            .collect();
        assert_eq!(refs.len(), list(&bom["components"]).count() + 1, "a reference stands twice");
        for part in list(&bom["components"]) {
            assert_eq!(part["type"], "library");
            assert!(!text(part, "name").is_empty() && !text(part, "version").is_empty(), "{part}");
            assert!(text(part, "purl").starts_with("pkg:"), "{part}");
            let licence = &part["licenses"][0];
            assert!(!text(licence, "expression").is_empty() || !text(&licence["license"], "name").is_empty());
            for hash in list(&part["hashes"]) {
                let n = if hash["alg"] == "SHA-256" { 64 } else { 128 };
                let content = text(hash, "content");
                assert!(content.len() == n && content.bytes().all(|byte| byte.is_ascii_hexdigit()), "{part}");
            }
        }
        for edge in list(&bom["dependencies"]) {
            assert!(refs.contains(text(edge, "ref")), "{edge}");
            assert!(list(&edge["dependsOn"]).all(|on| refs.contains(on.as_str().unwrap())), "{edge}");
        }
    }

    #[test]
    fn the_lists_have_what_cyclonedx_asks_for() {
        run().unwrap();
        let read = |name: &str| -> Value {
            serde_json::from_str(&read(&root().join("target/sbom").join(name)).unwrap()).unwrap()
        };
        let (program, web) = (read("rert.cdx.json"), read("web.cdx.json"));
        check(&program);
        check(&web);
        let has = |bom: &Value, name: &str| list(&bom["components"]).any(|part| text(part, "name") == name);
        assert!(has(&program, "dicom-object") && has(&program, "server") && has(&web, "svelte"));
        // What only tests and benchmarks use is no part of the program.
        assert!(!has(&program, "proptest") && !has(&program, "divan") && !has(&web, "vitest"));
        // What comes from a registry can be compared with it.
        let is_own = |part: &Value| text(part, "version") == "0.1.0" && part["hashes"].is_null();
        assert!(list(&program["components"]).filter(|part| !is_own(part)).all(|part| !part["hashes"].is_null()));
    }

    #[test]
    fn base64_becomes_hexadecimal() {
        // RFC 4648 10.
        for (encoded, plain) in [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYmFy", "foobar")]
        {
            let wanted: String = plain.bytes().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!(hexadecimal_of_base64(encoded), wanted);
        }
    }
}
