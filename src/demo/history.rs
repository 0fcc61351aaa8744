//! What was before the demo: past streams of the demo and of other rooms, and the first hours of those that are live, as
//! readings from which reports can be sealed.
//!
//! Same seed and same `now`, same history. Must not: seal, store or judge; gaps, a glitch and a late room-closed webhook are
//! in it as they would have been met.

use super::fixtures::{self, AOI, AYU, FASAI, KENTO, MIRA, XL};
use crate::domain::{Counters, Gap, GapCause, Millis, Reading, RoomId, Totals};
use crate::simulator::counter_curve::{CounterCurve, SimRng, TotalsAnchor};
use crate::simulator::{SimulatorHandle, TrueSession};

/// The interval at which past streams were read, in milliseconds.
pub const INTERVAL_MS: i64 = 10_000;
/// In milliseconds.
const MINUTE: i64 = 60_000;
/// In milliseconds.
const DAY: i64 = 24 * 60 * MINUTE;
/// How many past streams there are.
pub const STREAMS: usize = 110;

/// A stream as it was read.
#[derive(Clone, Debug)]
pub struct HistoryStream {
    pub room: RoomId,
    pub title: String,
    pub host: String,
    pub host_name: String,
    /// Tencent's CreateTime, unix seconds.
    pub create_time: i64,
    /// `None` while it is live.
    pub ended_at: Option<Millis>,
    pub owner_left_at: Option<Millis>,
    /// The interval between readings, in milliseconds.
    pub interval_ms: i64,
    /// Accepted readings, in order.
    pub readings: Vec<Reading>,
    /// Readings with lower counters, kept and not counted.
    pub excluded: Vec<Reading>,
    pub gaps: Vec<Gap>,
    pub battles: Vec<PastBattle>,
    /// The five totals of the room-closed webhook sent at `ended_at`, if one came.
    pub room_closed: Option<Totals>,
    /// Whether that message came only after the report was sealed, and makes a revision.
    pub room_closed_late: bool,
}

/// A PK battle that a webhook reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastBattle {
    /// Tencent's BattleId.
    pub id: String,
    /// The other host's name.
    pub with: String,
    pub from: Millis,
    pub until: Millis,
}

