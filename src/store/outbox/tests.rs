//! The outbox by what its rows do. Tests only.

use super::super::tests::{ana, at, ben, within};
use super::*;

const US: Holder = Holder::new([1; 8]);

fn key(person: PersonId, seq: i64) -> LetterKey {
    LetterKey { person, seq }
}

fn written(person: PersonId, seq: i64) -> OutgoingLetter {
    OutgoingLetter {
        key: key(person, seq),
        to: ReturnAddress("sealed".to_owned()),
        message: Message::text(format!("letter {seq}")),
        edits: (seq > 1).then_some(seq - 1),
        silent: seq > 1,
        written_at: at(0),
        attempts: 0,
        abandoned: false,
        holder: None,
    }
}

/// The letter as we leased it.
fn ours(person: PersonId, seq: i64) -> OutgoingLetter {
    OutgoingLetter {
        holder: Some(US),
        ..written(person, seq)
    }
}

/// Adds a letter that we are sending.
fn post_leased(tx: &mut Tx<'_>, person: PersonId, seq: i64) -> Result<(), Error> {
    add(tx, &ours(person, seq), at(0))
}

fn post(tx: &mut Tx<'_>, person: PersonId, seq: i64) -> Result<(), Error> {
    add(tx, &written(person, seq), at(0))
}

fn lease(tx: &mut Tx<'_>, now: i64) -> Result<Vec<LetterKey>, Error> {
    let found = lease_lapsed(tx, at(now), US, at(now + 60), 9)?;
    let mut keys: Vec<_> = found.into_iter().map(|letter| letter.key).collect();
    keys.sort();
    Ok(keys)
}

fn erased(tx: &mut Tx<'_>) -> Result<bool, Error> {
    let words = tx.rows("SELECT message, address FROM outbox", args![], |row| {
        Ok(row.get::<String>(0)? + &row.get::<String>(1)?)
    })?;
    Ok(words.iter().all(String::is_empty))
}

#[test]
fn a_letter_comes_back_as_it_was_written() {
    within(|tx| {
        let letter = OutgoingLetter {
            abandoned: true,
            holder: Some(US),
            ..written(ana(), 2)
        };
        add(tx, &letter, at(60))?;
        assert_eq!(next_due(tx, US)?, Some(at(60)));
        assert_eq!(lease_lapsed(tx, at(59), US, at(119), 9)?, []);
        assert_eq!(lease_lapsed(tx, at(60), US, at(120), 9)?, [letter]);
        assert_eq!(lease_lapsed(tx, at(61), US, at(121), 9)?, [], "it is leased");
        assert_eq!(lease(tx, 120)?, [key(ana(), 2)], "the lease lapsed");
        Ok(())
    });
}

#[test]
fn whoever_left_a_letter_without_a_word_abandoned_it() {
    within(|tx| {
        let taken = |tx: &mut Tx<'_>, now| {
            let found = lease_lapsed(tx, at(now), US, at(now + 60), 9)?;
            let [letter] = found.as_slice() else {
                panic!("{found:?}")
            };
            Ok::<_, Error>(letter.abandoned)
        };
        post(tx, ana(), 1)?;
        assert!(!taken(tx, 0)?, "nobody held it");
        again(tx, &ours(ana(), 1), at(5), 1, false)?;
        assert!(!taken(tx, 5)?, "its holder knew that it had not arrived");
        again(tx, &ours(ana(), 1), at(10), 2, true)?;
        assert!(taken(tx, 10)?, "its holder did not know");
        again(tx, &ours(ana(), 1), at(20), 3, false)?;
        assert!(!taken(tx, 20)?);
        assert!(taken(tx, 80)?, "its holder's lease lapsed");
        release_orphans(tx, at(90))?;
        assert!(taken(tx, 90)?, "its holder is gone");

        held(tx, &ours(ana(), 1))?;
        let way = ReturnAddress("new".to_owned());
        assert_eq!(release(tx, &key(ana(), 1), &way, at(0))?, Released::Now);
        assert!(!taken(tx, 91)?, "on its new way nobody has tried it");
        Ok(())
    });
}

#[test]
fn letters_to_one_person_leave_one_after_the_other() {
    within(|tx| {
        for seq in [3, 1, 2] {
            post(tx, ana(), seq)?;
        }
        post(tx, ben(), 1)?;
        assert_eq!(lease(tx, 1)?, [key(ben(), 1), key(ana(), 1)]);
        assert_eq!(lease(tx, 2)?, [], "the first is in somebody's hands");
        assert_eq!(next_due(tx, US)?, Some(at(61)), "the others count only after it");
        sent(tx, &ours(ana(), 1), None)?;
        assert_eq!(lease(tx, 3)?, [key(ana(), 2)]);
        again(tx, &ours(ana(), 2), at(30), 1, false)?;
        assert_eq!(lease(tx, 29)?, [], "the third does not overtake the second");
        assert_eq!(lease(tx, 30)?, [key(ana(), 2)]);
        dead(tx, &ours(ana(), 2))?;
        assert_eq!(lease(tx, 31)?, [key(ana(), 3)]);
        assert_eq!(waiting_of(tx, &ana())?, 1);
        assert_eq!(waiting_of(tx, &ben())?, 1);
        Ok(())
    });
}

