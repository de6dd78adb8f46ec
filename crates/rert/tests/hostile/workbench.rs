//! The workbench as a program, and what is thrown at it.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use phantom::hostile::{HostileFile, hostile_files};
use phantom::{Options, SyntheticPatient};
use serde_json::Value;

/// Two seconds are the aim, and printed is what it took; machines that test do other work at the same time.
pub const LONGEST: Duration = Duration::from_secs(10);

pub fn corpus() -> Vec<HostileFile> {
    let files = hostile_files(&SyntheticPatient::generate(&Options::tiny())).unwrap();
    assert!(files.len() >= 400, "there are only {} hostile files", files.len());
    files
}

/// The most memory that a process has held, in MiB.
pub fn peak_memory_mib(process: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("0 kB");
    line.split_whitespace().next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) / 1024
}

/// The workbench as a program, with the session of a browser.
pub struct Workbench {
    program: Child,
    host: String,
    cookie: String,
    folder: tempfile::TempDir,
}

impl Workbench {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_rert"))
            .args(["serve", "--port", "0", "--archive"])
            .arg(folder.path().join("cases"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let (host, path) = line.split_once("http://").unwrap().1.trim().split_once('/').unwrap();
        let mut workbench = Self { program, host: host.to_owned(), cookie: String::new(), folder };
        let (head, _) = workbench.ask("GET", &format!("/{path}"), b"");
        let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
        workbench.cookie = cookie.split(';').next().unwrap().to_owned();
        workbench
    }

    /// The folder in which its archive is, and nothing else.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub fn peak_memory_mib(&self) -> u64 {
        peak_memory_mib(&self.program.id().to_string())
    }

    pub fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.host).unwrap()
    }

    /// The head of a request.
    pub fn head(&self, what: &str, headers: &str) -> String {
        format!(
            "{what} HTTP/1.1\r\nhost: {0}\r\norigin: http://{0}\r\ncookie: {1}\r\n{headers}connection: close\r\n\r\n",
            self.host, self.cookie
        )
    }

    /// The head and the body of an answer.
    pub fn ask(&self, method: &str, path: &str, body: &[u8]) -> (String, Vec<u8>) {
        let kind = if path.ends_with("/finish") { "application/json" } else { "application/octet-stream" };
        let headers = format!("content-type: {kind}\r\ncontent-length: {}\r\n", body.len());
        self.ask_as(&format!("{method} {path}"), (&headers, false), body).unwrap()
    }

    /// The same with headers that may lie about the body, and where more is promised than comes our side is closed behind it; nothing
    /// where the program hung up instead of answering.
    pub fn ask_as(
        &self,
        what: &str,
        (headers, is_cut_off): (&str, bool),
        body: &[u8],
    ) -> Option<(String, Vec<u8>)> {
        let mut stream = self.connect();
        stream.write_all(self.head(what, headers).as_bytes()).unwrap();
        // Who has refused it already reads no more of it.
        let _ = stream.write_all(body);
        if is_cut_off {
            let _ = stream.shutdown(Shutdown::Write);
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
        Some((String::from_utf8_lossy(&answer[..end]).into_owned(), answer[end + 4..].to_vec()))
    }

    pub fn json(&self, method: &str, path: &str, body: &[u8]) -> Value {
        let (head, body) = self.ask(method, path, body);
        assert!(head.starts_with("HTTP/1.1 20"), "{method} {path}: {head}");
        serde_json::from_slice(&body).unwrap()
    }

    /// Takes files in as a case, and tells what was found.
    pub fn import<'a>(&self, files: impl Iterator<Item = &'a [u8]>) -> Value {
        let begun = self.json("POST", "/api/v1/imports", b"");
        let import = format!("/api/v1/imports/{}", begun["id"].as_str().unwrap());
        for file in files {
            self.json("PUT", &format!("{import}/files?path=object"), file);
        }
        let job = self.json("POST", &format!("{import}/finish"), b"{}");
        let job = format!("/api/v1/jobs/{}", job["id"].as_str().unwrap());
        loop {
            let now = self.json("GET", &job, b"");
            if !now["ended"].is_null() {
                assert_eq!(now["state"], "done", "{now}");
                return now["result"].clone();
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Workbench {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