/// A stream before it is read: who, when, how long, and the curve of its totals.
struct StreamPlan {
    room: &'static str,
    title: &'static str,
    host: &'static str,
    host_name: &'static str,
    started_at: Millis,
    minutes: u32,
    totals: [i64; 6],
    /// (minute, share of the totals in thousandths) on the way; elsewhere it wanders.
    milestones: Vec<(u32, i64)>,
    battle: Option<(u32, u32, &'static str)>,
}

/// Rooms that are not on now.
const OTHER_ROOMS: [(&str, &str, &str, &str); 12] = [
    ("moka_piano", "钢琴小屋", "moka", "摩卡"),
    ("yuzu_asmr", "耳かき屋", "yuzu", "ゆず"),
    ("tom_run", "Tom runs", "tom", "Tom"),
    ("linlin_dance", "跳舞机", "linlin", "琳琳"),
    ("sora_art", "お絵かき", "sora", "ソラ"),
    ("bella_vox", "Bella sings", "bella", "Bella"),
    ("khun_ton", "ต้นเล่นกีตาร์", "ton", "ต้น"),
    ("guo_chess", "象棋擂台", "laoguo", "老郭"),
    ("mio_cos", "コスプレ工房", "mio", "みお"),
    ("dewi_masak", "Masak bareng", "dewi", "Dewi"),
    ("jin_talk", "高中故事", "jin", "阿锦"),
    ("riku_retro", "レトロゲーム", "riku", "リク"),
];

/// 小鹿's coins in its last eight streams, newest first: median 208,500, middle half 171,200 to 259,900.
const XL_COINS: [i64; 8] = [215_700, 162_800, 277_300, 201_300, 148_310, 254_100, 301_940, 174_000];
/// Shares of the median in eight streams, in thousandths; the middle two make 1000 together with their rest.
const SPREAD: [i64; 8] = [1015, 880, 1130, 985, 800, 1070, 1220, 940];
const XL_TYPICAL: [i64; 6] = [13_137, 1696, 0, 171, 90_216, 7222];
const MIRA_COINS: [i64; 10] = [121_400, 97_310, 151_200, 88_040, 134_900, 109_730, 118_250, 76_900, 128_060, 101_500];
const AOI_COINS: [i64; 5] = [35_234, 29_870, 41_020, 33_400, 37_910];

/// All past streams, those that ended earlier first; none of a room overlaps another, and the last ended minutes ago.
pub fn past_streams(seed: u64, now: Millis) -> Vec<HistoryStream> {
    let mut rng = SimRng::of(seed, "history");
    let mut streams: Vec<HistoryStream> =
        plans(now, &mut rng).into_iter().map(|plan| read_plan(plan, &mut rng)).collect();
    streams.sort_by_key(|stream| (stream.ended_at, stream.create_time));
    blemish(&mut streams, &mut rng);
    streams
}

/// The first hours of the live rooms of the demo: every `every_ms` a reading, from their beginning until now. True to the
/// simulator's ground truth.
pub fn live_so_far(handle: &SimulatorHandle, seed: u64, every_ms: i64) -> Vec<HistoryStream> {
    let now = handle.now();
    let mut rng = SimRng::of(seed, "so far");
    fixtures::live(handle)
        .into_iter()
        .filter_map(|(role, session)| {
            let started_at = session.changes.first()?.0;
            Some(HistoryStream {
                room: RoomId::parse(role.room).ok()?,
                title: role.title.to_owned(),
                host: role.host.to_owned(),
                host_name: role.host_name.to_owned(),
                create_time: session.create_time,
                ended_at: None,
                owner_left_at: fixtures::host_left_at(&role, &session),
                interval_ms: every_ms,
                readings: read(started_at, now, every_ms, &mut rng, |at| {
                    TrueSession::at(&session, at).unwrap_or_default()
                }),
                excluded: Vec::new(),
                gaps: Vec::new(),
                battles: Vec::new(),
                room_closed: None,
                room_closed_late: false,
            })
        })
        .collect()
}

/// Goes on reading a live stream, every `every_ms`, from its last reading until now: what passed while its first hours were
/// written. Answers what is new.
pub fn read_on(handle: &SimulatorHandle, stream: &mut HistoryStream, every_ms: i64) -> Vec<Reading> {
    let now = handle.now();
    let sessions = handle.truth(stream.room.as_str()).unwrap_or_default();
    let Some(session) = sessions.into_iter().find(|session| session.create_time == stream.create_time) else {
        return Vec::new();
    };
    let Some(last) = stream.readings.last().copied() else { return Vec::new() };
    let took = 40;
    let mut more = Vec::new();
    let mut asked = last.asked + every_ms;
    while asked + took <= now {
        let counters = TrueSession::at(&session, asked + took / 2).unwrap_or(last.counters);
        more.push(Reading { asked, answered: asked + took, counters });
        asked = asked + every_ms;
    }
    stream.readings.extend(&more);
    more
}

/// Readings of what was true, with small jitter, the last answered no later than `until`.
fn read(
    started_at: Millis,
    until: Millis,
    every_ms: i64,
    rng: &mut SimRng,
    truth: impl Fn(Millis) -> Counters,
) -> Vec<Reading> {
    let mut readings = Vec::with_capacity(((until - started_at) / every_ms).max(0).unsigned_abs() as usize);
    let mut due = started_at + 700;
    loop {
        let asked = due + rng.whole(0, every_ms / 12);
        let took = rng.whole(24, 140);
        let answered = asked + took;
        if answered > until {
            return readings;
        }
        readings.push(Reading { asked, answered, counters: truth(asked + took / 2) });
        due = due + every_ms;
    }
}

fn plans(now: Millis, rng: &mut SimRng) -> Vec<StreamPlan> {
    let mut plans = Vec::with_capacity(STREAMS);
    for role in fixtures::all() {
        let days: &[i64] = match role.room {
            XL => &[1, 3, 4, 6, 8, 9, 11, 13],
            MIRA => &[1, 2, 4, 5, 6, 8, 9, 10, 12, 13],
            AYU => &[1, 2, 4, 7, 8, 10, 12],
            FASAI => &[1, 3, 5, 7, 10, 13],
            KENTO => &[3, 9],
            AOI => &[2, 4, 7, 9, 12],
            "hostile_1" => &[1, 5, 8, 11],
            "chen_tea" | "lukas_wood" | "haru_study" => &[1, 3, 5, 7, 9, 11, 13],
            _ => &[],
        };
        for (place, &day) in days.iter().enumerate() {
            let on_for = i64::from(role.minutes.unwrap_or(0)) * MINUTE;
            // Around the time of day at which the room is on now.
            let started_at = now - on_for - day * DAY + rng.whole(-25, 25) * MINUTE + rng.whole(0, 59_999);
            let (minutes, totals, milestones) = past_totals(role.room, place, rng);
            let battle = match (role.room, place) {
                (XL, 2 | 5) => Some((125, 135, "あゆ")),
                (AYU, 3) => Some((40, 50, "Mira")),
                _ => None,
            };
            plans.push(StreamPlan {
                room: role.room,
                title: role.title,
                host: role.host,
                host_name: role.host_name,
                started_at,
                minutes,
                totals,
                milestones,
                battle,
            });
        }
    }
    let others = STREAMS - plans.len();
    for place in 0..others {
        let (room, title, host, host_name) = OTHER_ROOMS[place % OTHER_ROOMS.len()];
        let minutes = rng.whole(38, 170) as u32;
        // Evenly over the fortnight, the latest over a few minutes ago.
        let ended = now - 4 * MINUTE - place as i64 * (13 * DAY + DAY / 2) / others as i64 - rng.whole(0, 20) * MINUTE;
        let size = 400 + 2600 * (place as i64 % 7) / 6;
        let per_mille = size * rng.whole(80, 125) / 100;
        let totals =
            [3000, 310, 31_000, 46, 17_000, 2300].map(|typical| typical * per_mille / 1000 * rng.whole(85, 115) / 100);
        let started_at = ended - i64::from(minutes) * MINUTE - rng.whole(0, 40_000);
        plans.push(StreamPlan {
            room,
            title,
            host,
            host_name,
            started_at,
            minutes,
            totals,
            milestones: Vec::new(),
            battle: None,
        });
    }
    plans
}

/// Length, totals and milestones of a past stream of a demo room; `place` 0 is the newest.
fn past_totals(room: &str, place: usize, rng: &mut SimRng) -> (u32, [i64; 6], Vec<(u32, i64)>) {
    // Counters spread differently, or every stream would be better or worse in all of them.
    let spread = |counter: usize| SPREAD[(place + counter * 3) % SPREAD.len()];
    let around = |typical: [i64; 6]| {
        let mut totals = typical;
        for (counter, total) in totals.iter_mut().enumerate() {
            *total = *total * spread(counter) / 1000;
        }
        totals
    };
    match room {
        XL => {
            let mut totals = XL_TYPICAL;
            for (counter, total) in totals.iter_mut().enumerate() {
                let typical = *total;
                *total = match spread(counter) {
                    // The two in the middle, so that their mean is the median exactly.
                    1015 => 2 * typical - typical * 985 / 1000,
                    share => typical * share / 1000,
                };
            }
            totals[2] = XL_COINS[place];
            let battle = matches!(place, 2 | 5);
            let milestones =
                vec![(60, 190), (120, 400), (125, 418), (135, if battle { 560 } else { 470 }), (170, 668), (180, 697)];
            (rng.whole(208, 246) as u32, totals, milestones)
        }
        MIRA => {
            let mut totals = around([6600, 900, 0, 88, 45_000, 4500]);
            totals[2] = MIRA_COINS[place];
            (rng.whole(150, 200) as u32, totals, Vec::new())
        }
        AOI => {
            let mut totals = around([1900, 230, 0, 43, 10_400, 1350]);
            totals[2] = AOI_COINS[place];
            (rng.whole(140, 172) as u32, totals, Vec::new())
        }
        KENTO if place == 0 => (150, [2866, 140, 12_004, 31, 8200, 1630], Vec::new()),
        KENTO => (171, [3120, 166, 15_310, 36, 9400, 1810], Vec::new()),
        AYU => (rng.whole(120, 165) as u32, around([4300, 620, 52_000, 71, 30_000, 3700]), Vec::new()),
        FASAI => (rng.whole(95, 150) as u32, around([2700, 280, 36_000, 52, 15_800, 1650]), Vec::new()),
        "hostile_1" => (rng.whole(60, 130) as u32, around([900, 80, 6900, 22, 4200, 500]), Vec::new()),
        "chen_tea" => (rng.whole(150, 220) as u32, around([640, 34, 2300, 12, 2900, 900]), Vec::new()),
        "lukas_wood" => (rng.whole(230, 300) as u32, around([760, 45, 3500, 15, 2900, 600]), Vec::new()),
        _ => (rng.whole(90, 170) as u32, around([470, 20, 1500, 9, 2200, 340]), Vec::new()),
    }
}

fn read_plan(plan: StreamPlan, rng: &mut SimRng) -> HistoryStream {
    let StreamPlan { room, title, host, host_name, started_at, minutes, totals, milestones, battle } = plan;
    let mut anchors: Vec<TotalsAnchor> = milestones
        .into_iter()
        .filter(|&(minute, _)| minute < minutes)
        .map(|(minute, share)| TotalsAnchor {
            minute,
            totals: Counters::from_array(totals.map(|total| total * share / 1000)),
        })
        .collect();
    anchors.push(TotalsAnchor { minute: minutes, totals: Counters::from_array(totals) });
    let curve = CounterCurve::anchored(rng.roll(), &anchors);
    let at = |moment: Millis| curve.at(u32::try_from((moment - started_at) / 1000).unwrap_or(0));
    let ended_at = started_at + i64::from(minutes) * MINUTE + rng.whole(200, 9_000);
    let readings = read(started_at, ended_at, INTERVAL_MS, rng, at);
    let room_closed = Totals { messages: None, ..Totals::from(at(ended_at)) };
    let battles = battle.map(|(from, until, with)| PastBattle {
        id: format!("battle_{}", started_at.seconds()),
        with: with.to_owned(),
        from: started_at + i64::from(from) * MINUTE,
        until: started_at + i64::from(until) * MINUTE,
    });
    HistoryStream {
        room: RoomId::parse(room).unwrap_or_else(|_| unreachable!("the demo's ids are 1 to 48 bytes")),
        title: title.to_owned(),
        host: host.to_owned(),
        host_name: host_name.to_owned(),
        create_time: started_at.seconds(),
        ended_at: Some(ended_at),
        owner_left_at: None,
        interval_ms: INTERVAL_MS,
        readings,
        excluded: Vec::new(),
        gaps: Vec::new(),
        battles: battles.into_iter().collect(),
        room_closed: Some(room_closed),
        room_closed_late: false,
    }
}

/// What goes wrong in a fortnight: one long gap, a few short ones, one glitch, one room-closed webhook that came late.
fn blemish(streams: &mut [HistoryStream], rng: &mut SimRng) {
    let newest = |room: &str, nth: usize| {
        streams.iter().enumerate().rev().filter(|(_, stream)| stream.room.as_str() == room).nth(nth).map(|(at, _)| at)
    };
    let (gap, short, glitch, late) = (newest(KENTO, 0), newest(XL, 1), newest(MIRA, 3), newest(AYU, 2));
    if let Some(at) = gap {
        // 29 % of two and a half hours without an answer.
        cut(&mut streams[at], 48, 48 * 60 + 2610, GapCause::NoAnswer);
    }
    if let Some(at) = short {
        cut(&mut streams[at], 97, 97 * 60 + 41, GapCause::Code(60008));
    }
    if let Some(at) = glitch {
        let readings = &mut streams[at].readings;
        let mut lower = readings.remove(readings.len() * 3 / 5);
        lower.counters = Counters::from_array(lower.counters.to_array().map(|value| value * rng.whole(70, 80) / 100));
        streams[at].excluded.push(lower);
    }
    if let Some(at) = late {
        streams[at].room_closed_late = true;
    }
}

/// Removes the readings between a minute and a second of the stream, and notes the gap.
fn cut(stream: &mut HistoryStream, from_minute: i64, until_second: i64, cause: GapCause) {
    let started_at = Millis::from_seconds(stream.create_time);
    let (from, until) = (started_at + from_minute * MINUTE, started_at + until_second * 1000);
    stream.readings.retain(|reading| reading.asked < from || reading.asked > until);
    let after = stream.readings.partition_point(|reading| reading.asked < from);
    if let (Some(last), Some(next)) = (stream.readings[..after].last(), stream.readings.get(after)) {
        stream.gaps.push(Gap { from: last.answered, until: next.asked, cause });
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::domain::Counter;
    use crate::domain::numbers::baseline::quartiles;
    use std::collections::HashMap;

    const NOW: Millis = Millis(1_795_390_000_000);

    fn of<'a>(streams: &'a [HistoryStream], room: &str) -> Vec<&'a HistoryStream> {
        streams.iter().filter(|stream| stream.room.as_str() == room).collect()
    }

