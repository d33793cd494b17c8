//! P05: the real program, killed at the worst moment: an answer is out, and nothing has been written down about it.

use std::process::Command;
use std::time::Duration;

use chatcal::clock::Clock;
use chatcal::sandbox::slack::{Fault, Person, Request, View};
use chatcal::sql::Db;

use crate::kill9::{Program, World};

/// In the answer to "privacy".
const PRIVACY: &str = "Titles, guests and links go only to you";
const PATIENCE: Duration = Duration::from_secs(60);

/// A running program, and somebody who talks with it.
struct Scene {
    world: World,
    program: Program,
    ana: Person,
}

impl Scene {
    /// The program is up, and Ana has been answered once.
    async fn new() -> Self {
        let world = World::open().await;
        let program = world.spawn();
        let ana = world.slack.person("U7");
        let scene = Self { world, program, ana };
        scene.ana.says_dm("privacy");
        scene.shown().await;
        scene
    }

    /// The next call of `method` is the last of this life: Slack does it, and nobody hears of that.
    fn dies_after(&self, method: &str) {
        self.world.slack.next_meets(method, Fault::DoneAndHangs);
    }

    /// Ana is shown something; then the program is killed, and another one started.
    async fn is_killed_when_ana_is_shown_something(&mut self) {
        self.shown().await;
        self.program.kill();
        self.program = self.world.spawn();
    }

    async fn shown(&self) -> View {
        let shown = tokio::time::timeout(PATIENCE, self.ana.sees()).await;
        shown.unwrap_or_else(|_| panic!("nothing is shown\n{}", self.log()))
    }

