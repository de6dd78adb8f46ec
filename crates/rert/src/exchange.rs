//! `rert echo`, `rert pull` and `rert send`: talking to other systems of the clinic.

use std::path::{Path, PathBuf};
use std::sync::Mutex;

use case::{PatientIdentity, readable};
use chrono::NaiveDate;
use clap::Args;
use network::{
    AeTitle, Agreement, AssociationEnd, Attribute, Candidate, Candidates, Commitments, Incoming, NetworkError,
    Receiver, Reference, Remote, Requestor, SendOutcome, Sent, StoreStatus, SubOperations, Subject, Uid,
};
use serde_json::{Value, json};
use server::{Configuration as ServerConfiguration, Server};

use crate::archive::ArchiveArguments;
use crate::configuration::Configuration;
use crate::failure::Failure;
use crate::{examine, print, runtime, tell};

/// The other system, and who we are.
#[derive(Args)]
pub struct RemoteArguments {
    /// The other system: TITLE@HOST:PORT, or the title of a peer of the configuration.
    pub remote: String,
    /// Our own title, unless the configuration says it.
    #[arg(long, default_value = "RERT")]
    pub ae_title: String,
}

/// Which system is asked whether it answers.
#[derive(Args)]
pub struct EchoArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    /// File that says who we are and whom we know.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
}

/// What is looked for, or pulled.
#[derive(Args)]
pub struct PullArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    #[command(flatten)]
    archive: ArchiveArguments,
    /// Patient ID; everybody who may be this patient is listed, with what agrees, and nothing is joined.
    #[arg(long, default_value = "")]
    patient_id: String,
    /// Name, as Family^Given.
    #[arg(long, default_value = "")]
    name: String,
    /// Birth date, as 1960-01-31.
    #[arg(long)]
    born: Option<NaiveDate>,
    /// `F`, `M` or `O`.
    #[arg(long, default_value = "")]
    sex: String,
    /// Pull this study (Study Instance UID) into the archive; may be given more than once.
    #[arg(long, value_name = "UID")]
    study: Vec<String>,
    /// Pull into this folder instead of the archive.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Have it sent to the node of the configuration (C-MOVE), where the other system does not hand out itself (C-GET).
    #[arg(long = "move", conflicts_with = "out")]
    by_move: bool,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// What is sent.
