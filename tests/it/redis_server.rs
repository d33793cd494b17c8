//! A real `redis-server` on a free port, in a folder of its own, ended by its process id.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use secrecy::SecretString;
use tempfile::TempDir;

use crate::port::Port;

/// A server that keeps what it has been told on its disk.
pub struct RedisServer {
    port: Port,
    dir: TempDir,
    child: Option<Child>,
}

impl RedisServer {
    pub async fn start() -> Self {
        let mut server = Self {
            port: Port::hold(),
            dir: tempfile::tempdir().unwrap(),
            child: None,
        };
        server.start_again().await;
        server
    }

    pub fn port(&self) -> u16 {
        self.port.number()
    }

    pub fn url(&self) -> SecretString {
        SecretString::from(format!("redis://{}", self.port.address()))
    }

    /// The same server on the same port, with what it had kept.
    pub async fn start_again(&mut self) {
        let child = Command::new("redis-server")
            .args([
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "yes",
                "--appendfsync",
                "always",
            ])
            .args(["--port", &self.port.number().to_string()])
            .arg("--dir")
            .arg(self.dir.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is needed here: apt-get install redis-server, or run scripts/test");
        self.child = Some(child);
        while !self.answers() {
            let ended = self.child.as_mut().unwrap().try_wait().unwrap();
            assert!(ended.is_none(), "redis-server ended at once: {ended:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// It takes connections, and has loaded what it had kept.
    fn answers(&self) -> bool {
        let ask = || {
            let mut stream = TcpStream::connect(self.port.address())?;
            stream.write_all(b"PING\r\n")?;
            let mut answer = [0; 5];
            stream.read_exact(&mut answer)?;
            Ok::<_, std::io::Error>(answer)
        };
        ask().is_ok_and(|answer| answer == *b"+PONG")
    }

    /// Kills it, as `kill -9` does.
    pub fn stop(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().unwrap();
            child.wait().unwrap();
        }
    }

    /// Forgets everything, as a cache that was started anew does.
    pub async fn start_empty(&mut self) {
        self.stop();
        self.dir = tempfile::tempdir().unwrap();
        self.start_again().await;
    }

    /// Holds it still: it takes connections (the kernel does) and answers nothing.
    pub fn freeze(&self) {
        self.signal("-STOP");
    }

    pub fn thaw(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let id = self.child.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.stop();
    }
}