#[test]
fn what_somebody_else_sends_is_waited_for_whatever_the_clock_says() {
    within(|tx| {
        let other = Holder::new([3; 8]);
        post_leased(tx, ana(), 1)?;
        assert!(is_held_up(tx, &ana(), other)? && !is_held_up(tx, &ana(), US)?);
        assert!(!anybody_s(tx, &ana())?);
        post(tx, ana(), 2)?;
        assert!(is_held_up(tx, &ana(), US)? && anybody_s(tx, &ana())?);
        assert_eq!(next_due(tx, other)?, None);
        assert_eq!(lease_lapsed(tx, at(5000), other, at(5060), 9)?, []);
        assert_eq!(lease(tx, 5000)?, [key(ana(), 1)], "ours, whose lease has lapsed");
        // Put off with what was behind it.
        again(tx, &ours(ana(), 1), at(6000), 1, false)?;
        post_leased(tx, ana(), 3)?;
        wait(tx, &ana(), Some(US), at(6000))?;
        assert_eq!(lease_lapsed(tx, at(6000), other, at(6060), 9)?.len(), 1);
        assert_eq!(next_due(tx, US)?, None);
        Ok(())
    });
}

#[test]
fn letters_outside_the_conversation_leave_in_their_order_too() {
    within(|tx| {
        post(tx, ana(), 1)?;
        let mut written = Vec::new();
        for _ in 0..3 {
            written.push(key(ana(), next_outside(tx, &ana())?));
            post(tx, ana(), written[written.len() - 1].seq)?;
        }
        let mut left = Vec::new();
        for n in 0..3 {
            left.extend(lease(tx, n)?);
            sent(tx, &ours(ana(), left[left.len() - 1].seq), None)?;
        }
        assert_eq!(left, written);
        assert_eq!(lease(tx, 3)?, [key(ana(), 1)]);
        Ok(())
    });
}

#[test]
fn a_held_letter_lets_others_pass_until_it_is_released() {
    within(|tx| {
        post_leased(tx, ana(), 1)?;
        held(tx, &ours(ana(), 1))?;
        assert_eq!(next_due(tx, US)?, None);
        post_leased(tx, ana(), 2)?;
        assert_eq!(lease(tx, 1)?, [key(ana(), 2)]);
        sent(tx, &ours(ana(), 2), None)?;
        let way = ReturnAddress("new".to_owned());
        for (whose, seq, since, released) in [
            (ben(), 1, 0, Released::Gone),
            (ana(), 2, 0, Released::Before),
            (ana(), 1, 62, Released::Gone),
            (ana(), 1, 0, Released::Now),
            (ana(), 1, 0, Released::Before),
        ] {
            assert_eq!(
                release(tx, &key(whose, seq), &way, at(since))?,
                released,
                "{seq} {since}"
            );
        }
        assert_eq!(lease_lapsed(tx, at(2), US, at(62), 9)?[0].to, way);
        Ok(())
    });
}

#[test]
fn what_arrived_keeps_its_handle_without_its_words_and_then_goes() {
    within(|tx| {
        for seq in 1..=4 {
            post_leased(tx, ana(), seq)?;
        }
        post_leased(tx, ben(), 1)?;
        held(tx, &ours(ben(), 1))?;
        assert_eq!(handle_of(tx, &key(ana(), 1))?, None);
        sent(tx, &ours(ana(), 1), Some(b"sealed"))?;
        assert_eq!(handle_of(tx, &key(ana(), 1))?.as_deref(), Some(b"sealed".as_slice()));
        assert!(!erased(tx)?);
        sent(tx, &ours(ana(), 2), None)?;
        dead(tx, &ours(ana(), 3))?;
        assert_eq!(erase(tx, at(0))?, 0);
        assert_eq!(erase(tx, at(1))?, 4, "what nobody asks to be shown, too");
        assert_eq!(handle_of(tx, &key(ana(), 1))?, None);
        assert_eq!(lease(tx, 1)?, [key(ana(), 4)], "what waits is not erased");
        sent(tx, &ours(ana(), 4), None)?;
        assert!(erased(tx)?);
        Ok(())
    });
}

#[test]
fn t02_who_lost_the_lease_has_no_say_any_more() {
    within(|tx| {
        post_leased(tx, ana(), 1)?;
        release_orphans(tx, at(10))?;
        let other = &lease_lapsed(tx, at(10), Holder::new([3; 8]), at(70), 9)?[0];
        assert!(other.abandoned);
        let lost = ours(ana(), 1);
        assert!(!sent(tx, &lost, Some(b"sealed"))? && !held(tx, &lost)? && !dead(tx, &lost)?);
        assert!(!again(tx, &lost, at(20), 1, false)?);
        assert_eq!(handle_of(tx, &key(ana(), 1))?, None);
        assert!(sent(tx, other, None)?);
        assert!(!sent(tx, &lost, Some(b"sealed"))?, "not even afterwards");
        Ok(())
    });
}

#[test]
fn a_broken_letter_is_left_alone_and_stops_nobody_else() {
    within(|tx| {
        post(tx, ana(), 1)?;
        post(tx, ben(), 1)?;
        tx.execute(
            "UPDATE outbox SET message = '{}' WHERE person = $1",
            args![ana().as_str()],
        )?;
        assert_eq!(lease(tx, 1)?, [key(ben(), 1)]);
        assert_eq!(waiting_of(tx, &ana())?, 1);
        Ok(())
    });
}
