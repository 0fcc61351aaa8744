#![allow(clippy::unwrap_used)]

use super::*;
use crate::simulator::room::Meta;

const NOW: i64 = 1_781_094_867_250;

fn admin() -> Account {
    Account::from("administrator")
}

fn quiet_room(id: &str) -> NewRoom {
    NewRoom {
        id: id.to_owned(),
        meta: Meta::new(id, admin()),
        origin: Origin::Still,
        elapsed_ms: 0,
        counters: Counters::default(),
    }
}

fn truth_at(changes: &[(i64, Counters)], at: i64) -> Counters {
    changes.iter().rev().find(|change| change.0 <= at).unwrap().1
}

#[test]
fn one_create_time_is_never_shown_twice() {
    let mut world = SimWorld::new(7, 1, 0, NOW);
    let first = world.create(quiet_room("a"), &admin(), NOW).unwrap();
    assert_eq!(first, NOW / 1000);
    assert_eq!(world.create(quiet_room("a"), &admin(), NOW), Err(WorldError::Exists));
    world.destroy("a", EndedBy::System, None, NOW).unwrap();
    assert_eq!(world.create(quiet_room("a"), &admin(), NOW), Ok(first + 1));
    world.destroy("a", EndedBy::System, None, NOW).unwrap();
    let old = NewRoom { elapsed_ms: 3_600_000, ..quiet_room("a") };
    assert_eq!(world.create(old, &admin(), NOW), Ok(first + 2));
    assert_eq!(world.room("a").unwrap().sessions.len(), 3);
}

#[test]
fn one_id_is_created_once_a_second() {
    let mut world = SimWorld::new(7, 1, 0, NOW);
    assert!(world.may_create("a", NOW) && world.may_create("b", NOW + 1));
    assert!(!world.may_create("a", NOW + 999));
    assert!(world.may_create("a", NOW + 1000));
}

#[test]
fn a_put_holds_from_the_next_millisecond_and_the_truth_says_so() {
    let mut world = SimWorld::new(7, 1, 0, NOW);
    world.create(quiet_room("a"), &admin(), NOW).unwrap();
    let at = world.set_counters("a", &[(Counter::Coins, 50), (Counter::Viewers, 9)], NOW + 10).unwrap();
    assert_eq!(at, NOW + 11);
    // Two in one millisecond become one.
    assert_eq!(world.set_counters("a", &[(Counter::Coins, 60)], NOW + 10).unwrap(), at);
    world.set_counters("a", &[(Counter::Coins, 20)], NOW + 500).unwrap();
    let session = &world.room("a").unwrap().sessions[0];
    assert_eq!(session.counters(NOW + 10), Counters::default());
    assert_eq!(session.counters(at), Counters { coins: 60, viewers: 9, ..Counters::default() });
    let changes = session.changes(NOW + 1000);
    assert_eq!(changes.iter().map(|change| change.0).collect::<Vec<_>>(), [NOW, at, NOW + 501]);
    assert_eq!(changes[2].1.coins, 20);
}

#[test]
fn truth_equals_what_was_answered_at_every_moment() {
    for speed in [1, 3, 60] {
        let mut world = SimWorld::new(11, speed, 8, NOW);
        let ids: Vec<String> = world.list(NOW).iter().map(|(room, ..)| room.id.clone()).collect();
        let mut answered = Vec::new();
        for step in 0..400 {
            let now = NOW + step * 37;
            world.tick(now);
            for id in &ids {
                if step == 100 {
                    let _ = world.set_counters(id, &[(Counter::Likes, 1)], now);
                }
                if let Some((room, session)) = world.live(id, now) {
                    answered.push((id, room.sessions.len() - 1, now, session.counters(now)));
                }
            }
        }
        let end = NOW + 400 * 37;
        let truths: HashMap<_, Vec<_>> = ids
            .iter()
            .map(|id| (id, world.room(id).unwrap().sessions.iter().map(|session| session.changes(end)).collect()))
            .collect();
        for (id, session, at, counters) in answered {
            assert_eq!(truth_at(&truths[id][session], at), counters, "speed {speed}, {id} at {at}");
        }
    }
}

#[test]
fn the_stage_is_kept_full() {
    let mut world = SimWorld::new(3, 3600, 20, NOW);
    assert_eq!(world.list(NOW).len(), 20);
    assert_eq!(world.all_live(NOW).count(), 23);
    assert!(world.take_outbox().is_empty(), "nobody is told of rooms that were there before");
    let mut missing_since: Option<i64> = None;
    for now in (NOW..NOW + 60_000).step_by(100) {
        world.tick(now);
        // Each open slot lasts under 5 s, so what is full and what waits add up at any time.
        assert_eq!(world.list(now).len() + world.open_slots.iter().filter(|slot| slot.public).count(), 20);
        assert!(world.open_slots.iter().all(|slot| slot.due - now < 5000));
        missing_since = missing_since.or((world.list(now).len() < 20).then_some(now));
    }
    assert!(missing_since.is_some(), "at that speed sessions end within seconds");
    assert!(world.rooms.values().any(|room| room.sessions.len() > 1), "some rooms come back");
    for room in world.rooms.values() {
        assert!(room.sessions.is_sorted_by(|a, b| a.create_time < b.create_time));
    }
    let commands: Vec<_> = world.take_outbox().into_iter().map(|outgoing| outgoing.command).collect();
    for command in ["CreateRoom", "DestroyRoom", "MemberStateChanged", "CreateBattle", "StartBattle", "EndBattle"] {
        assert!(commands.contains(&format!("Live.CallbackAfter{command}").as_str()), "{command}");
    }
}

#[test]
fn rooms_have_ended_sessions_and_some_are_young() {
    let world = SimWorld::new(7, 1, 60, NOW);
    let ages: Vec<i64> = world.all_live(NOW).map(|(_, session, _)| NOW / 1000 - session.create_time).collect();
    assert!(ages.iter().any(|&age| age > 3600) && ages.iter().any(|&age| age < 600), "{ages:?}");
    assert!(world.all_live(NOW).all(|(_, _, counters)| counters.viewers >= 0));
    assert!(world.all_live(NOW).any(|(room, ..)| matches!(room.meta.owner, Account::Number(_))));
}

#[test]
fn final_totals_are_the_last_truth() {
    let mut world = SimWorld::new(7, 1, 1, NOW);
    let id = world.list(NOW)[0].0.id.clone();
    let totals = Counters::from_array([12_480, 1934, 246_810, 213, 88_412, 9317]);
    let final_totals = world.destroy(&id, EndedBy::Account(admin()), Some(totals), NOW + 5000).unwrap();
    assert_eq!(final_totals, totals);
    let session = &world.room(&id).unwrap().sessions[0];
    assert_eq!(session.changes(NOW + 9000).last().unwrap().1, totals);
    assert!(world.live(&id, NOW + 5001).is_none());
    assert_eq!(world.destroy(&id, EndedBy::System, None, NOW + 6000), Err(WorldError::Absent));
    // Destroyed by hand: it does not come back under its id.
    for now in (NOW + 5000..NOW + 12_000).step_by(500) {
        world.tick(now);
    }
    assert!(world.live(&id, NOW + 12_000).is_none());
    assert_eq!(world.list(NOW + 12_000).len(), 1);
}
