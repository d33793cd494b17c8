//! Heartbeats and leases, asked of both engines.

use std::sync::atomic::{AtomicU8, Ordering};

use chatcal::sql::{Db, Error, Holder, Lease};

use crate::engine::{self, Engine, on_both};

/// A replica, with a connection of its own.
struct One {
    db: Db,
}

/// Two replicas that have heard each other.
async fn two(engine: Engine) -> (tempfile::TempDir, One, One) {
    let dir = tempfile::tempdir().unwrap();
    let database = engine.database(dir.path()).await;
    let (first, second) = (engine::open(&database).await, engine::open(&database).await);
    let (first, second) = (One { db: first }, One { db: second });
    first.beats().await;
    second.beats().await;
    first.beats().await;
    (dir, first, second)
}

impl One {
    async fn beats(&self) -> bool {
        static NUMBER: AtomicU8 = AtomicU8::new(1);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let (replica, fresh) = (self.db.replica(), Holder::new([number, number, 0, 0, 0, 0, 0, 0]));
        let beaten = self.db.write(move |tx| replica.beat(tx, fresh, &engine::about()));
        beaten.await.unwrap()
    }

    async fn takes(&self) -> Lease {
        let replica = self.db.replica();
        self.db.write(move |tx| replica.take(tx, "gateway")).await.unwrap()
    }

    async fn has(&self) -> bool {
        let replica = self.db.replica();
        self.db.read(move |tx| replica.has(tx, "gateway")).await.unwrap()
    }

    async fn gives_back(&self, left: &'static [u8]) {
        let replica = self.db.replica();
        let given = self.db.write(move |tx| replica.give_back(tx, "gateway", Some(left)));
        given.await.unwrap();
    }

    async fn leaves(&self) {
        let replica = self.db.replica();
        self.db.write(move |tx| replica.leave(tx)).await.unwrap();
    }
}

const EMPTY: Lease = Lease::Ours { left: None };

on_both!(t02_what_a_silent_replica_held_goes_to_another_and_it_has_no_say_any_more);
async fn t02_what_a_silent_replica_held_goes_to_another_and_it_has_no_say_any_more(engine: Engine) {
    let (_dir, first, second) = two(engine).await;
    assert_eq!(first.takes().await, EMPTY);
    assert_eq!(first.takes().await, EMPTY, "it is ours already");
    assert_eq!(second.takes().await, Lease::Taken);
    let mut beats = 1;
    while !second.beats().await {
        assert_eq!(second.takes().await, Lease::Taken, "after {beats} beats");
        beats += 1;
    }
    assert_eq!(beats, 5, "the first one sees where the other stands");
    assert_eq!(
        first.takes().await,
        Lease::Taken,
        "it was struck off, and does not know yet"
    );
    assert_eq!(second.takes().await, EMPTY);

    let before = first.db.replica().holder();
    assert!(!first.has().await);
    first.gives_back(b"late").await;
    assert_eq!(first.takes().await, Lease::Taken);
    assert!(!first.beats().await);
    assert_ne!(first.db.replica().holder(), before, "it goes on under another number");
    assert_eq!(first.takes().await, Lease::Taken);
    assert!(second.has().await);
}

on_both!(a_replica_that_is_heard_keeps_what_it_holds);
async fn a_replica_that_is_heard_keeps_what_it_holds(engine: Engine) {
    let (_dir, first, second) = two(engine).await;
    assert_eq!(first.takes().await, EMPTY);
    for _ in 0..20 {
        assert!(!second.beats().await);
        assert!(!first.beats().await);
    }
    assert_eq!(second.takes().await, Lease::Taken);
}

on_both!(who_leaves_is_followed_at_once);
async fn who_leaves_is_followed_at_once(engine: Engine) {
    let (_dir, first, second) = two(engine).await;
    second.beats().await;
    assert_eq!(first.takes().await, EMPTY);
    first.leaves().await;
    assert!(second.beats().await, "somebody has gone");
    assert!(!second.beats().await);
    assert_eq!(second.takes().await, EMPTY);
}

on_both!(what_a_holder_leaves_goes_to_the_next);
async fn what_a_holder_leaves_goes_to_the_next(engine: Engine) {
    let (_dir, first, second) = two(engine).await;
    assert_eq!(first.takes().await, EMPTY);
    first.gives_back(b"sealed").await;
    assert!(!first.has().await);
    let left = Lease::Ours {
        left: Some(b"sealed".to_vec()),
    };
    assert_eq!(second.takes().await, left);
    assert_eq!(first.takes().await, Lease::Taken);
}

on_both!(of_many_who_ask_at_once_one_gets_it);
async fn of_many_who_ask_at_once_one_gets_it(engine: Engine) {
    let (_dir, first, second) = two(engine).await;
    let ask = |one: &One| {
        let (db, replica) = (one.db.clone(), one.db.replica());
        tokio::spawn(async move {
            db.write(move |tx| Ok::<_, Error>(replica.take(tx, "gateway")? != Lease::Taken))
                .await
                .unwrap()
        })
    };
    let asked: Vec<_> = (0..20)
        .map(|n| ask(if n % 2 == 0 { &first } else { &second }))
        .collect();
    let mut got = [0, 0];
    for (n, asked) in asked.into_iter().enumerate() {
        got[n % 2] += usize::from(asked.await.unwrap());
    }
    assert!(got == [10, 0] || got == [0, 10], "{got:?}");
}
