//! The rooms that `--rooms` keeps up, and what scripted sessions do as time passes.
//!
//! Must not: touch a room that a program created, except for the events of its own script.

use super::SimWorld;
use crate::domain::Counters;
use crate::simulator::counter_curve::{CounterCurve, ScriptedEvent, SimRng};
use crate::simulator::room::{Account, EndedBy, MemberCause, Meta, NewRoom, Origin};

/// A room of `--rooms` that has ended and is to be replaced.
#[derive(Debug)]
pub(super) struct OpenSlot {
    pub(super) due: i64,
    /// The RoomId that comes back, else a new one.
    pub(super) room: Option<(String, Meta)>,
    pub(super) public: bool,
}

impl SimWorld {
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

    /// Opens a room of `--rooms` with a random session.
    pub(super) fn fill_rooms(&mut self, room: Option<(String, Meta)>, public: bool, long_ago: bool, now: i64) {
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

/// A name, a host and what else a room of `--rooms` has.
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
