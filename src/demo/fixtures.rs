//! The demo's rooms: whose room is on, for how long already, and their totals.
//!
//! Must not: let anything happen; that is the script's. Totals come from anchors, so that the numbers are the ones shown in
//! the documents: 小鹿 at 126 % of its baseline, Mira just below its best ever, あおい quiet since the host left.

use crate::domain::{Counters, Millis};
use crate::simulator::counter_curve::{CounterCurve, SimRng, TotalsAnchor};
use crate::simulator::{Account, Meta, NewRoom, Origin, WorldError};
use crate::simulator::{SimulatorHandle, TrueSession};
use std::sync::Arc;

pub const XL: &str = "xl_radio";
pub const AYU: &str = "ayu_utau";
pub const MIRA: &str = "mira_jkt";
pub const FASAI: &str = "fasai_bkk";
pub const KENTO: &str = "kento_fps";
pub const AOI: &str = "aoi_talk";
pub const DAN: &str = "dan_first";
pub const NANA: &str = "nana_new";

/// How long あおい has been gone when the demo begins.
const AOI_GONE_MS: i64 = 6 * 60_000;

/// A room of the demo.
#[derive(Clone, Debug)]
pub struct DemoRoom {
    pub room: &'static str,
    pub title: &'static str,
    /// The owner's account and the name people know.
    pub host: &'static str,
    pub host_name: &'static str,
    /// For how long it is on when the demo begins; `None` when it is not on yet.
    pub minutes: Option<u32>,
    /// Since when the host is gone, in milliseconds before the demo begins.
    pub host_left_ms: Option<i64>,
    anchors: Vec<TotalsAnchor>,
}