#[derive(Args)]
pub struct SendArguments {
    #[command(flatten)]
    remote: RemoteArguments,
    /// DICOM files, and folders of them, such as OUT/dose of `rert assess`.
    #[arg(required = true)]
    paths: Vec<PathBuf>,
    /// File that says who we are and whom we know.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Ask the other system afterwards whether it keeps all of it for good (Storage Commitment).
    #[arg(long)]
    commit: bool,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

impl RemoteArguments {
    /// The other system and us.
    fn resolve(&self, configuration: &Configuration) -> Result<(Remote, Requestor), Failure> {
        let own = configuration.node.as_ref().map_or(self.ae_title.as_str(), |node| &node.ae_title);
        let requestor = Requestor::new(AeTitle::new(own).map_err(usage)?);
        if let Some(known) = configuration.node.as_ref().and_then(|node| node.remote(&self.remote)) {
            return Ok((known?, requestor));
        }
        let wrong = || {
            let message = "calling another system: name it as TITLE@HOST:PORT, or a peer of the configuration";
            Failure::Usage(message.to_owned())
        };
        let (title, place) = self.remote.split_once('@').ok_or_else(wrong)?;
        let (host, port) = place.rsplit_once(':').ok_or_else(wrong)?;
        let port = port.parse().map_err(|_| wrong())?;
        let ae_title = AeTitle::new(title).map_err(usage)?;
        Ok((Remote { ae_title, host: host.trim_matches(['[', ']']).to_owned(), port, tls: None }, requestor))
    }
}

fn usage(error: NetworkError) -> Failure {
    Failure::Usage(error.to_string())
}

fn failed(error: NetworkError) -> Failure {
    Failure::Failed(error.to_string())
}

/// Asks another system whether it answers.
pub fn echo(arguments: &EchoArguments) -> Result<(), Failure> {
    let configuration = Configuration::read(arguments.config.as_deref())?;
    let (remote, requestor) = arguments.remote.resolve(&configuration)?;
    runtime("calling another system")?.block_on(requestor.echo(&remote)).map_err(failed)?;
    print(&format!("{} answers", remote.ae_title));
    Ok(())
}

/// Lists who may be a patient, or pulls studies.
pub fn pull(arguments: &PullArguments) -> Result<(), Failure> {
    let configuration = arguments.archive.configuration()?;
    let (remote, requestor) = arguments.remote.resolve(&configuration)?;
    runtime("calling another system")?.block_on(async {
        if arguments.study.is_empty() {
            return look(arguments, &remote, &requestor).await;
        }
        let studies: Result<Vec<Uid>, _> = arguments.study.iter().map(|study| Uid::new(study)).collect();
        let studies = studies.map_err(usage)?;
        match &arguments.out {
            Some(folder) => pull_to_folder(&remote, &requestor, &studies, folder).await,
            None => pull_to_archive(arguments, &configuration, (&remote, &requestor), &studies).await,
        }
    })
}

async fn look(arguments: &PullArguments, remote: &Remote, requestor: &Requestor) -> Result<(), Failure> {
    let patient = PatientIdentity {
        id: arguments.patient_id.clone(),
        name: arguments.name.clone(),
        birth_date: arguments.born,
        sex: arguments.sex.clone(),
        ..PatientIdentity::default()
    };
    if patient.id.is_empty() && patient.name.is_empty() && patient.birth_date.is_none() {
        let message =
            "looking for a patient: give --patient-id, --name or --born, or the --study that is to be pulled";
        return Err(Failure::Usage(message.to_owned()));
    }
    let found = requestor.candidates(remote, &patient).await.map_err(failed)?;
    if arguments.json {
        print(&document(&found).to_string());
        return Ok(());
    }
    found.found.iter().for_each(tell_candidate);
    if found.found.is_empty() {
        print("nobody was found who may be this patient");
    }
    if found.are_cut_off || found.n_refused > 0 || found.n_unreadable > 0 {
        tell("not every answer was taken or given: somebody may be missing; look for more with other words");
    }
    Ok(())
}

fn document(found: &Candidates) -> Value {
    let candidate = |candidate: &Candidate| {
        let who = &candidate.identity;
        let studies = candidate.studies.iter().map(|study| {
            json!({
                "study": study.study.as_str(),
                "date": study.date,
                "description": study.description,
                "modalities": study.modalities,
                "n_instances": study.n_instances,
            })
        });
        let reasons = candidate.reasons.iter().map(
            |reason| json!({ "attribute": attribute(reason.attribute), "agreement": agreement(reason.agreement) }),
        );
        json!({
            "patient_id": who.id,
            "issuer": who.issuer,
            "name": who.name,
            "birth_date": who.birth_date,
            "sex": who.sex,
            "reasons": reasons.collect::<Vec<_>>(),
            "studies": studies.collect::<Vec<_>>(),
        })
    };
    json!({
        "schema": "rert-candidates/1",
        "candidates": found.found.iter().map(candidate).collect::<Vec<_>>(),
        "n_unlike": found.n_unlike,
        "may_be_incomplete": found.are_cut_off || found.n_refused > 0 || found.n_unreadable > 0,
    })
}

fn tell_candidate(candidate: &Candidate) {
    let who = &candidate.identity;
    let born = who.birth_date.map(|date| date.to_string()).unwrap_or_default();
    print(&readable(&format!("{}  {}  {born}  {}", who.id, who.name, who.sex)));
    let told =
        |reason: &network::Reason| format!("{} {}", attribute(reason.attribute), agreement(reason.agreement));
    let reasons: Vec<String> = candidate.reasons.iter().map(told).collect();
    print(&format!("    {}", reasons.join(", ")));
    for study in &candidate.studies {
        let date = study.date.map_or_else(|| "no date".to_owned(), |date| date.to_string());
        let line = format!("    {date}  {}  {}  {}", study.modalities.join(","), study.study, study.description);
        print(&readable(&line));
    }
}

fn attribute(attribute: Attribute) -> &'static str {
    match attribute {
        Attribute::PatientId => "patient ID",
        Attribute::FamilyName => "family name",
        Attribute::GivenName => "given name",
        Attribute::BirthDate => "birth date",
        Attribute::Sex => "sex",
    }
}

