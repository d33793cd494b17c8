//! Secret Manager, Redis and the folder together: each of them and all at once out of reach, or all that is left.

use std::fs::{self, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use chatcal::domain::person::PersonId;
use chatcal::vault::{NoAccess, Redis, Tier};

use super::machine::{HOUR, Machine, Service, ana, grant};
use crate::cloud::Cloud;
use crate::engine::{Engine, on_both};
use crate::proxy::{Proxy, Way};

/// A machine whose ways to Secret Manager and Redis can be made worse.
struct Places {
    machine: Machine,
    cloud: Cloud,
    to_cloud: Proxy,
    to_redis: Proxy,
}

/// What is out of reach.
#[derive(Clone, Copy, Debug)]
struct Out {
    cloud: bool,
    redis: bool,
    folder: bool,
}

const fn out(cloud: bool, redis: bool, folder: bool) -> Out {
    Out { cloud, redis, folder }
}

impl Places {
    async fn new(engine: Engine) -> Self {
        let machine = Machine::new(engine).await;
        let cloud = Cloud::at(machine.clock.clone()).await;
        Self {
            to_cloud: Proxy::to(cloud.port()).await,
            to_redis: Proxy::to(machine.redis.port()).await,
            machine,
            cloud,
        }
    }

    async fn start(&self) -> Service {
        let cloud = self
            .cloud
            .open_at(&format!("http://127.0.0.1:{}", self.to_cloud.port()));
        let redis = format!("redis://127.0.0.1:{}", self.to_redis.port()).into();
        self.machine.start_behind(&redis, vec![Arc::new(cloud)]).await
    }

    fn breaks(&self, out: Out, way: Way) {
        if out.cloud {
            self.to_cloud.becomes(way);
        }
        if out.redis {
            self.to_redis.becomes(way);
        }
        match (out.folder, way) {
            (false, _) => {}
            (true, Way::BlackHole) => self.silence_folder(),
            (true, _) => self.machine.break_folder(),
        }
    }

    fn mend(&self, out: Out, way: Way) {
        self.to_cloud.becomes(Way::Open);
        self.to_redis.becomes(Way::Open);
        match (out.folder, way) {
            (false, _) => {}
            (true, Way::BlackHole) => self.wake_folder(),
            (true, _) => self.machine.mend_folder(),
        }
    }

    /// Ana's file becomes a pipe that nobody writes into: whoever opens it waits, as on a disk that does not answer.
    fn silence_folder(&self) {
        for file in self.files("json") {
            fs::rename(&file, file.with_extension("aside")).unwrap();
            let made = Command::new("mkfifo").args(["-m", "600"]).arg(&file).status();
            assert!(made.unwrap().success());
        }
    }

    fn wake_folder(&self) {
        for file in self.files("aside") {
            let (place, pipe) = (file.with_extension("json"), file.with_extension("pipe"));
            fs::rename(&place, &pipe).unwrap();
            fs::rename(&file, &place).unwrap();
            // Whoever waits for a writer gets one, who says nothing. No reader: nobody waits.
            let nonblocking = 0o4000;
            let _ = OpenOptions::new().write(true).custom_flags(nonblocking).open(&pipe);
            fs::remove_file(&pipe).unwrap();
        }
    }

    fn files(&self, extension: &str) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.machine.grants()).unwrap();
        entries
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|found| found == extension))
            .collect()
    }

    /// The versions that the three places hold, asked past the ways to them.
    async fn versions(&self, service: &Service, person: &PersonId) -> [Option<i64>; 3] {
        let redis = Redis::open(&self.machine.redis.url()).unwrap();
        let cloud = self.cloud.open();
        let tiers: [&dyn Tier; 3] = [&cloud, &redis, &*service.file];
        let mut versions = [None; 3];
        for (version, tier) in versions.iter_mut().zip(tiers) {
            *version = tier.get(person).await.unwrap().map(|record| record.version);
        }
        versions
    }

    /// Whether the places agree on `people` before half a minute has passed by the clock.
    async fn agree(&self, service: &Service, people: &[PersonId]) -> bool {
        for _ in 0..30 {
            self.machine.clock.advance(Duration::from_secs(1));
            // Half a second of the machine's own time for what a second of the clock's would have seen done.
            for _ in 0..25 {
                tokio::time::sleep(Duration::from_millis(20)).await;
                let mut done = true;
                for person in people {
                    let newest = service.linked(person).await;
                    done &= self.versions(service, person).await == [newest; 3];
                }
                let owed = service.vault.health().await.unwrap();
                if done && owed.iter().all(|tier| tier.waiting == 0) {
                    return true;
                }
            }
        }
        false
    }
}

