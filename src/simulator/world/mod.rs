//! The rooms, their sessions and the truth about them: what every counter was at every moment.
//!
//! Must not: read a clock (`now` comes in, wall-clock milliseconds), speak HTTP, or judge who may ask. Webhooks that follow
//! from a change are put into the outbox; the caller takes them out and sends them.

use super::counter_curve::{CounterCurve, ScriptedEvent, SimRng};
use super::room::{
    Account, EndedBy, MemberCause, Meta, MetaPatch, NewRoom, Offset, Origin, SimBattle, SimRoom, SimSession, WorldError,
};
use super::webhook::Outgoing;
use crate::domain::{Counter, Counters};
use std::collections::HashMap;
use std::sync::Arc;

/// A place of the stage to be filled again.
#[derive(Debug)]
struct OpenSlot {
    due: i64,
    /// The RoomId that comes back, else a new one.
    room: Option<(String, Meta)>,
    public: bool,
}

/// All rooms that are or were.
#[derive(Debug)]
pub struct SimWorld {
    rooms: HashMap<String, SimRoom>,
    speed: i64,
    seed: u64,
    rng: SimRng,
    open_slots: Vec<OpenSlot>,
    next_room: u64,
    next_battle: u64,
    /// When `create_room` was last called for an id, for a second or so.
    creations: HashMap<String, i64>,
    outbox: Vec<Outgoing>,
}

impl SimWorld {
    /// `public` rooms are live at once, some young, some hours old; a sixth as many private ones come on top.
    pub fn new(seed: u64, speed: u32, public: usize, now: i64) -> Self {
        let mut world = Self {
            rooms: HashMap::new(),
            speed: i64::from(speed.max(1)),
            seed,
            rng: SimRng::new(seed),
            open_slots: Vec::new(),
            next_room: 1,
            next_battle: 1,
            creations: HashMap::new(),
            outbox: Vec::new(),
        };
        for place in 0..public + public / 6 {
            world.fill_rooms(None, place < public, true, now);
        }
        world.outbox.clear();
        world
    }

    /// The webhooks that follow from what was changed since the last call.
    pub fn take_outbox(&mut self) -> Vec<Outgoing> {
        std::mem::take(&mut self.outbox)
    }

    /// The room, live or not.
    pub fn room(&self, id: &str) -> Option<&SimRoom> {
        self.rooms.get(id)
    }

    /// The room with its running session.
    pub fn live(&self, id: &str, now: i64) -> Option<(&SimRoom, &SimSession)> {
        let room = self.rooms.get(id)?;
        Some((room, room.live(now)?))
    }

    /// All live rooms with their counters, in no order.
    pub fn all_live(&self, now: i64) -> impl Iterator<Item = (&SimRoom, &SimSession, Counters)> {
        self.rooms.values().filter_map(move |room| {
            let session = room.live(now)?;
            Some((room, session, session.counters(now)))
        })
    }

    /// Public live rooms as the list has them: most entries first.
    pub fn list(&self, now: i64) -> Vec<(&SimRoom, &SimSession, Counters)> {
        let mut rooms: Vec<_> = self.all_live(now).filter(|(room, ..)| room.meta.public).collect();
        rooms.sort_by(|a, b| b.2.viewers.cmp(&a.2.viewers).then_with(|| a.0.id.cmp(&b.0.id)));
        rooms
    }

    /// Whether `create_room` may be called for this id: once per second. Notes the call.
    pub fn may_create(&mut self, id: &str, now: i64) -> bool {
        self.creations.retain(|_, at| now - *at < 1000);
        if self.creations.contains_key(id) {
            return false;
        }
        self.creations.insert(id.to_owned(), now);
        true
    }

    /// Creates a room and returns its CreateTime in unix seconds.
    ///
    /// # Errors
    /// [`WorldError::Exists`] when it is live.
    pub fn create(&mut self, new: NewRoom, operator: &Account, now: i64) -> Result<i64, WorldError> {
        self.enter(new, operator, false, now)
    }

