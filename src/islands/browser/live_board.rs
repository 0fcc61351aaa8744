//! The board in the browser: hears of changes while it is visible and writes them into the table.
//!
//! Values move at once; rows only every 15 seconds, and never under a pointer or the focus. New rows wait behind a button.

use super::on;
use crate::charts::spark_inner;
use crate::domain::live::{LiveEvent, LiveRow, LiveStrip};
use crate::domain::{Millis, StreamId, StreamState};
use crate::islands::cells::{self, BoardSort, HOST_WIDTH, MOVING, ROOM_WIDTH};
use crate::lang::{Words, middle};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;
use web_sys::{Element, EventSource, KeyboardEvent, MessageEvent};

const RESORT: Duration = Duration::from_secs(15);
/// Lengths of time ("for 40 s") are written anew this often.
const CLOCK: Duration = Duration::from_secs(5);
/// Without a first event after this long, something between us holds events back: reload instead.
const PATIENCE: Duration = Duration::from_secs(10);
/// Where pinned rows are remembered.
const PINS: &str = "aftershow.pins";

#[derive(Deserialize)]
struct Snapshot {
    rows: Vec<LiveRow>,
    strip: LiveStrip,
}

struct Board {
    area: Element,
    words: Words,
    sort: BoardSort,
    /// The server's clock minus this machine's, in milliseconds.
    ahead: i64,
    rows: BTreeMap<StreamId, LiveRow>,
    pins: BTreeSet<i64>,
    source: Option<EventSource>,
    heard: bool,
    fresh: RwSignal<usize>,
    told: RwSignal<Option<(String, String)>>,
    trouble: RwSignal<String>,
}

type Shared = Rc<RefCell<Board>>;

pub fn live_board(
    area: NodeRef<Div>,
    words: Words,
    sort: String,
    now: i64,
    fresh: RwSignal<usize>,
    told: RwSignal<Option<(String, String)>>,
    trouble: RwSignal<String>,
) {
    Effect::new(move |_| {
        let Some(area) = area.get() else { return };
        let board: Shared = Rc::new(RefCell::new(Board {
            area: area.unchecked_ref::<Element>().clone(),
            words: words.clone(),
            sort: BoardSort::from_name(&sort).unwrap_or_default(),
            ahead: now - js_sys::Date::now() as i64,
            rows: BTreeMap::new(),
            pins: pins(),
            source: None,
            heard: false,
            fresh,
            told,
            trouble,
        }));
        follow_visibility(&board);
        follow_keys(&board);
        let sorted = board.clone();
        every(RESORT, move || sorted.borrow().resort(false));
        let ticking = board.clone();
        every(CLOCK, move || ticking.borrow().tick());
        let waiting = board.clone();
        set_timeout(
            move || {
                let board = waiting.borrow();
                if board.source.is_some() && !board.heard {
                    board.trouble.set(
                        board
                            .words
                            .pick(
                                "Events do not arrive; this page reloads every 10 s.",
                                "收不到实时更新，本页每10秒刷新。",
                                "更新が届かないため、10秒ごとに再読み込みします。",
                            )
                            .to_owned(),
                    );
                    set_timeout(
                        || {
                            let _ = window().location().reload();
                        },
                        PATIENCE,
                    );
                }
            },
            PATIENCE,
        );
        if let Ok(Some(button)) = area.query_selector(".show-new") {
            on(&button, "click", move |_: web_sys::Event| board.borrow().resort(true));
        }
    });
}

fn every(time: Duration, act: impl Fn() + 'static) {
    // An interval that the browser refuses leaves the page as it is.
    let _ = set_interval_with_handle(act, time);
}

fn pins() -> BTreeSet<i64> {
    let kept = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(PINS).ok().flatten());
    kept.unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect()
}

/// Browsers open six connections per host: only a page that is seen holds one.
fn follow_visibility(board: &Shared) {
    listen(board);
    let board = board.clone();
    on(&document(), "visibilitychange", move |_: web_sys::Event| {
        if document().hidden() {
            if let Some(source) = board.borrow_mut().source.take() {
                source.close();
            }
        } else if board.borrow().source.is_none() {
            listen(&board);
        }
    });
}