impl DemoRoom {
    fn new(
        room: &'static str,
        (title, host, host_name): (&'static str, &'static str, &'static str),
        minutes: u32,
        anchors: &[(u32, [i64; 6])],
    ) -> Self {
        let anchors = anchors
            .iter()
            .map(|&(minute, totals)| TotalsAnchor { minute, totals: Counters::from_array(totals) })
            .collect();
        Self { room, title, host, host_name, minutes: Some(minutes), host_left_ms: None, anchors }
    }

    /// The room as it is created, `elapsed_ms` into its session.
    fn new_room(&self, origin: Origin, elapsed_ms: i64) -> NewRoom {
        let mut meta = Meta::new(self.title, Account::from(self.host));
        meta.owner_name = self.host_name.to_owned();
        NewRoom { id: self.room.to_owned(), meta, origin, elapsed_ms, counters: Counters::default() }
    }
}

/// All twelve. Anchors are (minute, [entries, gifts, coins, gifters, likes, messages]); those after the beginning of the demo
/// are for users who sign in late.
pub fn all() -> Vec<DemoRoom> {
    // 340 entries each minute, and nothing else.
    let crowd: Vec<(u32, [i64; 6])> = [(8, 60)]
        .into_iter()
        .chain((9..=240).map(|minute| (minute, 400 + i64::from(minute - 9) * 340)))
        .map(|(minute, entries)| (minute, [entries, 0, 0, 0, 0, 0]))
        .collect();
    vec![
        DemoRoom::new(
            XL,
            ("小鹿电台", "xiaolu", "小鹿"),
            178,
            &[
                (60, [4900, 330, 42_000, 64, 27_000, 2700]),
                (120, [8600, 900, 118_000, 128, 58_000, 5900]),
                (177, [12_190, 1532, 180_660, 185, 86_500, 8980]),
                (178, [12_226, 1541, 181_900, 186, 86_900, 9020]),
                (181, [12_250, 1550, 185_500, 187, 87_100, 9050]),
                (191, [12_290, 1570, 194_000, 189, 87_400, 9100]),
                (238, [12_370, 1620, 206_000, 192, 87_800, 9180]),
                (778, [12_440, 1700, 218_000, 198, 88_200, 9280]),
            ],
        ),
        DemoRoom::new(
            AYU,
            ("弾き語り", "ayu", "あゆ"),
            96,
            &[
                (30, [900, 120, 9800, 22, 6000, 700]),
                (95, [2900, 420, 37_400, 58, 21_500, 2600]),
                (96, [2926, 426, 38_200, 58, 21_750, 2630]),
                (300, [6000, 1000, 72_000, 90, 40_000, 5200]),
            ],
        ),
        DemoRoom::new(
            MIRA,
            ("Mira sings", "mira", "Mira"),
            160,
            &[
                (60, [2600, 310, 38_000, 41, 15_000, 1500]),
                (159, [7040, 1010, 149_590, 96, 47_800, 4800]),
                (160, [7068, 1015, 150_200, 96, 48_100, 4830]),
                (162, [7120, 1020, 150_500, 96, 48_700, 4890]),
                (170, [7300, 1030, 150_800, 97, 50_500, 5100]),
                (760, [9000, 1050, 151_150, 99, 70_000, 8000]),
            ],
        ),
        DemoRoom::new(
            FASAI,
            ("Fa Sai cooks", "fasai", "ฟ้าใส"),
            70,
            &[
                (55, [1200, 131, 17_300, 36, 7000, 740]),
                (66, [1420, 152, 20_500, 37, 8400, 890]),
                (70, [1500, 162, 21_400, 37, 8950, 945]),
                (300, [5200, 400, 43_000, 37, 31_000, 3400]),
            ],
        ),
        DemoRoom::new(
            KENTO,
            ("耐久FPS", "kento", "ケント"),
            51,
            &[
                (50, [830, 70, 9310, 19, 3100, 610]),
                (51, [845, 72, 9480, 19, 3170, 622]),
                (300, [4100, 290, 44_000, 52, 15_000, 3100]),
            ],
        ),
        DemoRoom {
            host_left_ms: Some(AOI_GONE_MS),
            ..DemoRoom::new(
                AOI,
                ("雑談", "aoi", "あおい"),
                182,
                &[(90, [1010, 120, 15_600, 26, 5000, 640]), (176, [1720, 210, 31_006, 40, 9300, 1210])],
            )
        },
        DemoRoom::new(DAN, ("新人首播", "adan", "阿丹"), 9, &crowd),
        DemoRoom::new(
            "hostile_1",
            ("<b>=1+1</b> 👑", "hostile", "@SUM(1+1)"),
            35,
            &[(35, [329, 31, 2600, 11, 1540, 185]), (300, [2100, 170, 14_000, 31, 9000, 1100])],
        ),
        DemoRoom::new(
            "chen_tea",
            ("喝茶聊天", "laochen", "老陈"),
            120,
            &[(120, [410, 22, 1480, 9, 1900, 620]), (600, [1600, 80, 5200, 18, 7000, 2300])],
        ),
        DemoRoom::new(
            "lukas_wood",
            ("Workshop radio", "lukas", "Lukas"),
            240,
            &[(240, [690, 41, 3120, 14, 2600, 540]), (700, [1500, 90, 6900, 21, 5600, 1200])],
        ),
        DemoRoom::new(
            "haru_study",
            ("作業部屋", "haru", "ハル"),
            66,
            &[(66, [208, 9, 640, 5, 980, 150]), (600, [1500, 60, 4300, 15, 7000, 1000])],
        ),
        DemoRoom { minutes: None, ..DemoRoom::new(NANA, ("Nana live", "nana", "Nana"), 0, &[]) },
    ]
}

/// The role of that room.
pub fn demo_room(room: &str) -> Option<DemoRoom> {
    all().into_iter().find(|known| known.room == room)
}

/// Creates the rooms that are on when the demo begins, as far into their sessions as they are then.
///
/// # Errors
/// [`WorldError::Exists`] when one is live already.
pub fn start_rooms(handle: &SimulatorHandle, seed: u64) -> Result<(), WorldError> {
    for room in all() {
        let Some(minutes) = room.minutes else { continue };
        let mut rng = SimRng::of(seed, room.room);
        let curve = CounterCurve::anchored(rng.roll(), &room.anchors);
        // Rooms do not move in step; up to 900 ms more keep the minute.
        let elapsed_ms = i64::from(minutes) * 60_000 + rng.whole(0, 900);
        handle.create_room(room.new_room(Origin::Given(Arc::new(curve)), elapsed_ms))?;
    }
    Ok(())
}

/// A session from the beginning: 小鹿's next stream, when the script is played again.
pub fn next_stream(handle: &SimulatorHandle, room: &str, run: u64) -> Result<(), WorldError> {
    let known = demo_room(room).ok_or(WorldError::Absent)?;
    let curve = CounterCurve::anchored(
        SimRng::of(run, room).roll(),
        &[
            TotalsAnchor { minute: 3, totals: Counters::from_array([420, 24, 2900, 9, 1800, 160]) },
            TotalsAnchor { minute: 10, totals: Counters::from_array([1130, 96, 14_200, 27, 6100, 560]) },
            TotalsAnchor { minute: 240, totals: Counters::from_array([13_000, 1700, 208_000, 170, 90_000, 7200]) },
        ],
    );
    handle.create_room(known.new_room(Origin::Given(Arc::new(curve)), 0)).map(drop)
}

/// A room whose counters are constant unless the script moves them.
pub fn still_room(handle: &SimulatorHandle, room: &str) -> Result<(), WorldError> {
    let found = demo_room(room).ok_or(WorldError::Absent)?;
    handle.create_room(found.new_room(Origin::Still, 0)).map(drop)
}

/// A live room of the demo as it is now: its role, CreateTime (unix seconds), beginning and every change so far.
pub fn live(handle: &SimulatorHandle) -> Vec<(DemoRoom, TrueSession)> {
    all()
        .into_iter()
        .filter_map(|room| {
            let session = handle.truth(room.room)?.pop()?;
            session.destroyed_at.is_none().then_some((room, session))
        })
        .collect()
}

/// When あおい left, in the demo: milliseconds before the first reading of its room by real HTTP.
pub fn host_left_at(room: &DemoRoom, session: &TrueSession) -> Option<Millis> {
    let started = session.changes.first()?.0;
    let on_for = i64::from(room.minutes?) * 60_000;
    room.host_left_ms.map(|before_now| started + on_for - before_now)
}