    fn enter(&mut self, new: NewRoom, operator: &Account, staged: bool, now: i64) -> Result<i64, WorldError> {
        let speed = self.speed;
        let room = self.rooms.entry(new.id.clone()).or_insert_with(|| SimRoom {
            id: new.id,
            meta: new.meta.clone(),
            sessions: Vec::new(),
            battle: None,
            staged,
        });
        if room.live(now).is_some() {
            return Err(WorldError::Exists);
        }
        let started = now - new.elapsed_ms / speed;
        let after_last = room.sessions.last().map_or(i64::MIN, |session| session.create_time + 1);
        let create_time = started.div_euclid(1000).max(after_last);
        let curve = match &new.origin {
            Origin::Still => None,
            Origin::Seeded(seed) => Some(Arc::new(CounterCurve::seeded(*seed))),
            Origin::Given(curve) => Some(Arc::clone(curve)),
        };
        let mut session = SimSession {
            create_time,
            destroyed_at: None,
            started_at: started,
            speed,
            origin: new.origin,
            curve,
            overrides: Vec::new(),
            next_event: 0,
            frozen_at: None,
        };
        if new.counters != Counters::default() {
            session.overrides.push(Offset { at: started, offsets: new.counters.to_array() });
        }
        // What it did before the start is sent to nobody.
        let second = session.second(now);
        if let Some(curve) = &session.curve {
            session.next_event = curve.events().partition_point(|&(due, _)| due < second);
        }
        room.meta = new.meta;
        room.staged = staged;
        room.battle = None;
        room.sessions.push(session);
        self.outbox.push(Outgoing::created(room, create_time, operator, now));
        self.outbox.push(Outgoing::member(room, &room.meta.owner, MemberCause::Enter, now));
        Ok(create_time)
    }

    /// Changes a live room's setting.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when it is not live.
    pub fn update(&mut self, id: &str, patch: MetaPatch, operator: &Account, now: i64) -> Result<(), WorldError> {
        let room = self.rooms.get_mut(id).filter(|room| room.live(now).is_some()).ok_or(WorldError::Absent)?;
        patch.apply(&mut room.meta);
        self.outbox.push(Outgoing::updated(room, operator, now));
        Ok(())
    }

    /// Puts the given counters to these values, and returns the moment from which they hold (one millisecond ahead). A
    /// scripted session goes on from there.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when the room is not live.
    pub fn set_counters(&mut self, id: &str, values: &[(Counter, i64)], now: i64) -> Result<i64, WorldError> {
        let session = self.session_mut(id, now)?;
        Ok(session.put(now, |base, mut offsets| {
            for &(counter, value) in values {
                offsets[counter as usize] = value - base.get(counter);
            }
            offsets
        }))
    }

    fn session_mut(&mut self, id: &str, now: i64) -> Result<&mut SimSession, WorldError> {
        let session = self.rooms.get_mut(id).and_then(|room| room.sessions.last_mut());
        session.filter(|session| session.is_live(now)).ok_or(WorldError::Absent)
    }

    /// Ends a room's session, with these totals if given, and returns its final totals.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when it is not live.
    pub fn destroy(
        &mut self,
        id: &str,
        by: EndedBy,
        totals: Option<Counters>,
        now: i64,
    ) -> Result<Counters, WorldError> {
        self.end(id, by, totals, false, now)
    }

    fn end(
        &mut self,
        id: &str,
        by: EndedBy,
        totals: Option<Counters>,
        natural: bool,
        now: i64,
    ) -> Result<Counters, WorldError> {
        if let Some(totals) = totals {
            self.set_counters(id, &Counter::ALL.map(|counter| (counter, totals.get(counter))), now)?;
        }
        let _ = self.end_battle(id, now);
        let room = self.rooms.get_mut(id).ok_or(WorldError::Absent)?;
        let session = room.sessions.last_mut().filter(|session| session.is_live(now)).ok_or(WorldError::Absent)?;
        let ended_at = session.overrides.last().map_or(now, |put| put.at.max(now));
        let final_totals = session.counters(ended_at);
        session.destroyed_at = Some(ended_at);
        if matches!(session.origin, Origin::Seeded(_)) {
            session.curve = None;
        }
        self.outbox.push(Outgoing::destroyed(room, final_totals, &by, ended_at));
        if room.staged {
            // A room that someone destroyed stays gone; after its own end half of them come back.
            let again = natural && self.rng.chance(0.5);
            let due = now + self.rng.whole(500, 4000);
            let room = again.then(|| (room.id.clone(), room.meta.clone()));
            self.open_slots.push(OpenSlot { due, public: self.rooms[id].meta.public, room });
        }
        Ok(final_totals)
    }

