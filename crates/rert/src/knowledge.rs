//! `rert knowledge`: the entries of the knowledge base, to be checked line by line.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Subcommand;
use guidelines::catalogue::{CatalogueEntry, bibliography, catalogue, problems};
use guidelines::knowledge::KnowledgeFiles;
use guidelines::{Knowledge, OrganKind};

use crate::failure::{Failure, while_doing};
use crate::print;

/// What to do with the knowledge base.
#[derive(Subcommand)]
pub enum KnowledgeCommand {
    /// List the entries.
    List {
        /// Only those of a list, such as constraint, score, interval_rule or toxicity.
        #[arg(long)]
        kind: Option<String>,
        /// Only those about an organ, by its standard name.
        #[arg(long)]
        organ: Option<String>,
        /// Only those of limits for a part of the body, such as brain, thorax, pelvis or extremity.
        #[arg(long)]
        site: Option<String>,
        /// Print one JSON document.
        #[arg(long)]
        json: bool,
    },
    /// Show an entry as it is written, with its sources.
    Show {
        /// Its id.
        id: String,
    },
    /// Check that every entry can be read and every source is known.
    Check {
        /// Folder with a constraints.toml of this centre, to be checked as well.
        #[arg(long, value_name = "DIR")]
        knowledge: Option<PathBuf>,
    },
    /// Write a page for every organ.
    Pages {
        /// Folder to write to.
        #[arg(long)]
        out: PathBuf,
    },
}

/// Lists, shows, checks or writes.
pub fn run(command: &KnowledgeCommand) -> Result<(), Failure> {
    let entries = catalogue(&KnowledgeFiles::builtin()).map_err(while_doing("reading the knowledge base"))?;
    match command {
        KnowledgeCommand::List { kind, organ, site, json } => {
            let is_asked = |entry: &&CatalogueEntry| {
                kind.as_ref().is_none_or(|kind| entry.kind == *kind)
                    && organ.as_ref().is_none_or(|organ| entry.organs.contains(organ) || entry.id == *organ)
                    && site.as_ref().is_none_or(|site| entry.is_for_site(site))
            };
            let asked: Vec<&CatalogueEntry> = entries.iter().filter(is_asked).collect();
            if *json {
                print(&serde_json::to_string_pretty(&asked).map_err(while_doing("writing the list"))?);
            } else {
                asked.iter().for_each(|entry| print(&line(entry)));
                print(&format!("{} entries", asked.len()));
            }
            Ok(())
        }
        KnowledgeCommand::Show { id } => show(&entries, id),
        KnowledgeCommand::Check { knowledge } => check(&entries, knowledge.as_deref()),
        KnowledgeCommand::Pages { out } => pages(&entries, out),
    }
}

fn line(entry: &CatalogueEntry) -> String {
    let evidence = entry.evidence.as_deref().unwrap_or("-");
    format!("{:<16} {:<48} {:<11} {}", entry.kind, entry.id, evidence, entry.sources.join(", "))
}

fn show(entries: &[CatalogueEntry], id: &str) -> Result<(), Failure> {
    let found: Vec<&CatalogueEntry> = entries.iter().filter(|entry| entry.id == id).collect();
    if found.is_empty() {
        let message = format!("the knowledge base holds no entry \"{id}\": see rert knowledge list");
        return Err(Failure::Usage(message));
    }
    let sources = bibliography();
    for entry in found {
        print(&format!("# {} in {}\n", entry.kind, entry.file));
        print(&toml_text(entry)?);
        for source in entry.sources.iter().filter_map(|source| sources.get(source)) {
            print(source);
        }
    }
    Ok(())
}

fn toml_text(entry: &CatalogueEntry) -> Result<String, Failure> {
    toml::to_string_pretty(&entry.table).map_err(while_doing("writing the entry"))
}

fn check(entries: &[CatalogueEntry], own: Option<&Path>) -> Result<(), Failure> {
    let knowledge = Knowledge::builtin().map_err(|error| Failure::Failed(error.to_string()))?;
    let problems = problems(entries);
    if !problems.is_empty() {
        return Err(Failure::Failed(problems.join("; ")));
    }
    let mut counts: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for entry in entries {
        *counts.entry((&entry.kind, entry.evidence.as_deref().unwrap_or("by part"))).or_default() += 1;
    }
    for ((kind, evidence), n) in counts {
        print(&format!("{kind:<18} {evidence:<11} {n:>4}"));
    }
    print(&format!(
        "{} organs, {} limits, {} sources: sound",
        knowledge.organs.len(),
        knowledge.constraints.len(),
        bibliography().len()
    ));
    let history = &knowledge.history;
    print(&format!(
        "{} entries in use, {} reviewed by a clinician, {} replaced",
        history.n_entries, history.n_reviewed, history.n_replaced
    ));
    let Some(own) = own else { return Ok(()) };
    let path = own.join("constraints.toml");
    let text = fs::read_to_string(&path).map_err(while_doing("reading the limits of the centre"))?;
    let with_own = Knowledge::with_own_limits(&text).map_err(|error| Failure::Usage(error.to_string()))?;
    let n_own = with_own.constraints.iter().filter(|constraint| constraint.is_own).count();
    print(&format!("{n_own} limits of {}: sound", path.display()));
    Ok(())
}