fn listen(board: &Shared) {
    if document().hidden() {
        return;
    }
    let Ok(source) = EventSource::new("/events") else { return };
    let snapshots = board.clone();
    on(&source, "snapshot", move |event: MessageEvent| {
        if let Some(snapshot) = parse::<Snapshot>(&event) {
            let mut board = snapshots.borrow_mut();
            board.heard = true;
            board.trouble.set(String::new());
            board.rows = snapshot.rows.into_iter().map(|row| (row.id, row)).collect();
            board.strip(&snapshot.strip);
            board.tick();
            board.count_fresh();
        }
    });
    let changes = board.clone();
    on(&source, "message", move |event: MessageEvent| {
        if let Some(change) = parse::<LiveEvent>(&event) {
            let mut board = changes.borrow_mut();
            board.heard = true;
            board.take(change);
        }
    });
    let failing = board.clone();
    on(&source, "error", move |_: web_sys::Event| {
        let board = failing.borrow();
        board.trouble.set(
            board
                .words
                .pick(
                    "No connection to the console; trying again.",
                    "与控制台的连接中断，正在重试。",
                    "コンソールとの接続が切れました。再試行しています。",
                )
                .to_owned(),
        );
    });
    let opened = board.borrow().trouble;
    on(&source, "open", move |_: web_sys::Event| opened.set(String::new()));
    board.borrow_mut().source = Some(source);
}

fn parse<T: for<'de> Deserialize<'de>>(event: &MessageEvent) -> Option<T> {
    serde_json::from_str(&event.data().as_string()?).ok()
}

/// P pins the row in focus, N goes to the note of its stream. Enter is the link's own.
fn follow_keys(board: &Shared) {
    let area = board.borrow().area.clone();
    let board = board.clone();
    on(&area, "keydown", move |event: KeyboardEvent| {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let Some(id) = target.closest("tr[data-id]").ok().flatten().and_then(|row| id_of(&row)) else { return };
        match event.key().as_str() {
            "p" | "P" => board.borrow_mut().pin(id),
            "n" | "N" => {
                let _ = window().location().set_href(&format!("/streams/{}#note", id.0));
            }
            _ => {}
        }
    });
}

fn id_of(row: &Element) -> Option<StreamId> {
    row.get_attribute("data-id")?.parse().ok().map(StreamId)
}

impl Board {
    fn now(&self) -> Millis {
        Millis(js_sys::Date::now() as i64 + self.ahead)
    }

    fn shown(&self, id: StreamId) -> Option<Element> {
        self.area.query_selector(&format!("tr[data-id=\"{}\"]", id.0)).ok().flatten()
    }

    fn take(&mut self, change: LiveEvent) {
        match change {
            LiveEvent::Row { row } => {
                if let Some(shown) = self.shown(row.id) {
                    self.write(&shown, &row);
                }
                self.rows.insert(row.id, *row);
                self.count_fresh();
            }
            LiveEvent::Gone { id } => {
                self.rows.remove(&id);
                // It stays where it is, pale, until rows move next.
                if let Some(shown) = self.shown(id) {
                    let _ = shown.set_attribute("class", "gone");
                }
                self.count_fresh();
            }
            LiveEvent::Sealed { id, title, coins } => {
                if let Some(Ok(Some(cell))) = self.shown(id).map(|row| row.query_selector("[data-cell=\"going_on\"]")) {
                    cell.set_text_content(Some(self.words.state(StreamState::Sealed)));
                }
                self.told.set(Some((format!("/streams/{id}"), self.words.sealed_toast(&title, coins))));
            }
            LiveEvent::Strip { strip } => self.strip(&strip),
        }
    }

    fn count_fresh(&self) {
        let fresh = self.rows.keys().filter(|id| self.shown(**id).is_none()).count();
        let empty = self.area.query_selector("tr[data-id]").ok().flatten().is_none();
        if empty && fresh > 0 {
            // Nothing to disturb.
            self.resort(true);
        } else if self.fresh.get_untracked() != fresh {
            self.fresh.set(fresh);
        }
    }

    fn strip(&self, strip: &LiveStrip) {
        if let Ok(Some(line)) = self.area.query_selector("[data-strip]") {
            line.set_text_content(Some(&self.words.strip(strip).join(" · ")));
        }
    }

    fn tick(&self) {
        for row in self.rows.values() {
            if let Some(shown) = self.shown(row.id) {
                self.write(&shown, row);
            }
        }
    }

    /// Writes what moved; cells that say the same are left alone.
    fn write(&self, shown: &Element, row: &LiveRow) {
        let texts = cells::cells(&self.words, row, self.now());
        for (column, text) in MOVING.iter().zip(texts) {
            if let Ok(Some(cell)) = shown.query_selector(&format!("[data-cell=\"{column}\"]"))
                && cell.text_content().as_deref() != Some(&text)
            {
                cell.set_text_content(Some(&text));
            }
        }
        if let Ok(Some(link)) = shown.query_selector("a") {
            let _ = link.set_attribute("title", &cells::totals(&self.words, row));
        }
        if let Ok(Some(svg)) = shown.query_selector("svg.spark") {
            // Numbers only.
            svg.set_inner_html(&spark_inner(&row.spark));
        }
    }

