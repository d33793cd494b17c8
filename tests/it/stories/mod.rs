//! Stories: the whole service over its real wires, told as conversations. Each runs on every chat that it names, and on both databases.
//!
//! A world's end is a test of its own ([`world::World::finish`]): everything shown was listened to, nothing waits, nobody was
//! pinged, every request was one that the vendors describe, and no secret lies where it must not.

mod admin;
mod audit;
mod booking;
mod chat;
mod first;
mod follow_ups;
mod input;
mod outage;
mod person;
mod screen;
mod sign_in;
mod time;
mod times_told;
mod trouble;
mod words;
mod world;

/// Tells a story on several chats, on both databases: `story!(name: slack, discord, terminal);` beside
/// `async fn name(world: &World)`. One that waits for real deadlines is told everywhere `at once`.
macro_rules! story {
    ($name:ident: $($chat:ident),+ at once) => {
        mod $name {
            async fn everywhere(engine: crate::engine::Engine) {
                let told = [$((stringify!($chat), tokio::spawn(async move {
                    let world = crate::stories::world::World::open(crate::stories::chat::Kind::$chat(), engine).await;
                    super::$name(&world).await;
                    world.finish().await;
                }))),+];
                for (chat, ending) in told {
                    ending.await.unwrap_or_else(|_| panic!("the story went wrong on {chat}"));
                }
            }
            crate::engine::on_both!(everywhere);
        }
    };
    ($name:ident: $($chat:ident),+) => {
        mod $name {
            $(async fn $chat(engine: crate::engine::Engine) {
                let world = crate::stories::world::World::open(crate::stories::chat::Kind::$chat(), engine).await;
                super::$name(&world).await;
                world.finish().await;
            }
            crate::engine::on_both!($chat);)+
        }
    };
}
pub use audit::{listen, no_secret_in, no_secret_in_database, no_secret_in_folder, no_secret_in_logs, nothing_waits};
pub use sign_in::callback;
use story;
