//! Operators' orders in a chat: who may give them, where, and what they show.

use chatcal::sql;
use chatcal::{args, store};

use super::story;
use super::world::World;
use crate::engine;

const COMMAND: &str = "/chatcal-admin";

/// What the audit log tells of operators: who, what, detail.
async fn log(world: &World) -> Vec<(String, String)> {
    let db = engine::open(&world.settings.state.database).await;
    let rows = db.read(|tx| {
        tx.rows(
            "SELECT what, detail FROM audit WHERE what IN ('ordered', 'refused') ORDER BY seq",
            args![],
            |row| Ok::<_, sql::Error>((row.get(0)?, row.get(1)?)),
        )
    });
    rows.await.unwrap()
}

story!(s08_orders_are_taken_from_operators_in_private_alone: slack, socket, discord);

async fn s08_orders_are_taken_from_operators_in_private_alone(world: &World) {
    let (ana, olga, eve) = (world.person("ana"), world.person("olga"), world.person("eve"));
    world.appoints(&[&olga]).await;
    ana.connects().await;
    let channel = world.channel("general");
    let ordered = format!("inspect {}", ana.id());

    // Nobody's operator, in private and in public.
    for public in [false, true] {
        if public {
            eve.commands_in(&channel, COMMAND, &ordered).await;
        } else {
            eve.commands(COMMAND, &ordered).await;
        }
        let refused = eve.hears().await;
        refused.is(&format!(
            "That command is for those who run this bot (#help-chatcal). If you are one of them, add your id {} to the setting CHATCAL_ADMINS.",
            eve.id()
        ));
        assert!(refused.ephemeral || !public, "{refused}");
        eve.settled().await;
    }
    // An operator, where others are.
    olga.commands_in(&channel, COMMAND, &ordered).await;
    let refused = olga.hears().await;
    refused.contains("in our private conversation only");
    assert!(refused.ephemeral, "{refused}");
    olga.settled().await;

    olga.commands(COMMAND, &ordered).await;
    let told = olga.hears().await;
    told.contains(ana.id().as_str());
    for part in [
        "a•••@example.org",
        "healthy",
        "access token valid",
        "refreshed ",
        "memory: access token",
        ": ok (version",
    ] {
        told.contains(part);
    }
    assert!(!told.text.contains("sandbox-"), "{told}");
    olga.settled().await;

    // One who is none any more.
    world.appoints(&[&eve]).await;
    olga.commands(COMMAND, &ordered).await;
    olga.hears().await.contains("for those who run this bot");
    olga.settled().await;

    let told = log(world).await;
    let (orders, refusals): (Vec<_>, Vec<_>) = told.into_iter().partition(|(what, _)| what == "ordered");
    assert_eq!(orders, [("ordered".to_owned(), format!("inspect {}", ana.id()))]);
    assert_eq!(refusals.len(), 4, "{refusals:?}");
}

story!(s08_the_same_id_in_another_workspace_is_somebody_else: slack, socket);

async fn s08_the_same_id_in_another_workspace_is_somebody_else(world: &World) {
    let olga = world.person("olga");
    world.appoints(&[&olga]).await;
    olga.commands(COMMAND, "list").await;
    olga.hears().await.is("Nobody has connected an account yet.");
    olga.settled().await;
    let elsewhere = olga.on_slack().unwrap().clone().from_team("T2");
    elsewhere.commands_dm(COMMAND, "list");
    let refused = olga.hears().await;
    refused.contains("for those who run this bot");
    refused.contains("slack:T2:UOLGA");
}

story!(s08_what_cant_be_noted_is_not_shown: slack, discord);

async fn s08_what_cant_be_noted_is_not_shown(world: &World) {
    let (ana, olga) = (world.person("ana"), world.person("olga"));
    ana.connects().await;
    world.appoints(&[&olga]).await;
    // The log's key does not open any more: nothing can be noted.
    let db = engine::open(&world.settings.state.database).await;
    let key = db
        .write(|tx| {
            let key = store::facts::get(tx, "audit key")?;
            store::facts::put(tx, "audit key", b"no key")?;
            Ok::<_, sql::Error>(key.unwrap())
        })
        .await
        .unwrap();
    for order in [
        "inspect ana@example.org",
        "list",
        "disconnect ana@example.org --apply",
        "verify",
        "cost",
    ] {
        olga.commands(COMMAND, order).await;
        let told = olga.hears().await;
        assert!(
            !told.text.contains("example.org") && !told.text.contains("ana"),
            "{told}"
        );
        told.contains("incident");
        olga.settled().await;
    }
    db.write(move |tx| store::facts::put(tx, "audit key", &key))
        .await
        .unwrap();
    // The orders stay in the inbox for whoever looks after the log; their sender was told.
    db.write(|tx| tx.execute("UPDATE inbox SET state = 'heard'", args![]))
        .await
        .unwrap();
    olga.commands(COMMAND, "inspect ana@example.org").await;
    olga.hears().await.contains("healthy");
    olga.settled().await;
    assert_eq!(log(world).await.len(), 1);
}

story!(operators_mend_from_the_chat: slack, discord);

async fn operators_mend_from_the_chat(world: &World) {
    let (ana, olga) = (world.person("ana"), world.person("olga"));
    ana.connects().await;
    world.appoints(&[&olga]).await;
    for (order, answer) in [
        ("", "These are the orders behind /chatcal-admin:"),
        ("frobnicate", "I did nothing: I know no \"frobnicate\"."),
        ("inspect bo@example.org", "I know nobody called bo@example.org."),
        ("verify", "1 person verified: every record opens and none is behind."),
        ("clear ana@example.org", "Nothing to clear for "),
        (
            "clear ana@example.org --tier floppy",
            "there is no tier \"floppy\"; there are: ",
        ),
        ("refresh ana@example.org", "Refreshed "),
        ("cost", "10,000"),
        ("disconnect ana@example.org", "Would disconnect "),
        ("list", "connected"),
        (
            "rotate",
            "I did nothing: rotate is done in the terminal: chatcal creds rotate.",
        ),
        ("list UEVE", "I know nobody called UEVE."),
        ("disconnect ana@example.org --apply", "Disconnected "),
        ("list", "disconnected"),
        ("inspect ana@example.org", "I know nobody called ana@example.org."),
    ] {
        olga.commands(COMMAND, order).await;
        let told = olga.hears().await;
        if order == "cost" {
            told.contains("10000 people: 599.97 with a secret for each");
        } else {
            told.contains(answer);
        }
        olga.settled().await;
    }
    // Whoever was disconnected hears of it when they next need their calendar.
    ana.says("book tomorrow at 2 PM").await;
    ana.hears_link().await;
}
