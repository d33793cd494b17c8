//! Copies under the old key that come in behind a rotation.

use chatcal::entropy::Entropy;
use chatcal::seal::KeyRing;
use chatcal::vault::Tier;
use secrecy::{ExposeSecret, SecretString};

use super::machine::{Machine, ana, bo, grant};
use crate::engine::{Engine, on_both};

on_both!(t09_what_waited_under_the_old_key_arrives_under_the_new_one);
async fn t09_what_waited_under_the_old_key_arrives_under_the_new_one(engine: Engine) {
    let (mut machine, service, _) = Machine::with_ana(engine).await;
    service.agreed().await;
    let gone = service.shared.get(&ana()).await.unwrap().unwrap();
    // Redis loses Ana's record, and is down while Bo connects.
    service.shared.remove(&ana(), &gone).await.unwrap();
    machine.redis.stop();
    service.adopt(&bo(), grant("bo's")).await.unwrap();
    drop(service);
    machine.redis.start_again().await;

    let (old, new) = (machine.key.clone(), KeyRing::make_key(&Entropy::seeded(77)));
    machine.key = SecretString::from(format!("{},{}", new.expose_secret(), old.expose_secret()));
    let first = machine.clone_with(&new).current();
    let service = machine.start().await;
    service.agreed().await;
    let sent = service.shared.get(&bo()).await.unwrap().unwrap();
    assert_eq!(KeyRing::key_of(&sent.sealed), Ok(first), "from the journal");
    // The folder's copy is under the old key still; what is healed from it is not.
    let kept = service.file.get(&ana()).await.unwrap().unwrap();
    assert_ne!(KeyRing::key_of(&kept.sealed), Ok(first));
    service.token(&ana()).await;
    service.agreed().await;
    let healed = service.shared.get(&ana()).await.unwrap().unwrap();
    assert_eq!(KeyRing::key_of(&healed.sealed), Ok(first), "from another tier");
}