    /// As a report settles them: the room-closed webhook's, messages by the last reading.
    fn finals(streams: &[&HistoryStream], counter: Counter) -> Vec<i64> {
        let last = |stream: &HistoryStream| stream.readings.last().unwrap().counters.get(counter);
        streams.iter().map(|stream| stream.room_closed.unwrap().get(counter).unwrap_or(last(stream))).collect()
    }

    #[test]
    fn a_fortnight_of_streams_ends_now_and_repeats() {
        let streams = past_streams(7, NOW);
        assert_eq!(streams.len(), STREAMS);
        assert!(streams.is_sorted_by_key(|stream| stream.ended_at));
        let last = streams.last().unwrap().ended_at.unwrap();
        assert!(NOW - last < 30 * MINUTE && last < NOW);
        assert!(streams.iter().all(|stream| NOW - Millis::from_seconds(stream.create_time) < 15 * DAY));
        let again = past_streams(7, NOW);
        assert!(streams.iter().zip(&again).all(|(a, b)| a.readings == b.readings && a.room == b.room));
        let mut sessions: HashMap<&str, Vec<(i64, i64)>> = HashMap::new();
        for stream in &streams {
            let span = (stream.create_time, stream.ended_at.unwrap().seconds());
            sessions.entry(stream.room.as_str()).or_default().push(span);
        }
        for (room, mut spans) in sessions {
            spans.sort_unstable();
            assert!(spans.windows(2).all(|pair| pair[0].1 < pair[1].0), "{room} overlaps itself: {spans:?}");
        }
    }

