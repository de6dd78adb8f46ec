//! Files from strangers, read in processes of their own.
//!
//! The guard of [`dicom`] refuses what is known to harm its parser; what is not known is met by a child process that may use little
//! memory and time and holds nothing else. When it dies, the file is refused and the next file gets a new child.

use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use dicom::{Examined, Refusal, What};

use crate::hash::hash_of;
use crate::{ArchiveError, limits};

/// A child is let go after so many files, with whatever they left in it.
const FILES_OF_A_CHILD: usize = 500;
/// Wall-clock time for each second of work: machines are busy, and only a child that waits for ever is meant.
const PATIENCE: u32 = 10;
/// With it Rust ends a program that broke down.
const CODE_OF_A_PANIC: i32 = 101;

/// Examines files, each in a process of its own kind.
#[derive(Debug)]
pub struct Examiner {
    /// The program that answers as [`answer`] does; nothing where files are examined in this process.
    program: Option<(PathBuf, Vec<String>)>,
    idle: Mutex<Vec<Assistant>>,
}

/// A child process that examines.
#[derive(Debug)]
struct Assistant {
    child: Child,
    questions: ChildStdin,
    answers: Receiver<String>,
    n_examined: usize,
}

/// Why there is no answer.
enum Silence {
    /// The child ended.
    Ended(ExitStatus),
    /// The child did not answer in time and was ended.
    Late,
}

impl Examiner {
    /// Examines in child processes: `program` with `arguments` must call [`answer`].
    pub fn in_children(program: PathBuf, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        Self { program: Some((program, arguments)), idle: Mutex::default() }
    }

    /// Examines in this process, which a hostile file could end. For files of one's own.
    pub fn in_this_process() -> Self {
        Self { program: None, idle: Mutex::default() }
    }

    /// Tells what a file is; one that ends its reader, or keeps it busy, is refused.
    ///
    /// # Errors
    /// When the file cannot be read or no child can be started.
    pub fn examine(&self, path: &Path) -> Result<Examined, ArchiveError> {
        let failed = ArchiveError::while_doing("examining a file");
        let Some((program, arguments)) = &self.program else {
            return dicom::examine(path).map_err(|_| failed(io::ErrorKind::InvalidData.into()));
        };
        let known = self.lock().pop();
        let mut assistant = match known {
            Some(assistant) => assistant,
            None => Assistant::start(program, arguments).map_err(&failed)?,
        };
        let n_bytes = path.metadata().map_err(&failed)?.len();
        match assistant.ask(path, limits::of_file(n_bytes).cpu * PATIENCE) {
            Ok(examined) => {
                if assistant.n_examined < FILES_OF_A_CHILD {
                    self.lock().push(assistant);
                }
                Ok(examined)
            }
            // It says itself that it cannot work: that is no fault of the file.
            Err(Silence::Ended(status)) if status.code().is_some_and(|code| code != CODE_OF_A_PANIC) => {
                Err(failed(io::Error::other("the examining process failed")))
            }
            Err(silence) => Ok(Examined {
                sha256: hash_of(path).map_err(&failed)?,
                n_bytes,
                what: What::Refused(Refusal {
                    kind: "DICOM".to_owned(),
                    code: "H47".to_owned(),
                    reason: silence.reason(),
                }),
                claimed: None,
            }),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Assistant>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Assistant {
    fn start(program: &Path, arguments: &[String]) -> io::Result<Self> {
        let mut child = Command::new(program)
            .args(arguments)
            .env_clear()
            // Threads would count against the memory, and one file is one piece of work.
            .env("RAYON_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let broken = || io::Error::from(io::ErrorKind::BrokenPipe);
        let questions = child.stdin.take().ok_or_else(broken)?;
        let said = child.stdout.take().ok_or_else(broken)?;
        let (sender, answers) = channel();
        thread::spawn(move || {
            for line in BufReader::new(said).lines() {
                if line.map_or(true, |line| sender.send(line).is_err()) {
                    return;
                }
            }
        });
        Ok(Self { child, questions, answers, n_examined: 0 })
    }

    fn ask(&mut self, path: &Path, patience: Duration) -> Result<Examined, Silence> {
        self.n_examined += 1;
        let question = serde_json::to_string(path).unwrap_or_default();
        // A child that is gone does not answer, which is found below.
        let _ = writeln!(self.questions, "{question}").and_then(|()| self.questions.flush());
        let answer = match self.answers.recv_timeout(patience) {
            Ok(line) => serde_json::from_str(&line).ok(),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                return Err(Silence::Late);
            }
            Err(RecvTimeoutError::Disconnected) => None,
        };
        answer.ok_or_else(|| Silence::Ended(self.end()))
    }

    /// Ends the child, where it did not end by itself.
    fn end(&mut self) -> ExitStatus {
        let _ = self.child.kill();
        self.child.wait().unwrap_or_default()
    }
}

impl Drop for Assistant {
    fn drop(&mut self) {
        self.end();
    }
}

impl Silence {
    fn reason(&self) -> String {
        match self {
            Self::Late => "reading it takes longer than its size explains".to_owned(),
            Self::Ended(status) if limits::was_too_long(*status) => {
                "reading it takes longer than its size explains".to_owned()
            }
            Self::Ended(_) => "reading it takes more memory than its size explains, or ends the reader".to_owned(),
        }
    }
}

/// Answers the questions of an [`Examiner`] until there are none: one line with a path each, one line with what it is each.
///
/// # Errors
/// When nobody listens any longer, or the limits cannot be set.
pub fn answer(questions: impl BufRead, mut answers: impl Write) -> io::Result<()> {
    for question in questions.lines() {
        let path: PathBuf = serde_json::from_str(&question?)?;
        limits::set(limits::of_file(path.metadata()?.len()))?;
        let examined = dicom::examine(&path).map_err(|error| io::Error::other(error.to_string()))?;
        serde_json::to_writer(&mut answers, &examined)?;
        writeln!(answers)?;
        answers.flush()?;
    }
    Ok(())
}