    fn pin(&mut self, id: StreamId) {
        if !self.pins.remove(&id.0) {
            self.pins.insert(id.0);
        }
        let kept: Vec<String> = self.pins.iter().map(i64::to_string).collect();
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(PINS, &kept.join(","));
        }
        if let Some(shown) = self.shown(id) {
            let class = if self.pins.contains(&id.0) { "pinned" } else { "" };
            let _ = shown.set_attribute("class", class);
        }
    }

    /// Puts rows where they belong, and with `all` those that waited too. Not while somebody points at them.
    fn resort(&self, all: bool) {
        if self.rows.is_empty() && !self.heard {
            return;
        }
        let busy = self.area.query_selector("table:hover, table :focus").ok().flatten().is_some();
        if busy && !all {
            return;
        }
        let (Ok(Some(above)), Ok(Some(below))) =
            (self.area.query_selector("tbody.looks"), self.area.query_selector("tbody.rest"))
        else {
            return;
        };
        // A filter of the address holds for what comes too.
        let filtered = window().location().search().is_ok_and(|query| query.contains("q="));
        let mut rows: Vec<LiveRow> =
            self.rows.values().filter(|row| self.shown(row.id).is_some() || (all && !filtered)).cloned().collect();
        if let Ok(gone) = self.area.query_selector_all("tr[data-id]") {
            for row in (0..gone.length()).filter_map(|place| gone.item(place)?.dyn_into::<Element>().ok()) {
                if id_of(&row).is_none_or(|id| !self.rows.contains_key(&id)) {
                    row.remove();
                }
            }
        }
        let looks = cells::order(&mut rows, self.sort, |row| self.pins.contains(&row.id.0));
        for (place, row) in rows.iter().enumerate() {
            let Some(shown) = self.shown(row.id).or_else(|| self.new_row(row)) else { continue };
            let class = if self.pins.contains(&row.id.0) { "pinned" } else { "" };
            let _ = shown.set_attribute("class", class);
            let body = if place < looks { &above } else { &below };
            let _ = body.append_child(&shown);
        }
        self.fresh.set(self.rows.keys().filter(|id| self.shown(**id).is_none()).count());
    }

    /// A row as the server would have drawn it.
    fn new_row(&self, row: &LiveRow) -> Option<Element> {
        let make = |tag: &str, class: &str| {
            let element = document().create_element(tag).ok()?;
            element.set_attribute("class", class).ok()?;
            Some(element)
        };
        let name = |text: &str, width: usize| {
            let element = document().create_element("bdi").ok()?;
            element.set_text_content(Some(&middle(text, width)));
            Some(element)
        };
        let line = make("tr", "")?;
        line.set_attribute("data-id", &row.id.0.to_string()).ok()?;
        let head = make("th", "d-who")?;
        head.set_attribute("scope", "row").ok()?;
        let link = make("a", "")?;
        link.set_attribute("href", &format!("/streams/{}", row.id)).ok()?;
        let (host, room) = cells::who(row);
        let bold = make("b", "")?;
        let shown = name(&host, HOST_WIDTH)?;
        bold.append_child(&shown).ok()?;
        link.append_child(&bold).ok()?;
        if room != host {
            let span = make("span", "room")?;
            let room = name(&room, ROOM_WIDTH)?;
            span.append_child(&room).ok()?;
            link.append_child(&span).ok()?;
        }
        head.append_child(&link).ok()?;
        line.append_child(&head).ok()?;
        for column in MOVING {
            if column == "coins" {
                let cell = make("td", "d-spark c-coins")?;
                let svg = document().create_element_ns(Some("http://www.w3.org/2000/svg"), "svg").ok()?;
                for (name, value) in [("class", "spark"), ("viewBox", "0 0 87 22"), ("aria-hidden", "true")] {
                    svg.set_attribute(name, value).ok()?;
                }
                cell.append_child(&svg).ok()?;
                line.append_child(&cell).ok()?;
            }
            let cell = make("td", &format!("d-{column}"))?;
            cell.set_attribute("data-cell", column).ok()?;
            line.append_child(&cell).ok()?;
        }
        self.write(&line, row);
        Some(line)
    }
}