    #[test]
    fn readings_are_in_order_and_never_fall() {
        for stream in past_streams(3, NOW) {
            let mut highest = Counters::default();
            let mut last = Millis(0);
            for reading in &stream.readings {
                assert!(reading.asked > last && reading.answered > reading.asked);
                assert!(!reading.counters.falls_below(&highest), "{} falls", stream.room);
                assert!(reading.counters.gifters <= reading.counters.gifts);
                (last, highest) = (reading.answered, reading.counters);
            }
            let room_closed = stream.room_closed.unwrap();
            assert!(room_closed.messages.is_none() && room_closed.coins >= Some(highest.coins));
            assert!(last <= stream.ended_at.unwrap());
        }
    }

    #[test]
    fn typical_totals_are_those_of_the_documents() {
        let streams = past_streams(7, NOW);
        let xl = of(&streams, XL);
        assert_eq!(xl.len(), 8);
        let typical = |counter| quartiles(finals(&xl, counter)).unwrap();
        let coins = typical(Counter::Coins);
        assert_eq!((coins.low, coins.median, coins.high), (171_200, 208_500, 259_900));
        let percent = |counter, value: i64| ((value * 100) as f64 / typical(counter).median as f64).round() as i64;
        assert_eq!(percent(Counter::Coins, 246_810), 118);
        assert_eq!(percent(Counter::Viewers, 12_480), 95);
        assert_eq!(percent(Counter::Gifts, 1934), 114);
        assert_eq!(percent(Counter::Gifters, 213), 125);
        assert_eq!(percent(Counter::Likes, 88_412), 98);
        assert_eq!(percent(Counter::Messages, 9317), 129);
        assert_eq!(finals(&of(&streams, MIRA), Counter::Coins).into_iter().max(), Some(151_200));
        assert_eq!(quartiles(finals(&of(&streams, AOI), Counter::Coins)).unwrap().median, 35_234);
        assert_eq!(of(&streams, KENTO).len(), 2);
    }

    #[test]
    fn one_stream_has_a_gap_that_matters_and_one_a_glitch() {
        let streams = past_streams(7, NOW);
        let kento = of(&streams, KENTO);
        let stream = kento.last().unwrap();
        let lost: i64 = stream.gaps.iter().map(Gap::millis).sum();
        let whole = stream.ended_at.unwrap() - Millis::from_seconds(stream.create_time);
        assert_eq!(100 - lost * 100 / whole, 71);
        assert_eq!(streams.iter().filter(|stream| !stream.gaps.is_empty()).count(), 2);
        let glitched: Vec<_> = streams.iter().filter(|stream| !stream.excluded.is_empty()).collect();
        assert_eq!(glitched.len(), 1);
        let lower = glitched[0].excluded[0];
        let before = glitched[0].readings.iter().rfind(|reading| reading.asked < lower.asked).unwrap();
        assert!(lower.counters.falls_below(&before.counters));
        assert_eq!(streams.iter().filter(|stream| stream.room_closed_late).count(), 1);
    }
}