    /// Stops a scripted session's own movement; from now on its counters stay where they are put.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when the room is not live.
    pub fn freeze(&mut self, id: &str, now: i64) -> Result<(), WorldError> {
        self.session_mut(id, now)?.frozen_at.get_or_insert(now + 1);
        Ok(())
    }

    /// Reports that a member came or went at `at`.
    ///
    /// # Errors
    /// [`WorldError::Absent`] when the room is not live.
    pub fn member(
        &mut self,
        id: &str,
        account: &Account,
        cause: MemberCause,
        at: i64,
        now: i64,
    ) -> Result<(), WorldError> {
        let room = self.rooms.get(id).filter(|room| room.live(now).is_some()).ok_or(WorldError::Absent)?;
        self.outbox.push(Outgoing::member(room, account, cause, at));
        Ok(())
    }

    /// Begins a PK battle of `id` against `with`; both must be live and in none.
    ///
    /// # Errors
    /// [`WorldError::Absent`] or [`WorldError::InBattle`].
    pub fn start_battle(&mut self, id: &str, with: &str, seconds: u32, now: i64) -> Result<(), WorldError> {
        let (own, own_session) = self.live(id, now).ok_or(WorldError::Absent)?;
        let (their, their_session) = self.live(with, now).ok_or(WorldError::Absent)?;
        if own.battle.is_some() || their.battle.is_some() {
            return Err(WorldError::InBattle);
        }
        let battle = SimBattle {
            id: format!("battle_{}_{}", now / 1000, self.next_battle),
            with: with.to_owned(),
            with_owner: their.meta.owner.clone(),
            seconds,
            started_at: now,
            own_before: own_session.counters(now).coins,
            their_before: their_session.counters(now).coins,
        };
        let outgoing = [
            Outgoing::battle("Live.CallbackAfterCreateBattle", own, &battle, (0, 0), None, now),
            Outgoing::battle("Live.CallbackAfterStartBattle", own, &battle, (0, 0), None, now),
        ];
        self.next_battle += 1;
        self.outbox.extend(outgoing);
        if let Some(room) = self.rooms.get_mut(id) {
            room.battle = Some(battle);
        }
        Ok(())
    }

    /// Ends the battle that `id` began; the scores are the coins both got since.
    ///
    /// # Errors
    /// [`WorldError::NoBattle`] when there is none.
    pub fn end_battle(&mut self, id: &str, now: i64) -> Result<(), WorldError> {
        let room = self.rooms.get_mut(id).ok_or(WorldError::Absent)?;
        let battle = room.battle.take().ok_or(WorldError::NoBattle)?;
        let coins = |room: Option<&SimRoom>| {
            room.and_then(|room| room.sessions.last()).map_or(0, |session| session.counters(now).coins)
        };
        let own = (coins(self.rooms.get(id)) - battle.own_before).max(0);
        let theirs = (coins(self.rooms.get(&battle.with)) - battle.their_before).max(0);
        let room = &self.rooms[id];
        let outgoing = Outgoing::battle("Live.CallbackAfterEndBattle", room, &battle, (own, theirs), Some(now), now);
        self.outbox.push(outgoing);
        Ok(())
    }

    /// Lets time pass: what scripted sessions do, ends, and replacements.
    pub fn tick(&mut self, now: i64) {
        let due: Vec<(String, Option<ScriptedEvent>)> = self
            .rooms
            .values()
            .filter_map(|room| {
                let session = room.live(now)?;
                let curve = session.curve.as_ref()?;
                let second = session.second(now);
                match curve.events().get(session.next_event) {
                    Some(&(at, what)) if at <= second => Some((room.id.clone(), Some(what))),
                    _ if matches!(session.origin, Origin::Seeded(_)) && second >= curve.seconds() => {
                        Some((room.id.clone(), None))
                    }
                    _ => None,
                }
            })
            .collect();
        for (id, what) in due {
            self.apply_event(&id, what, now);
        }
        let (filled, waiting) = std::mem::take(&mut self.open_slots).into_iter().partition(|slot| slot.due <= now);
        self.open_slots = waiting;
        let filled: Vec<OpenSlot> = filled;
        for OpenSlot { room, public, .. } in filled {
            self.fill_rooms(room, public, false, now);
        }
    }

