//! Follow-ups: what corrects or chooses is about what was said before.

use super::story;
use super::world::World;

story!(a_correction_completes_what_is_open_and_books_nothing_afterwards: slack, discord, terminal);

async fn a_correction_completes_what_is_open_and_books_nothing_afterwards(world: &World) {
    let ana = world.person("ana");
    ana.connects().await;
    ana.says("book a call yesterday at 3 for 30 min").await;
    ana.hears().await.contains("that has passed. When shall it be?");
    ana.says("make it 5").await;
    ana.hears().await.contains("Booked: Call, Mon 23 Nov 2026, 17:00–17:30");
    ana.says("make it 4").await;
    ana.hears().await.contains("I can't move a meeting yet");
    ana.says("book a call tomorrow at 7 for 30 min").await;
    ana.hears().await.contains("07:00 or 19:00?");
    ana.says("yes").await;
    ana.hears().await.is(
        "About “book a call tomorrow at 7 for 30 min”: which one, 07:00 or 19:00?
         [07:00] [19:00] [Other] [Cancel]",
    );
    ana.says("the first one").await;
    ana.hears().await.contains("Booked: Call, Tue 24 Nov 2026, 07:00–07:30");
    ana.has_events(2);
}
