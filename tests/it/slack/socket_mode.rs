//! The same over a websocket.

use std::sync::atomic::Ordering;
use std::time::Duration;

use chatcal::domain::incoming::Said;
use chatcal::entropy::Entropy;
use chatcal::sandbox::slack::{Fault, Rules};
use chatcal::slack::socket_mode::{self, Timing};
use chatcal::socket::{Deadlines, State, Status};

use super::Scene;

/// Everything happens sooner than against the real Slack.
const SOON: Timing = Timing {
    deadlines: Deadlines {
        open: Duration::from_secs(2),
        send: Duration::from_secs(2),
        silence: Duration::from_millis(400),
    },
    first_wait: Duration::from_millis(40),
    longest_wait: Duration::from_millis(200),
    linger: Duration::from_secs(5),
};

/// A workspace that the bot listens to over a socket, and how that stands.
async fn listening() -> (Scene, Status) {
    let scene = Scene::with(Rules {
        acknowledge_within: Duration::from_millis(500),
        retries: vec![Duration::from_millis(50); 20],
        ping_every: Duration::from_millis(50),
    })
    .await;
    let status = start(&scene);
    assert_eq!(state_of(&status, |state| *state != State::Connecting).await, State::Up);
    scene.slack.greeted_until(|greeted| greeted == 1).await;
    (scene, status)
}

/// The state once it is as wanted; a test that waits in vain fails instead of hanging.
async fn state_of(status: &Status, wanted: impl Fn(&State) -> bool) -> State {
    let waiting = tokio::time::timeout(Duration::from_secs(30), status.wait_for(wanted)).await;
    waiting.unwrap_or_else(|_| panic!("still {:?}", status.get()))
}

fn start(scene: &Scene) -> Status {
    let status = Status::new();
    let running = socket_mode::run(scene.intake.clone(), Entropy::seeded(1), status.clone(), SOON);
    tokio::spawn(running);
    status
}

fn texts(scene: &Scene) -> Vec<String> {
    let mut texts: Vec<_> = scene
        .ear
        .heard()
        .into_iter()
        .map(|one| match one.said {
            Said::Text(text) => text,
            other => format!("{other:?}"),
        })
        .collect();
    texts.sort();
    texts.dedup();
    texts
}

#[tokio::test]
async fn messages_commands_and_presses_come_through_a_socket_too() {
    let (scene, _status) = listening().await;
    let ana = scene.slack.person("U7");
    ana.says_dm("book noon");
    ana.commands("C1", "/book", "two");
    ana.commands_dm("/chatcal", "help");
    scene.slack.sends_frame(r#"{"type":"something_new","payload":{"x":1}}"#);
    scene.slack.sends_frame("not json");
    scene.slack.settled().await;
    assert_eq!(texts(&scene), [r#"Book("two")"#, r#"Chatcal("help")"#, "book noon"]);
    assert!(
        scene
            .slack
            .served()
            .iter()
            .all(|served| served.status == Some(200) && served.attempt == 0)
    );
}

#[tokio::test]
async fn p02_what_is_not_stored_is_not_acknowledged() {
    let (scene, _status) = listening().await;
    scene.ear.deaf.store(true, Ordering::SeqCst);
    let ana = scene.slack.person("U7");
    ana.commands("C1", "/book", "two");
    scene.slack.settled().await;
    insta::assert_snapshot!(
        scene.slack.served()[0].body,
        @r#"{"response_type":"ephemeral","text":"I could not take that in; please send it again."}"#
    );
    ana.says_dm("book noon");
    let served = scene.slack.served_until(|served| served.len() == 2).await;
    assert_eq!(served[1].status, None);
    scene.ear.deaf.store(false, Ordering::SeqCst);
    scene.slack.settled().await;
    assert_eq!(texts(&scene), ["book noon"]);
}

#[tokio::test]
async fn p02_no_event_is_lost_while_sockets_are_replaced() {
    let (scene, status) = listening().await;
    let ana = scene.slack.person("U7");
    for round in 0..5 {
        let greeted = scene.slack.greeted();
        ana.says_dm(&format!("{round} before"));
        scene
            .slack
            .refreshes_sockets(if round % 2 == 0 { "refresh_requested" } else { "warning" });
        ana.says_dm(&format!("{round} behind"));
        scene.slack.greeted_until(|now| now > greeted).await;
        ana.says_dm(&format!("{round} after"));
    }
    scene.slack.settled().await;
    assert_eq!(texts(&scene).len(), 15, "{:?}", texts(&scene));
    assert!(
        scene.slack.served().iter().all(|served| served.attempt == 0),
        "each came through at once"
    );
    assert!(status.is_up());
}

#[tokio::test]
async fn p02_dropped_sockets_come_back_and_nothing_is_lost() {
    let (scene, status) = listening().await;
    let ana = scene.slack.person("U7");
    for round in 0..5 {
        let greeted = scene.slack.greeted();
        ana.says_dm(&format!("{round} before"));
        scene.slack.drops_sockets();
        ana.says_dm(&format!("{round} during"));
        scene.slack.greeted_until(|now| now > greeted).await;
    }
    scene.slack.settled().await;
    assert_eq!(texts(&scene).len(), 10, "{:?}", texts(&scene));
    state_of(&status, |state| *state == State::Up).await;
}

#[tokio::test]
async fn p02_a_silent_socket_is_noticed_replaced_and_told_meanwhile() {
    let (scene, status) = listening().await;
    scene.slack.silences_sockets();
    scene.slack.person("U7").says_dm("anybody there?");
    let down = state_of(&status, |state| *state != State::Up).await;
    assert!(
        matches!(&down, State::Down { why } if why.contains("nothing heard")),
        "{down:?}"
    );
    state_of(&status, |state| *state == State::Up).await;
    scene.slack.settled().await;
    assert_eq!(texts(&scene), ["anybody there?"]);
}

#[tokio::test]
async fn p02_a_dead_token_ends_the_loop_with_a_clear_word() {
    let (scene, status) = listening().await;
    scene.slack.revokes_tokens();
    scene.slack.drops_sockets();
    let fatal = state_of(&status, |state| matches!(state, State::Fatal { .. })).await;
    insta::assert_debug_snapshot!(fatal, @r#"
    Fatal {
        why: "apps.connections.open: invalid_auth: Slack does not accept the token: check SLACK_BOT_TOKEN and SLACK_APP_TOKEN",
    }
    "#);
    let opens = |scene: &Scene| scene.slack.calls("apps.connections.open");
    assert_eq!(opens(&scene), 2, "one that was let in, one that was not");
}

#[tokio::test]
async fn p02_a_server_that_fails_is_tried_again_and_not_hammered() {
    let scene = Scene::new().await;
    for fault in [
        Fault::Status(503),
        Fault::Hangs,
        Fault::Limited { retry_after: 0 },
        Fault::Error("internal_error"),
    ] {
        scene.slack.next_meets("apps.connections.open", fault);
    }
    let status = start(&scene);
    state_of(&status, |state| matches!(state, State::Down { .. })).await;
    state_of(&status, |state| *state == State::Up).await;
    let opens = scene.slack.calls("apps.connections.open");
    assert!(opens <= 5, "{opens}");
}