    fn apply_event(&mut self, id: &str, what: Option<ScriptedEvent>, now: i64) {
        let Some(what) = what else {
            let roll = self.rng.whole(0, 9);
            let owner = self.rooms[id].meta.owner.clone();
            let by = if roll == 0 { EndedBy::System } else { EndedBy::Account(owner) };
            let _ = self.end(id, by, None, true, now);
            return;
        };
        if let Ok(session) = self.session_mut(id, now) {
            session.next_event += 1;
        }
        match what {
            ScriptedEvent::BattleStarts { seconds } => {
                let seconds = (i64::from(seconds) / self.speed).max(1) as u32;
                let other = self
                    .list(now)
                    .into_iter()
                    .map(|(room, ..)| room)
                    .find(|room| room.id != id && room.staged && room.battle.is_none());
                if let Some(with) = other.map(|room| room.id.clone()) {
                    let _ = self.start_battle(id, &with, seconds, now);
                }
            }
            // A battle that found no other room has none to end.
            ScriptedEvent::BattleEnds => drop(self.end_battle(id, now)),
            ScriptedEvent::HostLeaves => {
                let owner = self.rooms[id].meta.owner.clone();
                let _ = self.member(id, &owner, MemberCause::Leave, now, now);
            }
        }
    }

    /// Brings a seeded session onto the stage.
    fn fill_rooms(&mut self, room: Option<(String, Meta)>, public: bool, long_ago: bool, now: i64) {
        // An id that someone took meanwhile is left to them.
        let room = room.filter(|(id, _)| self.live(id, now).is_none());
        let (id, meta) = room.unwrap_or_else(|| {
            loop {
                let index = self.next_room;
                self.next_room += 1;
                let id = format!("{}_{index:04}", if public { "live" } else { "private" });
                if !self.rooms.contains_key(&id) {
                    let meta = seed_meta(index, public, &mut self.rng);
                    break (id, meta);
                }
            }
        });
        let generation = self.rooms.get(&id).map_or(0, |room| room.sessions.len() as u64);
        let seed = SimRng::of(self.seed.wrapping_add(generation), &id).roll();
        let elapsed_ms = if long_ago {
            let seconds = f64::from(CounterCurve::seeded(seed).seconds());
            // Three in four are well into their session, the others have just begun.
            let passed = if self.rng.chance(0.75) { seconds * self.rng.unit() * 0.95 } else { 600.0 * self.rng.unit() };
            (passed * 1000.0) as i64
        } else {
            0
        };
        let owner = meta.owner.clone();
        let new = NewRoom { id, meta, origin: Origin::Seeded(seed), elapsed_ms, counters: Counters::default() };
        let _ = self.enter(new, &owner, true, now);
    }
}

/// A name, a host and what else a room of the stage has.
fn seed_meta(index: u64, public: bool, rng: &mut SimRng) -> Meta {
    const HOSTS: [&str; 14] = [
        "星野",
        "林小满",
        "阿哲",
        "Lena",
        "Marisol",
        "ゆず",
        "ハルト",
        "Dewi",
        "สายฝน",
        "Omar",
        "지우",
        "Priya",
        "Jonas",
        "晚晚",
    ];
    const TITLES: [&str; 14] = [
        "点歌台",
        "聊聊天",
        "Open mic",
        "Ranked climb",
        "歌ってみた",
        "雑談",
        "Masak bareng",
        "คุยกันหน่อย",
        "Desert drive",
        "노래방",
        "Study hall",
        "钢琴小屋",
        "Karaoke & chat",
        "作業配信",
    ];
    let pick = |rng: &mut SimRng, from: &[&str]| from[rng.whole(0, from.len() as i64 - 1) as usize].to_owned();
    // Some accounts are numbers, as in older answers of Tencent's: readers must not lose a digit.
    let owner = if index % 6 == 4 {
        Account::Number(144_115_233_775_727_695 + index)
    } else {
        Account::Text(format!("host_{index:04}"))
    };
    let owner_name = pick(rng, &HOSTS);
    let mut meta = Meta::new(&format!("{owner_name} · {}", pick(rng, &TITLES)), owner);
    meta.owner_name = owner_name;
    meta.public = public;
    meta.category = vec![rng.whole(1, 8)];
    meta.activity_status = rng.whole(0, 1);
    meta.cover_url = format!("https://img.example/cover/{index}.png");
    meta
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

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
}
