//! The bot as a process of its own, and what the kernel says of it.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use secrecy::ExposeSecret;
use tempfile::TempDir;

use super::people::World;

/// The kernel counts CPU in hundredths of a second (`sysconf(_SC_CLK_TCK)` on Linux).
const TICK: Duration = Duration::from_millis(10);

pub struct Bot {
    child: Child,
    pub url: String,
    state: TempDir,
}

impl Bot {
    /// Starts the program and tells how long it took to be ready.
    pub async fn start(world: &World) -> (Self, Duration) {
        let port = TcpListener::bind("127.0.0.1:0")
            .and_then(|free| free.local_addr())
            .expect("a free port")
            .port();
        let url = format!("http://127.0.0.1:{port}");
        world.expect_bot_at(&url);
        let state = tempfile::tempdir().expect("a folder");
        let key = KeyRing::make_key(&Entropy::system());
        let started = Instant::now();
        let child = Command::new(env!("CARGO_BIN_EXE_chatcal"))
            .arg("serve")
            .env_clear()
            .envs(world.settings())
            .env("CHATCAL_KEY", key.expose_secret())
            .env("CHATCAL_PUBLIC_URL", &url)
            .env("CHATCAL_LISTEN", format!("127.0.0.1:{port}"))
            .env("CHATCAL_STATE_DIR", state.path().join("state"))
            .env("CHATCAL_CONTACT", "bench@example.org")
            .env("CHATCAL_LOG", "warn")
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        let bot = Self { child, url, state };
        let client = reqwest::Client::new();
        loop {
            let answer = client.get(format!("{}/readyz", bot.url)).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return (bot, started.elapsed());
            }
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "the bot does not get ready"
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// CPU time, user and system, since its start.
    pub fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the process runs");
        let fields: Vec<&str> = stat
            .rsplit(") ")
            .next()
            .expect("a name in brackets")
            .split(' ')
            .collect();
        let ticks = |n: usize| fields[n].parse::<u32>().expect("a number");
        TICK * (ticks(11) + ticks(12))
    }

    pub fn resident_mb(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the process runs");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("a resident size");
        line.trim().trim_end_matches(" kB").parse::<f64>().expect("a number") / 1024.0
    }

    /// How long the bot's own disk takes to make 8 kB durable.
    pub fn fsync_median(&self) -> Duration {
        let path = self.state.path().join("fsync");
        let mut file = OpenOptions::new().create(true).append(true).open(path).expect("a file");
        let mut spans: Vec<Duration> = (0..101)
            .map(|_| {
                file.write_all(&[0; 8192]).expect("space");
                let started = Instant::now();
                file.sync_data().expect("a disk");
                started.elapsed()
            })
            .collect();
        spans.sort_unstable();
        spans[50]
    }
}

impl Drop for Bot {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
