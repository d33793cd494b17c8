//! A thousand secrets on every way that they take: none is to be read anywhere but at Google.

use std::time::Duration;

use chatcal::domain::person::PersonId;
use chatcal::vault::{NewAccess, NewGrant, NotRefreshed, Record, Tier};
use chrono::TimeDelta;
use secrecy::SecretString;

use super::machine::{HOUR, Machine, fresh, grant, passing};
use crate::engine::{Engine, on_both};
use crate::stories::{listen, no_secret_in, no_secret_in_database, no_secret_in_folder, no_secret_in_logs};

const CANARIES: u64 = 1000;

/// What all of them hold.
fn canary() -> Vec<String> {
    vec!["canary-4711".to_owned()]
}

fn person(n: u64) -> PersonId {
    PersonId::discord(5_000 + n)
}

on_both!(s09_a_thousand_secrets_through_the_vault_are_read_nowhere);
async fn s09_a_thousand_secrets_through_the_vault_are_read_nowhere(engine: Engine) {
    listen();
    let machine = Machine::new(engine).await;
    let service = machine.start().await;
    let mut shown = String::new();
    for n in 0..CANARIES {
        let who = person(n);
        let secret = |kind: &str| SecretString::from(format!("{kind}canary-4711-{n}"));
        let fine = NewGrant {
            refresh_token: secret("1//"),
            ..grant("")
        };
        shown += &format!("{fine:?}");
        let version = service.adopt(&who, fine.clone()).await.unwrap();
        match n % 8 {
            // Renewed, rotated, handed over, refused by the calendar.
            0 => machine
                .google
                .will_say(Ok(fresh(&format!("ya29.canary-4711-{n}"), None))),
            1 => machine
                .google
                .will_say(Ok(fresh("a", Some(&format!("1//canary-4711-{n}-rotated"))))),
            2 => {
                let expires_at = machine.clock.now() + TimeDelta::hours(1);
                let token = secret("ya29.");
                service.vault.hand_over(&who, version, NewAccess { token, expires_at });
            }
            // Down, ended, kept out, misconfigured.
            3 => machine.google.will_say(Err(passing())),
            4 => machine.google.end(&format!("1//canary-4711-{n}")),
            5 => machine
                .google
                .will_say(Err(NotRefreshed::Policy { what: "policy".into() })),
            // Turned away at the door, in whatever place it stands.
            6 => {
                for (token, client) in [
                    ("ya29.", "ours"),
                    ("1//x ", "ours"),
                    ("1//", "ya29.canary-4711"),
                    ("<", "ours"),
                ] {
                    let bad = NewGrant {
                        refresh_token: secret(token),
                        client_id: client.to_owned(),
                        ..grant("")
                    };
                    let refused = service.adopt(&who, bad).await.unwrap_err();
                    shown += &format!("{refused} {refused:?}");
                }
                machine
                    .google
                    .will_say(Ok(fresh("a", Some(&format!("ya29.canary-4711-{n}")))));
            }
            // Found where it lies, in the clear: as by a careless hand.
            _ => {
                let version = version + 9;
                let sealed = b"sealed by nobody".to_vec();
                service.shared.put(&who, &Record { version, sealed }).await.unwrap();
            }
        }
        let answer = service.access(&who).await;
        shown += &format!("{answer:?}");
        if let Err(none) = answer {
            shown += &none.to_string();
        }
        if n % 8 == 0 {
            let token = service.access(&who).await.unwrap();
            shown += &format!("{:?}", service.vault.access_rejected(&who, &token).await);
        }
        shown += &format!("{:?}", service.vault.findings(&who).await);
        if n % 50 == 0 {
            service.end(&who).await;
        }
    }
    service.agreed().await;
    machine.clock.advance(HOUR + Duration::from_secs(1));
    let crash = tokio::spawn({
        let token = SecretString::from("canary-4711-in-a-panic");
        async move { panic!("what a panic says of it: {token:?}") }
    });
    shown += &crash.await.unwrap_err().to_string();
    for n in 0..CANARIES {
        let who = person(n);
        if let Some(record) = service.shared.get(&who).await.unwrap() {
            no_secret_in(&canary(), "Redis", &record.sealed);
        }
        if let Some(sealed) = service.shared.access(&who).await.unwrap() {
            no_secret_in(&canary(), "Redis", &sealed);
        }
    }
    no_secret_in(&canary(), "what is shown", shown.as_bytes());
    no_secret_in_folder(&canary(), machine.dir.path());
    no_secret_in_database(&canary(), &machine.database).await;
    no_secret_in_logs(&canary());
}
