//! Redis behind sentinels, and as a cluster: the same contract, real servers, and what happens when one of them goes.

use std::fs;
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use chatcal::vault::{Put, Redis, Tier};
use tempfile::TempDir;

use crate::creds::office::{Office, Said};
use crate::port::Port;
use crate::vault::until;
use crate::vault_contract::{ana, keeps_the_contract, record};

/// A `redis-server` process, ended when dropped.
struct Process {
    port: Port,
    child: Child,
    _dir: TempDir,
}

impl Process {
    fn start(arguments: impl FnOnce(u16, &Path) -> Vec<String>) -> Self {
        let (port, dir) = (Port::hold(), tempfile::tempdir().unwrap());
        let child = Command::new("redis-server")
            .args(arguments(port.number(), dir.path()))
            .current_dir(dir.path())
            .stdout(Stdio::null())
            .spawn()
            .expect("redis-server is needed here: apt-get install redis-server, or run scripts/test");
        Self { port, child, _dir: dir }
    }

    fn server(more: &[&str]) -> Self {
        Self::start(|port, _| {
            let port = port.to_string();
            let fixed = ["--bind", "127.0.0.1", "--save", "", "--port", &port];
            fixed.iter().chain(more).map(|word| (*word).to_owned()).collect()
        })
    }

    /// What the server answers, without the line's end.
    fn ask(&self, words: &[&str]) -> String {
        let port = self.port.number().to_string();
        let answer = Command::new("redis-cli")
            .args(["-p", &port])
            .args(words)
            .output()
            .unwrap();
        String::from_utf8_lossy(&answer.stdout).trim().to_owned()
    }

    async fn answers(&self, words: &[&str], expected: &str) {
        until(|| async { self.ask(words).contains(expected) }).await;
    }

    fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A master, a replica of it, and a sentinel that may promote the replica.
async fn with_sentinel() -> (Process, Process, Process) {
    let master = Process::server(&[]);
    master.answers(&["PING"], "PONG").await;
    let of = format!("127.0.0.1 {}", master.port.number());
    let replica = Process::server(&["--replicaof", &of, "--repl-diskless-sync-delay", "0"]);
    replica.answers(&["INFO", "replication"], "master_link_status:up").await;
    let port = master.port.number();
    let sentinel = Process::start(|own, dir| {
        let file = dir.join("sentinel.conf");
        let text = format!(
            "port {own}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 {port} 1\nsentinel down-after-milliseconds main 500\nsentinel failover-timeout main 2000\n"
        );
        fs::write(&file, text).unwrap();
        vec![file.to_string_lossy().into_owned(), "--sentinel".to_owned()]
    });
    let seen = replica.port.number().to_string();
    sentinel.answers(&["SENTINEL", "replicas", "main"], &seen).await;
    (master, replica, sentinel)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn redis_behind_sentinels_keeps_the_contract_and_follows_a_failover() {
    let (mut master, replica, sentinel) = with_sentinel().await;
    // The first sentinel that is named is gone.
    let url = format!("redis+sentinel://127.0.0.1:1,{}/main", sentinel.port.address());
    let redis = Redis::open(&url.into()).unwrap();
    keeps_the_contract(&redis).await;
    redis.put(&ana(), &record(1, b"one")).await.unwrap();
    redis
        .keep_access(&ana(), b"token", Duration::from_secs(60))
        .await
        .unwrap();
    until(|| async { replica.ask(&["DBSIZE"]) == master.ask(&["DBSIZE"]) }).await;

    master.kill();
    assert!(redis.get(&ana()).await.is_err(), "until the replica is promoted");
    until(|| async { redis.put(&ana(), &record(2, b"two")).await == Ok(Put::Kept) }).await;
    assert_eq!(redis.get(&ana()).await.unwrap(), Some(record(2, b"two")));
    assert_eq!(redis.access(&ana()).await.unwrap().unwrap(), b"token");
    assert!(replica.ask(&["ROLE"]).starts_with("master"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sentinels_and_servers_may_each_have_a_password() {
    let master = Process::server(&["--requirepass", "server-p"]);
    let of = master.port.number();
    let sentinel = Process::start(|own, dir| {
        let file = dir.join("sentinel.conf");
        let text = format!(
            "port {own}\nbind 127.0.0.1\nrequirepass sentinel-s\nsentinel monitor main 127.0.0.1 {of} 1\n\
             sentinel auth-pass main server-p\n"
        );
        fs::write(&file, text).unwrap();
        vec![file.to_string_lossy().into_owned(), "--sentinel".to_owned()]
    });
    let at = sentinel.port.number();
    let open = |query: &str| {
        let url = format!("redis+sentinel://:server-p@127.0.0.1:{at}/main{query}");
        Redis::open(&url.into()).unwrap()
    };
    let redis = open("?sentinels=:sentinel-s");
    until(|| async { redis.put(&ana(), &record(1, b"one")).await == Ok(Put::Kept) }).await;
    assert_eq!(redis.get(&ana()).await, Ok(Some(record(1, b"one"))));
    for wrong in ["", "?sentinels=:other"] {
        let refused = open(wrong).get(&ana()).await.unwrap_err().to_string();
        assert!(
            !refused.contains("server-p") && !refused.contains("sentinel-s"),
            "{refused}"
        );
    }
}

/// Makes a certificate authority of its own, and a server's certificate for 127.0.0.1, in `dir`.
fn certificates(dir: &Path) {
    let openssl = |arguments: &str| {
        let made = Command::new("openssl")
            .args(arguments.split(' '))
            .current_dir(dir)
            .stderr(Stdio::null())
            .status()
            .expect("openssl is needed here: apt-get install openssl, or run scripts/test");
        assert!(made.success(), "{arguments}");
    };
    fs::write(dir.join("names"), "subjectAltName=IP:127.0.0.1").unwrap();
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    openssl(&format!(
        "req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=authority -days 2"
    ));
    openssl(&format!("req {key} -keyout server.key -out server.csr -subj /CN=redis"));
    openssl("x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem");
}

#[tokio::test(flavor = "multi_thread")]
async fn redis_over_tls_is_used_where_its_certificate_is_trusted_and_nowhere_else() {
    let dir = tempfile::tempdir().unwrap();
    certificates(dir.path());
    let file = |name: &str| dir.path().join(name).to_string_lossy().into_owned();
    let server = Process::start(|port, _| {
        let words = format!("--bind 127.0.0.1 --save --port 0 --tls-port {port} --tls-auth-clients no --requirepass p");
        let fixed = words.split(' ').map(str::to_owned);
        let files = [
            ["--tls-cert-file".to_owned(), file("server.pem")],
            ["--tls-key-file".to_owned(), file("server.key")],
            ["--tls-ca-cert-file".to_owned(), file("ca.pem")],
        ];
        fixed.chain(files.into_iter().flatten()).collect()
    });
    until(|| async { TcpStream::connect(server.port.address()).is_ok() }).await;
    let office = Office::open().await;
    let said = |scheme: &str, authority: Option<&str>| {
        let mut command = office.command(&["doctor"]);
        command.env("REDIS_URL", format!("{scheme}://:p@127.0.0.1:{}", server.port.number()));
        if let Some(name) = authority {
            command.env("SSL_CERT_FILE", file(name));
        }
        let told = Said::of(command.output().unwrap()).out;
        let line = told.lines().find(|line| line.contains("tier redis"));
        line.unwrap_or_default().to_owned()
    };
    let trusted = said("rediss", Some("ca.pem"));
    assert!(trusted.starts_with("ok") && trusted.contains("gives back"), "{trusted}");
    for (scheme, authority) in [
        ("rediss", None),
        ("rediss", Some("server.pem")),
        ("redis", Some("ca.pem")),
    ] {
        let refused = said(scheme, authority);
        assert!(refused.starts_with("BROKEN"), "{scheme} {authority:?}: {refused}");
    }
}

/// Three masters, a third of the slots each.
async fn cluster() -> Vec<Process> {
    let buses = [Port::hold(), Port::hold(), Port::hold()];
    let nodes: Vec<_> = buses
        .iter()
        .map(|bus| {
            Process::server(&[
                "--cluster-enabled",
                "yes",
                "--cluster-port",
                &bus.number().to_string(),
                "--cluster-node-timeout",
                "1000",
                "--cluster-require-full-coverage",
                "no",
            ])
        })
        .collect();
    let slots = [["0", "5460"], ["5461", "10922"], ["10923", "16383"]];
    for (node, [first, last]) in nodes.iter().zip(slots) {
        node.answers(&["PING"], "PONG").await;
        assert_eq!(node.ask(&["CLUSTER", "ADDSLOTSRANGE", first, last]), "OK");
    }
    let epochs = ["1", "2", "3"];
    for (node, epoch) in nodes.iter().zip(epochs) {
        node.ask(&["CLUSTER", "SET-CONFIG-EPOCH", epoch]);
    }
    for node in &nodes[1..] {
        let line = nodes[0].ask(&["CONFIG", "GET", "cluster-port"]);
        let bus = line.lines().last().unwrap();
        let port = nodes[0].port.number().to_string();
        assert_eq!(node.ask(&["CLUSTER", "MEET", "127.0.0.1", &port, bus]), "OK");
    }
    for node in &nodes {
        node.answers(&["CLUSTER", "INFO"], "cluster_state:ok").await;
        node.answers(&["CLUSTER", "INFO"], "cluster_slots_ok:16384").await;
        node.answers(&["CLUSTER", "INFO"], "cluster_known_nodes:3").await;
    }
    nodes
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_cluster_keeps_the_contract_and_loses_only_what_lies_on_a_node_that_is_gone() {
    use chatcal::domain::person::PersonId;

    let mut nodes = cluster().await;
    let url = format!("redis+cluster://{},127.0.0.1:1", nodes[0].port.address());
    let redis = Redis::open(&url.into()).unwrap();
    keeps_the_contract(&redis).await;

    let mut everybody: Vec<_> = (1..=30).map(PersonId::discord).collect();
    for person in &everybody {
        redis.put(person, &record(50, b"sealed")).await.unwrap();
    }
    everybody.sort_unstable();
    assert_eq!(redis.people().await.unwrap(), everybody, "on all nodes");
    assert!(nodes.iter().all(|node| node.ask(&["DBSIZE"]) != "0"));

    nodes[2].kill();
    let mut down = 0;
    for person in &everybody {
        match redis.get(person).await {
            Ok(found) => assert_eq!(found, Some(record(50, b"sealed")), "never taken for absent"),
            Err(_) => down += 1,
        }
    }
    assert!((1..30).contains(&down), "{down}");
}
