//! Grants that are ended by their person, and grants that are not taken at all.

use chatcal::vault::{NewGrant, NoAccess, NotAdopted, Refused};
use secrecy::SecretString;

use super::machine::{Machine, ana, bo, grant};
use crate::engine::{Engine, on_both};

on_both!(t10_a_disconnect_while_stores_hold_the_old_value_lasts);
async fn t10_a_disconnect_while_stores_hold_the_old_value_lasts(engine: Engine) {
    let (mut machine, service, _) = Machine::with_ana(engine).await;
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    service.access(&ana()).await.unwrap();
    service.agreed().await;
    machine.redis.stop();
    machine.break_folder();

    let ended = service.end(&ana()).await.unwrap();
    assert_eq!(
        (ended.account.email.as_str(), ended.last),
        ("ana@example.org", false),
        "bo uses the account too"
    );
    assert_eq!(service.refusal(&ana()).await, NoAccess::NotConnected);
    assert_eq!(service.end(&ana()).await, None);
    drop(service);

    machine.mend_folder();
    machine.redis.start_again().await;
    let service = machine.start().await;
    assert_eq!(service.refusal(&ana()).await, NoAccess::NotConnected);
    service.agreed().await;
    assert_eq!(
        service.versions(&ana()).await,
        [Some(ended.version), Some(ended.version)]
    );
    drop(service);

    // Not even on a fresh disk: the tiers hold the tombstone.
    machine.lose_database().await;
    let service = machine.start().await;
    assert_eq!(service.refusal(&ana()).await, NoAccess::NotConnected);
    assert!(service.token(&bo()).await.starts_with("bo's"));
    assert!(service.end(&bo()).await.unwrap().last);
}

on_both!(t11_a_grant_that_breaks_a_rule_is_not_stored);
async fn t11_a_grant_that_breaks_a_rule_is_not_stored(engine: Engine) {
    let machine = Machine::new(engine).await;
    let service = machine.start().await;
    let without = NewGrant {
        refresh_token: SecretString::from(""),
        ..grant("r1")
    };
    let unticked = NewGrant {
        scopes: vec!["openid".to_owned()],
        ..grant("r1")
    };
    let sandbox = grant("1//sandbox-1");
    let missing = Refused::MissingScope {
        scope: "calendar".to_owned(),
    };
    for (bad, rule) in [
        (without, Refused::NoRefreshToken),
        (unticked, missing),
        (sandbox, Refused::Sandbox),
    ] {
        let refused = service.adopt(&ana(), bad).await.unwrap_err();
        assert!(
            matches!(&refused, NotAdopted::Refused(why) if *why == rule),
            "{refused}"
        );
    }
    assert_eq!(service.linked(&ana()).await, None);
    assert_eq!(service.refusal(&ana()).await, NoAccess::NotConnected);
    assert_eq!(service.versions(&ana()).await, [None, None]);
}
