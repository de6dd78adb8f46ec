//! The program as a department runs it, asked from outside.

#![allow(dead_code, reason = "not every test file asks for all of it")]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;

use reqwest::blocking::Client;
use reqwest::header::{COOKIE, SET_COOKIE};

/// The workbench and the node as a program, and what it has written to standard error so far.
pub struct Program {
    child: Child,
    pub host: String,
    pub node: String,
    cookie: String,
    lines: thread::JoinHandle<String>,
    client: Client,
}

impl Program {
    /// Starts it with the local mode, a node for this machine, and further settings.
    pub fn start(folder: &Path, further: &str) -> Self {
        let configuration = format!(
            "[server]\nlisten = \"127.0.0.1:0\"\n[node]\nae_title = \"RERT\"\nlisten = \"127.0.0.1:0\"\n\
             [[node.peer]]\nae_title = \"RERT\"\naddresses = [\"127.0.0.1\"]\n{further}"
        );
        std::fs::write(folder.join("rert.toml"), configuration).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_rert"))
            .args(["serve", "--config"])
            .arg(folder.join("rert.toml"))
            .arg("--archive")
            .arg(folder.join("archive"))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stderr = child.stderr.take().unwrap();
        let lines = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        let mut printed = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = printed.next().unwrap().rsplit(' ').next().unwrap().to_owned();
        let node = printed.next().unwrap().rsplit(' ').next().unwrap().to_owned();
        let host = address.strip_prefix("http://").unwrap().split('/').next().unwrap().to_owned();
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder().redirect(reqwest::redirect::Policy::none()).no_proxy().build().unwrap();
        let opened = client.get(&address).send().unwrap();
        let cookie = opened.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        Self { child, host, node, cookie, lines, client }
    }

    /// The status and the body of an answer.
    pub fn ask(&self, method: &str, path: &str, body: Vec<u8>) -> (u16, Vec<u8>) {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let request =
            self.client.request(method, format!("http://{}{path}", self.host)).header(COOKIE, &self.cookie);
        let request = request.header("content-type", "application/json").body(body);
        let answer = request.send().unwrap();
        (answer.status().as_u16(), answer.bytes().unwrap().to_vec())
    }

    /// Ends it as a service manager does, and tells what it wrote.
    pub fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
        self.lines.join().unwrap()
    }
}