fn agreement(agreement: Agreement) -> &'static str {
    match agreement {
        Agreement::Same => "the same",
        Agreement::OtherForm => "the same in another form",
        Agreement::Swapped => "swapped",
        Agreement::Similar => "similar",
        Agreement::Different => "different",
    }
}

/// Keeps what is pulled in a folder, under numbers.
struct FolderReceiver {
    folder: PathBuf,
    n_kept: Mutex<usize>,
}

impl Receiver for FolderReceiver {
    async fn store(&self, object: Incoming) -> StoreStatus {
        let mut n_kept = self.n_kept.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let path = self.folder.join(format!("{:05}.dcm", *n_kept + 1));
        match object.keep_as(&path) {
            Ok(()) => {
                *n_kept += 1;
                StoreStatus::Success
            }
            Err(_) => StoreStatus::OutOfResources,
        }
    }

    async fn has(&self, references: &[Reference]) -> Vec<bool> {
        vec![false; references.len()]
    }

    fn association_ended(&self, _: AssociationEnd) {}
}

async fn pull_to_folder(
    remote: &Remote,
    requestor: &Requestor,
    studies: &[Uid],
    folder: &Path,
) -> Result<(), Failure> {
    let refused = |error: std::io::Error| Failure::Failed(format!("pulling into a folder: {}", error.kind()));
    std::fs::create_dir_all(folder).map_err(refused)?;
    if std::fs::read_dir(folder).map_err(refused)?.next().is_some() {
        return Err(Failure::Usage("pulling into a folder: it is not empty; name a new one".to_owned()));
    }
    let receiver = FolderReceiver { folder: folder.to_owned(), n_kept: Mutex::new(0) };
    for study in studies {
        let counts = requestor.get(remote, &Subject::Study(study.clone()), &receiver, folder).await;
        tell_counts(study, counts.map_err(failed)?);
    }
    Ok(())
}

async fn pull_to_archive(
    arguments: &PullArguments,
    configuration: &Configuration,
    (remote, requestor): (&Remote, &Requestor),
    studies: &[Uid],
) -> Result<(), Failure> {
    let node = configuration.node.as_ref().filter(|_| arguments.by_move);
    if arguments.by_move && node.is_none() {
        let message = "having studies sent: the configuration has no [node] to which they could be sent";
        return Err(Failure::Usage(message.to_owned()));
    }
    let server = Server::bind(ServerConfiguration {
        archive: arguments.archive.place(configuration)?,
        web: None,
        node: node.map(|node| node.place()).transpose()?,
        examiner: examine::examiner()?,
    });
    let server = server.await.map_err(|error| Failure::Failed(error.to_string()))?;
    let receiver = server.receiver();
    let incoming = server.archive().incoming();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let serving = tokio::spawn(server.run(async {
        let _ = stopped.await;
    }));
    let mut outcome = Ok(());
    for study in studies {
        let subject = Subject::Study(study.clone());
        let counts = match node {
            Some(_) => requestor.move_to(remote, &subject, &requestor.ae_title).await,
            None => requestor.get(remote, &subject, &*receiver, &incoming).await,
        };
        match counts {
            Ok(counts) => tell_counts(study, counts),
            Err(error) => {
                outcome = Err(failed(error));
                break;
            }
        }
    }
    let _ = stop.send(());
    // What came is looked at before the program ends.
    let served = serving.await.map_err(|_| Failure::Failed("receiving objects: it was broken off".to_owned()))?;
    served.map_err(|error| Failure::Failed(error.to_string()))?;
    receiver.settled().await;
    outcome
}