/// Writes one page for each organ at risk, and an index.
fn pages(entries: &[CatalogueEntry], out: &Path) -> Result<(), Failure> {
    let knowledge = Knowledge::builtin().map_err(|error| Failure::Failed(error.to_string()))?;
    fs::create_dir_all(out).map_err(while_doing("writing the pages"))?;
    let mut index = "# What is known, organ by organ\n\nWritten by `rert knowledge pages`; do not edit. Nothing here is a tolerance or a prescription; every line has its tag and \
                     its source ([evidence](../../knowledge/README.md)).\n\n"
        .to_owned();
    for organ in knowledge.organs.iter().filter(|organ| organ.kind == OrganKind::Oar) {
        let name = &organ.standard_name;
        let _ = writeln!(index, "- [{name}]({name}.md)");
        fs::write(out.join(format!("{name}.md")), page(entries, organ))
            .map_err(while_doing("writing the pages"))?;
    }
    index.push_str("\n## By part of the body\n\nLimits in each set, and statements that there is none; an organ that a set does not name may still have limits of others.\n\n| set | limits | without a limit | organs |\n|---|---|---|---|\n");
    for pack in SITE_PACKS {
        let _ = writeln!(index, "{}", pack_row(entries, pack));
    }
    fs::write(out.join("README.md"), index).map_err(while_doing("writing the pages"))
}

/// The sets of limits in the order of the body.
const SITE_PACKS: [&str; 9] =
    ["brain", "head-and-neck", "thorax", "breast", "spine", "abdomen", "pelvis", "prostate", "extremity"];

fn pack_row(entries: &[CatalogueEntry], pack: &str) -> String {
    let of_kind =
        |kind: &'static str| entries.iter().filter(move |entry| entry.kind == kind && entry.is_for_site(pack));
    let mut organs: Vec<&str> =
        of_kind("constraint").flat_map(|entry| &entry.organs).map(String::as_str).collect();
    organs.sort_unstable();
    organs.dedup();
    let (limits, without) = (of_kind("constraint").count(), of_kind("no_limit").count());
    format!("| {pack} | {limits} | {without} | {} |", organs.join(", "))
}

fn page(entries: &[CatalogueEntry], organ: &guidelines::Organ) -> String {
    let name = &organ.standard_name;
    let mut page = format!("# {name}\n\n");
    if let Some(gy) = organ.alpha_beta_gy {
        let source = organ.alpha_beta_source.as_deref().unwrap_or("no source");
        let evidence = organ.alpha_beta_evidence.map_or("no tag", |evidence| evidence.as_str());
        let _ =
            writeln!(page, "Working α/β {gy} Gy ({evidence}, [{source}]); limits are compared with their own.\n");
    }
    let about = entries.iter().filter(|entry| entry.organs.contains(name));
    let mut kind = "";
    for entry in about {
        if entry.kind != kind {
            kind = &entry.kind;
            let gap = if page.ends_with("\n\n") { "" } else { "\n" };
            let _ = writeln!(page, "{gap}## {}\n", heading(kind));
        }
        let _ = writeln!(page, "{}", bullet(entry));
    }
    page
}

fn heading(kind: &str) -> &str {
    match kind {
        "constraint" => "Limits",
        "interval_rule" => "Intervals",
        "no_limit" => "What is said instead of a limit",
        "dose_response" => "Dose responses, not calibrated for reirradiation",
        "repair" => "Repair",
        "recovery" | "recovery_model" => "Recovery, never applied unless asked for",
        "toxicity" => "Harm",
        other => other,
    }
}

/// What an entry says, in one line with its tag and its sources.
fn bullet(entry: &CatalogueEntry) -> String {
    let text =
        |field: &str| entry.table.get(field).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    let mut told = format!("- **{}**", entry.title);
    if entry.kind == "constraint" {
        let upper = text("limit_upper").map_or(String::new(), |upper| format!("–{upper}"));
        let parts = [
            text("dose").unwrap_or_default(),
            text("metric").unwrap_or_default(),
            format!("≤ {}{upper} {}", text("limit").unwrap_or_default(), text("unit").unwrap_or_default()),
            text("quantity").unwrap_or_default(),
            text("alpha_beta_gy").map_or(String::new(), |gy| format!("α/β = {gy} Gy")),
        ];
        let _ = write!(told, ": {}", parts.join(" "));
    }
    let evidence = entry.evidence.as_deref().unwrap_or("by part");
    let sites = if entry.sites.is_empty() { String::new() } else { format!(", for {}", entry.sites.join(", ")) };
    let _ = write!(told, " ({evidence}, [{}], `{}`{sites})", entry.sources.join("], ["), entry.id);
    if let Some(note) = text("note") {
        let _ = write!(told, ". {note}");
    }
    told
}
