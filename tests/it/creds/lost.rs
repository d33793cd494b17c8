//! People whose grant is in no tier any more: each command says so, and none leaves them out in silence.

use chatcal::vault::Tier;

use super::office::{Office, ana, bo};

const ANA: &str = "slack:T01:UANA";

/// Bo is well; of Ana's grant only the row is left.
async fn office() -> Office {
    let office = Office::open().await;
    office.with(&ana()).await;
    office.with(&bo()).await;
    let (redis, file) = (office.shared(), office.file());
    for tier in [&*redis as &dyn Tier, &*file] {
        let record = tier.get(&ana()).await.unwrap().unwrap();
        tier.remove(&ana(), &record).await.unwrap();
    }
    office
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_lost_is_told_by_every_command() {
    let office = office().await;
    let seen = office.creds(&["inspect", ANA]);
    assert!(
        seen.out.contains("LOST") && seen.out.contains("connect again"),
        "{seen:?}"
    );
    let list = office.creds(&["list"]);
    assert!(
        list.code == 0 && list.out.contains("connected") && !list.out.contains("healthy"),
        "{list:?}"
    );
    let verify = office.creds(&["verify", ANA]);
    assert!(verify.code == 1 && verify.out.contains("uana  LOST"), "{verify:?}");
    let refresh = office.creds(&["refresh", ANA]);
    assert!(
        refresh.code == 1
            && refresh.out.contains("they have to connect again")
            && !refresh.out.contains("not connected"),
        "{refresh:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_names_who_is_missing() {
    let office = office().await;
    let path = office.dir.path().join("grants.jsonl");
    let file = path.to_str().unwrap();
    let part = office.creds(&["export", file]);
    assert_eq!(part.code, 1, "{part:?}");
    assert!(
        part.err.contains("1 sealed record in") && part.err.contains("Not in it") && part.err.contains(ANA),
        "{part:?}"
    );
    assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    std::fs::remove_file(&path).unwrap();
    let nobody = office.creds(&["export", file, "UQQ"]);
    assert!(
        nobody.code == 1 && nobody.err.contains("nobody is known as UQQ"),
        "{nobody:?}"
    );
    assert!(!path.exists(), "no empty file is left");
    let nobody = office.creds(&["list", "UQQ"]);
    assert_eq!(
        (nobody.code, nobody.out.as_str(), nobody.err.as_str()),
        (1, "", "Nobody is known as UQQ.\n")
    );
}