fn tell_counts(study: &Uid, counts: SubOperations) {
    print(&format!("{study}: {} objects", counts.n_completed + counts.n_warnings));
}

/// Sends objects.
pub fn send(arguments: &SendArguments) -> Result<(), Failure> {
    let configuration = Configuration::read(arguments.config.as_deref())?;
    let (remote, requestor) = arguments.remote.resolve(&configuration)?;
    let mut files = Vec::new();
    for path in &arguments.paths {
        let found =
            dicom::source::walk(path).map_err(|error| Failure::Failed(format!("sending objects: {error}")))?;
        for source in found {
            match source {
                dicom::Source::File(file) => files.push(file),
                dicom::Source::Entry { .. } => {
                    return Err(Failure::Usage("sending objects: unpack the archive first".to_owned()));
                }
            }
        }
    }
    runtime("calling another system")?.block_on(async {
        let sent = requestor.send(&remote, &files).await.map_err(failed)?;
        let not_kept = if arguments.commit { commit(&remote, &requestor, &sent).await? } else { Vec::new() };
        tell_sent(&files, &sent, &not_kept, arguments.json);
        let n_lost = sent.iter().filter(|sent| !is_stored(&sent.outcome)).count();
        match (n_lost, not_kept.len()) {
            (0, 0) => Ok(()),
            (0, n) => {
                Err(Failure::Failed(format!("sending objects: {n} were taken and are not promised to be kept")))
            }
            (n, _) => Err(Failure::Failed(format!("sending objects: {n} of {} were not taken", sent.len()))),
        }
    })
}

fn is_stored(outcome: &SendOutcome) -> bool {
    matches!(outcome, SendOutcome::Stored | SendOutcome::StoredWithWarning(_))
}

/// What the other system does not promise to keep.
async fn commit(remote: &Remote, requestor: &Requestor, sent: &[Sent]) -> Result<Vec<Reference>, Failure> {
    let stored = sent.iter().filter(|sent| is_stored(&sent.outcome));
    let references: Vec<Reference> = stored.filter_map(|sent| sent.object.clone()).collect();
    if references.is_empty() {
        return Ok(Vec::new());
    }
    let report = requestor.commit(remote, &references, &Commitments::default()).await.map_err(failed)?;
    Ok(report.not_kept)
}

fn tell_sent(files: &[PathBuf], sent: &[Sent], not_kept: &[Reference], as_json: bool) {
    let word = |outcome: &SendOutcome| match outcome {
        SendOutcome::Stored => "stored".to_owned(),
        SendOutcome::StoredWithWarning(code) => format!("stored with warning {code:04X}"),
        SendOutcome::Refused(code) => format!("refused with status {code:04X}"),
        SendOutcome::NotOffered => "not taken in this encoding".to_owned(),
        SendOutcome::Unreadable => "no DICOM file".to_owned(),
        SendOutcome::BrokenOff(_) => "broken off: whether it was taken is not known".to_owned(),
        SendOutcome::NotSent => "not sent, since the association had broken off".to_owned(),
    };
    let told: Vec<Value> = files
        .iter()
        .zip(sent)
        .map(|(file, sent)| {
            let instance = sent.object.as_ref().map(|object| object.instance.as_str().to_owned());
            let is_not_kept = sent.object.as_ref().is_some_and(|object| not_kept.contains(object));
            json!({ "file": file, "instance": instance, "outcome": word(&sent.outcome), "not_kept": is_not_kept })
        })
        .collect();
    if as_json {
        print(&json!({ "schema": "rert-sent/1", "objects": told }).to_string());
        return;
    }
    for object in told {
        let not_kept = if object["not_kept"] == true { ", not promised to be kept" } else { "" };
        let text = |name: &str| object[name].as_str().unwrap_or("no UID").to_owned();
        print(&format!("{}  {}{not_kept}", text("instance"), text("outcome")));
    }
}