    /// Lets the program end in order once `method` was called so often: nothing is left to do, and these copies of the answer to
    /// "help" were sent.
    async fn copies_after(&mut self, times: usize, method: &str) -> Vec<View> {
        let called = |all: &[Request]| all.iter().filter(|one| one.method == method).count() >= times;
        let called = tokio::time::timeout(PATIENCE, self.world.slack.requests_until(called)).await;
        assert!(
            called.is_ok(),
            "{method}: {} of {times}\n{}",
            self.calls(method),
            self.log()
        );
        // Once it is up, it ends in order.
        self.ana.says_dm("privacy");
        while !self.shown().await.text.contains(PRIVACY) {}
        let pid = self.program.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.program.0.wait().unwrap().success(), "{}", self.log());
        let db = Db::open(&self.world.state().join("chatcal.db")).unwrap();
        crate::stories::nothing_waits(&db, Clock::system().now()).await;
        let views = self.ana.views();
        let help = |view: &View| view.text.starts_with("Tell me what to book");
        views.into_iter().filter(help).collect()
    }

    /// An answer was refused for now, and that is written down.
    async fn until_an_answer_waits(&self) {
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY;
        let db = rusqlite::Connection::open_with_flags(self.world.state().join("chatcal.db"), flags).unwrap();
        let waits = || {
            let count = "SELECT COUNT(*) FROM outbox WHERE state = 'waiting' AND attempts > 0";
            db.query_row(count, [], |row| row.get::<_, i64>(0)).unwrap()
        };
        let begun = std::time::Instant::now();
        while waits() == 0 {
            assert!(begun.elapsed() < PATIENCE, "no answer waits\n{}", self.log());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.world.log()).unwrap_or_default()
    }

    fn calls(&self, method: &str) -> usize {
        self.world.slack.calls(method)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_a_direct_message_that_was_out_at_the_crash_is_there_once() {
    let mut scene = Scene::new().await;
    for method in ["conversations.open", "conversations.history", "conversations.replies"] {
        assert_eq!(scene.calls(method), 0, "{method}: nobody asks without need");
    }
    scene.dies_after("chat.postMessage");
    scene.ana.says_dm("help");
    scene.is_killed_when_ana_is_shown_something().await;
    assert_eq!(scene.copies_after(1, "conversations.history").await.len(), 1);
    assert_eq!(scene.calls("conversations.history"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_an_answer_in_a_thread_that_was_out_at_the_crash_is_there_once() {
    let mut scene = Scene::new().await;
    let thread = scene.ana.says_dm("privacy");
    scene.shown().await;
    scene.dies_after("chat.postMessage");
    scene.ana.says_dm_in_thread(&thread, "help");
    scene.is_killed_when_ana_is_shown_something().await;
    let copies = scene.copies_after(1, "conversations.replies").await;
    assert_eq!(copies.len(), 1, "{copies:#?}");
    assert_eq!(copies[0].thread.as_ref(), Some(&thread));
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_what_only_one_person_saw_comes_again_as_a_direct_message_and_never_a_third_time() {
    type Asks = fn(&Person);
    let mentions: Asks = |ana| drop(ana.mentions("C1", "help"));
    let commands: Asks = |ana| ana.commands("C1", "/chatcal", "help");
    for (method, asks) in [("chat.postEphemeral", mentions), ("response_url", commands)] {
        let mut scene = Scene::new().await;
        scene.dies_after(method);
        // Not to have arrived as a direct message says nothing of the time before.
        let limited = Fault::Limited { retry_after: 1 };
        scene.world.slack.next_meets("chat.postMessage", limited);
        scene.dies_after("chat.postMessage");
        asks(&scene.ana);
        scene.is_killed_when_ana_is_shown_something().await;
        scene.is_killed_when_ana_is_shown_something().await;
        let copies = scene.copies_after(3, "conversations.history").await;
        let in_channel: Vec<_> = copies.iter().map(|view| view.ephemeral).collect();
        assert_eq!(in_channel, [true, false], "{method}");
        assert_eq!(copies[0].text, copies[1].text);
        assert_eq!(scene.world.slack.public("C1"), [], "{method}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_a_post_whose_answer_was_lost_is_looked_for_without_a_crash() {
    let mut scene = Scene::new().await;
    scene.world.slack.next_meets("chat.postMessage", Fault::AnswerLost);
    scene.ana.says_dm("help");
    assert_eq!(scene.copies_after(1, "conversations.history").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_a_post_that_was_refused_for_now_is_not_looked_for() {
    let mut scene = Scene::new().await;
    scene
        .world
        .slack
        .next_meets("chat.postMessage", Fault::Limited { retry_after: 1 });
    scene.ana.says_dm("help");
    assert_eq!(scene.copies_after(3, "chat.postMessage").await.len(), 1);
    assert_eq!(scene.calls("conversations.history"), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_while_it_cannot_be_seen_whether_it_arrived_an_answer_waits() {
    let mut scene = Scene::new().await;
    for fault in [
        Fault::Limited { retry_after: 1 },
        Fault::Status(503),
        Fault::Error("internal_error"),
    ] {
        scene.world.slack.next_meets("conversations.history", fault);
    }
    scene.dies_after("chat.postMessage");
    scene.ana.says_dm("help");
    scene.is_killed_when_ana_is_shown_something().await;
    assert_eq!(scene.copies_after(4, "conversations.history").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn p05_where_nobody_may_see_whether_it_arrived_an_answer_is_sent() {
    let mut scene = Scene::new().await;
    scene.world.slack.forbids_reading();
    scene.dies_after("chat.postMessage");
    scene.ana.says_dm("help");
    scene.is_killed_when_ana_is_shown_something().await;
    assert_eq!(scene.copies_after(3, "chat.postMessage").await.len(), 2);
    assert_eq!(scene.log().matches("missing_scope").count(), 1, "{}", scene.log());
}

#[tokio::test(flavor = "multi_thread")]
async fn p04_what_is_said_while_an_answer_waits_is_answered_after_it() {
    let mut scene = Scene::new().await;
    let limited = Fault::Limited { retry_after: 1 };
    scene.world.slack.next_meets("chat.postMessage", limited);
    scene.ana.says_dm("help");
    scene.until_an_answer_waits().await;
    scene.ana.says_dm("privacy");
    let first = scene.shown().await;
    assert!(first.text.starts_with("Tell me what to book"), "{first:?}");
    assert!(scene.shown().await.text.contains(PRIVACY));
    assert_eq!(scene.copies_after(3, "chat.postMessage").await.len(), 1);
}