/// One outage: what has to go on, what has to survive, and how it ends.
async fn sit_out(engine: Engine, out: Out, way: Way) {
    let places = Places::new(engine).await;
    let service = places.start().await;
    service.adopt(&ana(), grant("r1")).await.unwrap();
    assert!(places.agree(&service, &[ana()]).await, "{out:?} {way:?}: to begin with");
    assert_eq!(service.token(&ana()).await, "r1 #1");

    places.breaks(out, way);
    for _ in 0..100 {
        assert_eq!(service.token(&ana()).await, "r1 #1", "a live token is served");
    }
    let newcomer = PersonId::discord(7);
    service.adopt(&newcomer, grant("new")).await.unwrap();
    assert!(service.token(&newcomer).await.starts_with("new"));
    // `kill -9`, and a start while it is still out.
    drop(service);
    let folder_is_broken = out.folder && way != Way::BlackHole;
    if folder_is_broken {
        places.machine.mend_folder();
    }
    let service = places.start().await;
    if folder_is_broken {
        places.machine.break_folder();
    }
    places.machine.clock.advance(HOUR);
    assert!(
        service.token(&newcomer).await.starts_with("new"),
        "a new consent survives"
    );
    match service.access(&ana()).await {
        Ok(_) | Err(NoAccess::Unreachable { .. }) => {}
        Err(other) => panic!("{out:?} {way:?}: {other:?}"),
    }

    places.mend(out, way);
    let people = [ana(), newcomer];
    assert!(
        places.agree(&service, &people).await,
        "{out:?} {way:?}: the places do not agree half a minute after it: {:?}",
        service.vault.health().await
    );
    places.machine.clock.advance(Duration::from_secs(30));
    for person in &people {
        service.access(person).await.unwrap();
    }
}

macro_rules! outage {
    ($($name:ident: $way:expr),+ $(,)?) => {
        $(mod $name {
            use super::{Engine, Way, out, sit_out};

            const WAY: Way = $way;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn secret_manager() {
                sit_out(Engine::Sqlite, out(true, false, false), WAY).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn redis() {
                sit_out(Engine::Sqlite, out(false, true, false), WAY).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn folder() {
                sit_out(Engine::Sqlite, out(false, false, true), WAY).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn all_three() {
                sit_out(Engine::Sqlite, out(true, true, true), WAY).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn pairs_of_them_with_postgresql() {
                for pair in [out(true, true, false), out(true, false, true), out(false, true, true)] {
                    sit_out(Engine::Postgres, pair, WAY).await;
                }
            }
        })+
    };
}

outage! {
    t05_refused: Way::Refused,
    t05_black_holed: Way::BlackHole,
    t05_slow: Way::Slow(std::time::Duration::from_secs(4)),
    t05_reset: Way::Reset,
}

/// What alone is left of the three places.
#[derive(Clone, Copy, Debug)]
enum Only {
    Cloud,
    Redis,
    Folder,
}

on_both!(t06_a_cold_start_from_one_place_alone_needs_no_prompt_and_heals_the_others);
async fn t06_a_cold_start_from_one_place_alone_needs_no_prompt_and_heals_the_others(engine: Engine) {
    for only in [Only::Cloud, Only::Redis, Only::Folder] {
        let mut places = Places::new(engine).await;
        let service = places.start().await;
        let version = service.adopt(&ana(), grant("r1")).await.unwrap();
        service.agreed().await;
        drop(service);
        places.machine.lose_database().await;
        if !matches!(only, Only::Cloud) {
            places.cloud.forget();
        }
        if !matches!(only, Only::Redis) {
            places.machine.redis.start_empty().await;
        }
        if !matches!(only, Only::Folder) {
            places.machine.lose_folder();
        }

        let service = places.start().await;
        assert_eq!(service.token(&ana()).await, "r1 #1", "{only:?}");
        assert_eq!(service.linked(&ana()).await, Some(version), "{only:?}");
        assert!(places.agree(&service, &[ana()]).await, "{only:?}");
        assert_eq!(places.versions(&service, &ana()).await, [Some(version); 3], "{only:?}");
        assert_eq!(places.machine.google.calls().len(), 1, "{only:?}");
    }
}
