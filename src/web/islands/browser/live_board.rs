//! The board in the browser: receives changes while it is visible and writes them into the table.
//!
//! Values move at once; rows only every 15 seconds, and never under a pointer or the focus. New rows wait behind a button.

use super::live_events::{self, SseMessage};
use super::on;
use crate::domain::live::{AppLabel, LiveEvent, LiveRow, LiveStrip};
use crate::domain::{Millis, StreamId, StreamState};
use crate::i18n::{I18n, truncate_middle};
use crate::web::api::streams::keep_following;
use crate::web::islands::board_filter::{self, BoardFilter, BoardView, MAX_ROWS, ROWS_STEP};
use crate::web::islands::board_row::{self, APP_WIDTH, Alarm, BoardContext, HOST_WIDTH, LIVE_COLUMNS, ROOM_WIDTH};
use crate::web::view::charts::spark_inner;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use serde::Deserialize;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Duration;
use web_sys::{Element, HtmlInputElement, KeyboardEvent, MouseEvent};

/// Rows are put in order again this often; between, they stay where they are.
const SORT_INTERVAL: Duration = Duration::from_secs(15);
/// Lengths of time ("for 40 s") are written again this often.
const CLOCK_INTERVAL: Duration = Duration::from_secs(5);
/// Milliseconds without an event after which numbers are stale and must not look live. The server sends one each
/// second.
const STALE_MS: i64 = 30_000;
/// Time for which changes are collected before they are written together: a hundred a second cost no more than four.
const BATCH_WINDOW: Duration = Duration::from_millis(250);
/// Without a first event after this long, something between us holds events back: reload instead.
const SSE_TIMEOUT: Duration = Duration::from_secs(10);
/// Where pinned rows are remembered.
const PINS_KEY: &str = "aftershow.pins";

#[derive(Deserialize)]
struct SnapshotMessage {
    rows: Vec<LiveRow>,
    strip: LiveStrip,
}

/// A row of the table and what it says now, so that only what changed is written and nothing is read back.
struct Shown {
    line: Element,
    cells: Vec<Element>,
    link: Option<Element>,
    spark: Option<Element>,
    texts: [String; LIVE_COLUMNS.len()],
    title: String,
    curve: Vec<Option<i64>>,
}

impl Shown {
    fn new(line: Element) -> Option<Self> {
        let find = |selector: &str| line.query_selector(selector).ok().flatten();
        let cells =
            LIVE_COLUMNS.iter().map(|column| find(&format!("[data-cell=\"{column}\"]"))).collect::<Option<Vec<_>>>()?;
        let (link, spark) = (find("a"), find("svg.spark"));
        Some(Self { cells, link, spark, line, texts: Default::default(), title: String::new(), curve: Vec::new() })
    }

    fn write(&mut self, i18n: &I18n, row: &LiveRow, now: Millis) {
        let texts = board_row::cells(i18n, row, now);
        for ((cell, shown), text) in self.cells.iter().zip(&self.texts).zip(&texts) {
            if shown != text {
                cell.set_text_content(Some(text));
            }
        }
        self.texts = texts;
        let title = board_row::details(i18n, row, now);
        if let Some(link) = self.link.as_ref().filter(|_| self.title != title) {
            for name in ["data-details", "aria-description"] {
                let _ = link.set_attribute(name, &title);
            }
            self.title = title;
        }
        if let Some(spark) = self.spark.as_ref().filter(|_| self.curve != row.spark) {
            // Numbers only.
            spark.set_inner_html(&spark_inner(&row.spark));
            self.curve.clone_from(&row.spark);
        }
    }

    /// Says something else in the last cell, until the row moves again.
    fn announce(&mut self, text: &str) {
        if let (Some(cell), Some(shown)) = (self.cells.last(), self.texts.last_mut()) {
            cell.set_text_content(Some(text));
            text.clone_into(shown);
        }
    }

    fn class(&self, class: &str) {
        let _ = self.line.set_attribute("class", class);
    }
}

struct BoardIsland {
    area: Element,
    i18n: I18n,
    apps: Vec<AppLabel>,
    filter: BoardFilter,
    /// The server's clock minus this machine's, in milliseconds.
    ahead: i64,
    rows: BTreeMap<StreamId, LiveRow>,
    shown: BTreeMap<StreamId, Shown>,
    /// Rows that changed and are not written yet.
    changed: BTreeSet<StreamId>,
    pins: BTreeSet<i64>,
    /// Streams that were there when rows last moved: what is shown, and what comes after the last row shown. Others are new.
    known: BTreeSet<StreamId>,
    last_message: bool,
    /// When the latest event came, by the server's clock; at first, when the page was made.
    last_message_at: Millis,
    /// The numbers are dimmed, and the reason is shown instead.
    lost: Option<Lost>,
    /// The lines below the strip as they are; `None` until first written here.
    alarms: Option<Vec<Alarm>>,
    spoken: String,
    /// The summary and the tiles as they are.
    summary: Vec<String>,
    fresh: RwSignal<usize>,
    announced: RwSignal<Option<(String, String)>>,
    alert: RwSignal<String>,
}

/// Why the numbers are old.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lost {
    /// No event since then.
    Since(Millis),
    SignedOut,
}

type IslandState = Rc<RefCell<BoardIsland>>;

pub fn live_board(
    area: NodeRef<Div>,
    i18n: I18n,
    drawn: BoardContext,
    fresh: RwSignal<usize>,
    announced: RwSignal<Option<(String, String)>>,
    alert: RwSignal<String>,
) {
    Effect::new(move |_| {
        let Some(area) = area.get() else { return };
        let area: Element = area.unchecked_ref::<Element>().clone();
        let board: IslandState = Rc::new(RefCell::new(BoardIsland {
            shown: rows_of(&area),
            area: area.clone(),
            i18n: i18n.clone(),
            apps: drawn.apps.clone(),
            filter: drawn.filter.clone(),
            ahead: drawn.now - js_sys::Date::now() as i64,
            rows: BTreeMap::new(),
            changed: BTreeSet::new(),
            pins: pins(),
            known: BTreeSet::new(),
            last_message: false,
            last_message_at: Millis(drawn.now),
            lost: None,
            alarms: None,
            spoken: String::new(),
            summary: Vec::new(),
            fresh,
            announced,
            alert,
        }));
        listen(&board);
        follow_keys(&board);
        follow_search(&board);
        follow_more(&board);
        let sorted = board.clone();
        every(SORT_INTERVAL, move || sorted.borrow_mut().resort(false));
        let ticking = board.clone();
        every(CLOCK_INTERVAL, move || ticking.borrow_mut().tick());
        let gathered = board.clone();
        every(BATCH_WINDOW, move || gathered.borrow_mut().write_changed());
        let waiting = board.clone();
        set_timeout(
            move || {
                let board = waiting.borrow();
                if !document().hidden() && !board.last_message {
                    board.alert.set(board.i18n.live_updates_unavailable().to_owned());
                    set_timeout(
                        || {
                            let _ = window().location().reload();
                        },
                        SSE_TIMEOUT,
                    );
                }
            },
            SSE_TIMEOUT,
        );
        if let Ok(Some(button)) = area.query_selector(".show-new") {
            on(&button, "click", move |_: web_sys::Event| board.borrow_mut().resort(true));
        }
    });
}

/// The rows the server drew.
fn rows_of(area: &Element) -> BTreeMap<StreamId, Shown> {
    let Ok(found) = area.query_selector_all("tr[data-id]") else { return BTreeMap::new() };
    (0..found.length())
        .filter_map(|place| {
            let line = found.item(place)?.dyn_into::<Element>().ok()?;
            Some((id_of(&line)?, Shown::new(line)?))
        })
        .collect()
}

fn every(time: Duration, act: impl Fn() + 'static) {
    // An interval that the browser refuses leaves the page as it is.
    let _ = set_interval_with_handle(act, time);
}

fn pins() -> BTreeSet<i64> {
    let kept = window().local_storage().ok().flatten().and_then(|storage| storage.get_item(PINS_KEY).ok().flatten());
    kept.unwrap_or_default().split(',').filter_map(|id| id.parse().ok()).collect()
}

fn listen(board: &IslandState) {
    let board = board.clone();
    live_events::follow(move |last_message| {
        let mut board = board.borrow_mut();
        match last_message {
            SseMessage::Snapshot(json) => {
                let Some(snapshot) = parse::<SnapshotMessage>(&json) else { return };
                board.handle_message();
                board.alert.set(String::new());
                board.rows = snapshot.rows.into_iter().map(|row| (row.id, row)).collect();
                board.changed.clear();
                board.strip(&snapshot.strip);
                board.tick();
                board.welcome();
            }
            SseMessage::Change(json) => {
                let Some(change) = parse::<LiveEvent>(&json) else { return };
                board.handle_message();
                board.apply_event(change);
            }
            SseMessage::SignedOut => board.lose(Lost::SignedOut),
        }
    });
}

fn parse<T: for<'de> Deserialize<'de>>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

/// P pins the row in focus, N goes to the note of its stream, E keeps an ending one. Enter is the link's own.
fn follow_keys(board: &IslandState) {
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
            "e" | "E" => cancel_end(&board, id),
            _ => {}
        }
    });
}

/// Searches while somebody types; the address says what is searched for.
fn follow_search(board: &IslandState) {
    let Ok(Some(field)) = board.borrow().area.query_selector("[data-search]") else { return };
    let Ok(field) = field.dyn_into::<HtmlInputElement>() else { return };
    let (board, typed) = (board.clone(), field.clone());
    on(&field, "input", move |_: web_sys::Event| {
        let mut board = board.borrow_mut();
        board.filter.search = typed.value().trim().to_owned();
        board.filter.limit = ROWS_STEP;
        write_address(&[("q", &board.filter.search), ("rows", "")]);
        board.resort(true);
    });
}

/// Shows more rows in place.
fn follow_more(board: &IslandState) {
    let Ok(Some(link)) = board.borrow().area.query_selector("[data-more] a") else { return };
    let board = board.clone();
    on(&link, "click", move |event: MouseEvent| {
        let mut board = board.borrow_mut();
        // Before the first event nothing is known of the rows that are not shown: then the link does it.
        if !board.last_message || event.ctrl_key() || event.meta_key() || event.shift_key() {
            return;
        }
        event.prevent_default();
        board.filter.limit = (board.filter.limit + ROWS_STEP).min(MAX_ROWS);
        write_address(&[("rows", &board.filter.limit.to_string())]);
        board.resort(true);
    });
}

/// Changes parameters of the address without leaving the page; an empty value removes one.
fn write_address(changes: &[(&str, &str)]) {
    let location = window().location();
    let Ok(address) = location.href().and_then(|href| web_sys::Url::new(&href)) else { return };
    for (name, value) in changes {
        if value.is_empty() {
            address.search_params().delete(name);
        } else {
            address.search_params().set(name, value);
        }
    }
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&address.href()));
    }
}

/// Takes an ending back. The row says so with its next event.
fn cancel_end(board: &IslandState, id: StreamId) {
    let ending = board.borrow().rows.get(&id).is_some_and(|row| row.state == StreamState::Ending);
    if !ending {
        return;
    }
    let alert = board.borrow().alert;
    spawn_local(async move {
        if let Err(error) = keep_following(id).await {
            alert.set(error.message);
        }
    });
}

fn id_of(row: &Element) -> Option<StreamId> {
    row.get_attribute("data-id")?.parse().ok().map(StreamId)
}

impl BoardIsland {
    fn now(&self) -> Millis {
        Millis(js_sys::Date::now() as i64 + self.ahead)
    }

    /// An event came: the numbers are live.
    fn handle_message(&mut self) {
        self.last_message = true;
        self.last_message_at = self.now();
        if self.lost.take().is_some() {
            let _ = self.area.class_list().remove_1("stale");
            if let Ok(Some(place)) = self.area.query_selector("[data-lost]") {
                place.set_text_content(None);
            }
        }
    }

    /// Says in the place of the numbers why they are old.
    fn lose(&mut self, lost: Lost) {
        // Signed out explains more than the silence that follows.
        if self.lost == Some(lost) || self.lost == Some(Lost::SignedOut) {
            return;
        }
        self.lost = Some(lost);
        let _ = self.area.class_list().add_1("stale");
        let Ok(Some(place)) = self.area.query_selector("[data-lost]") else { return };
        match lost {
            Lost::Since(at) => place.set_text_content(Some(&self.i18n.not_updated_since(at))),
            Lost::SignedOut => {
                place.set_text_content(Some(&format!("{} ", self.i18n.board_signed_out())));
                if let Some(link) = sign_in_link(&self.i18n) {
                    let _ = place.append_child(&link);
                }
            }
        }
    }

    fn apply_event(&mut self, change: LiveEvent) {
        match change {
            LiveEvent::Row { row } => {
                self.changed.insert(row.id);
                self.rows.insert(row.id, *row);
            }
            LiveEvent::Gone { id } => {
                self.rows.remove(&id);
                self.changed.remove(&id);
                // It stays where it is, pale, until rows move next.
                if let Some(shown) = self.shown.get(&id) {
                    shown.class("gone");
                }
            }
            // A revision of what was sealed before changes what links show, and is no news on the board.
            LiveEvent::Sealed { again: true, .. } => {}
            LiveEvent::Sealed { id, title, coins, baseline, again: false } => {
                let sealed = self.i18n.state(StreamState::Sealed);
                if let Some(shown) = self.shown.get_mut(&id) {
                    shown.announce(sealed);
                }
                self.announced.set(Some((format!("/streams/{id}"), self.i18n.sealed_toast(&title, coins, baseline))));
            }
            LiveEvent::Strip { strip } => self.strip(&strip),
        }
    }

    /// Writes what changed since the last time, and counts what waits.
    fn write_changed(&mut self) {
        let now = self.now();
        let mut waiting = false;
        for id in std::mem::take(&mut self.changed) {
            match (self.shown.get_mut(&id), self.rows.get(&id)) {
                (Some(shown), Some(row)) => shown.write(&self.i18n, row, now),
                _ => waiting = true,
            }
        }
        if waiting {
            self.welcome();
        }
    }

    /// New rows wait to be asked for or for the next sorting, unless there is nothing they could disturb.
    fn welcome(&mut self) {
        if self.known.is_empty() {
            // The page has as many rows as it may: what it does not show comes after them.
            if self.shown.len() >= self.filter.limit {
                self.known = self.rows.keys().copied().collect();
            } else {
                self.known = self.shown.keys().copied().collect();
            }
        }
        if self.shown.is_empty() { self.resort(true) } else { self.count_fresh() }
    }

    fn is_shown(&self, row: &LiveRow, now: Millis) -> bool {
        self.filter.shows(row, &self.apps, now)
    }

    fn count_fresh(&mut self) {
        let now = self.now();
        let fresh = self.rows.values().filter(|row| !self.known.contains(&row.id) && self.is_shown(row, now)).count();
        if self.fresh.get_untracked() != fresh {
            self.fresh.set(fresh);
        }
    }

    fn strip(&mut self, of_all: &LiveStrip) {
        let find = |selector: &str| self.area.query_selector(selector).ok().flatten();
        let strip = &of_all.of_app(self.filter.app);
        let summary = board_row::summary(&self.i18n, strip);
        if self.summary != summary
            && let Some(place) = find("[data-numbers]")
        {
            place.set_text_content(None);
            for part in &summary {
                if let Some(part) = made("span", "class", "part", part) {
                    let _ = place.append_child(&part);
                    let _ = place.append_child(&document().create_text_node(" "));
                }
            }
            self.summary = summary;
        }
        for figures in &of_all.apps {
            let Some(tile) = find(&format!("[data-app=\"{}\"]", figures.app)) else { continue };
            for (part, text) in ["live", "rate", "today", "attention"].iter().zip(board_row::tile(&self.i18n, figures))
            {
                if let Ok(Some(place)) = tile.query_selector(&format!("[data-tile=\"{part}\"]"))
                    && place.text_content().as_ref() != Some(&text)
                {
                    place.set_text_content(Some(&text));
                }
            }
        }
        let counts = self.filter.counts(self.rows.values(), &self.apps, self.now());
        for (view, count) in BoardView::ALL.into_iter().zip(counts) {
            // Before the first row of all came, the server knows better.
            if let Some(place) = find(&format!("[data-count=\"{}\"]", view.name())).filter(|_| self.last_message) {
                place.set_text_content(Some(&self.i18n.number(Some(count))));
            }
        }
        if let Some(link) = find("[data-attention]") {
            link.set_text_content(Some(&self.i18n.need_attention(strip.needs_attention)));
            let _ = link.toggle_attribute_with_force("hidden", strip.needs_attention == 0);
        }
        // Only what is new is spoken, not how long it lasts by now.
        let spoken = board_row::spoken(&self.i18n, strip);
        if let Some(place) = find("[data-spoken]").filter(|_| self.spoken != spoken) {
            place.set_text_content(Some(&spoken));
        }
        self.spoken = spoken;
        let alarms = board_row::alarms(&self.i18n, strip, self.now());
        if self.alarms.as_ref() != Some(&alarms)
            && let Some(place) = find("[data-alarms]")
        {
            let table = find("table");
            let top = || table.as_ref().map_or(0.0, |table| table.get_bounding_client_rect().top());
            let before = top();
            place.set_text_content(None);
            for alarm in &alarms {
                if let Some(line) = alarm_line(alarm) {
                    let _ = place.append_child(&line);
                }
            }
            // Rows do not move under a pointer: the page moves instead.
            let moved = top() - before;
            if moved != 0.0 && self.is_touched() {
                window().scroll_by_with_x_and_y(0.0, moved);
            }
            self.alarms = Some(alarms);
        }
    }

    /// The pointer is over the table, or the focus is in it.
    fn is_touched(&self) -> bool {
        self.area.query_selector("table:hover, table :focus").ok().flatten().is_some()
    }

    fn tick(&mut self) {
        let now = self.now();
        // A hidden page receives no events and needs none.
        if now - self.last_message_at > STALE_MS && !document().hidden() {
            self.lose(Lost::Since(self.last_message_at));
        }
        for (id, shown) in &mut self.shown {
            if let Some(row) = self.rows.get(id) {
                shown.write(&self.i18n, row, now);
            }
        }
    }

    fn pin(&mut self, id: StreamId) {
        if !self.pins.remove(&id.0) {
            self.pins.insert(id.0);
        }
        let kept: Vec<String> = self.pins.iter().map(i64::to_string).collect();
        if let Ok(Some(storage)) = window().local_storage() {
            let _ = storage.set_item(PINS_KEY, &kept.join(","));
        }
        if let Some(shown) = self.shown.get(&id) {
            shown.class(if self.pins.contains(&id.0) { "pinned" } else { "" });
        }
    }

    /// Puts rows where they belong, those that waited too. Not while the pointer is over them, unless `asked`; on a wall
    /// nobody does.
    fn resort(&mut self, asked: bool) {
        let wall = self.area.closest(".kiosk").ok().flatten().is_some();
        if !self.last_message || (!wall && !asked && self.is_touched()) {
            return;
        }
        let (Ok(Some(above)), Ok(Some(below))) =
            (self.area.query_selector("tbody.attention"), self.area.query_selector("tbody.rest"))
        else {
            return;
        };
        let now = self.now();
        let mut rows: Vec<LiveRow> = self.rows.values().filter(|row| self.is_shown(row, now)).cloned().collect();
        let attention =
            board_filter::order(&mut rows, self.filter.sort, self.filter.view, |row| self.pins.contains(&row.id.0));
        let found = rows.len();
        rows.truncate(self.filter.limit);
        let wanted: BTreeSet<StreamId> = rows.iter().map(|row| row.id).collect();
        self.shown.retain(|id, shown| {
            let stays = wanted.contains(id);
            if !stays {
                shown.line.remove();
            }
            stays
        });
        for (place, row) in rows.iter().enumerate() {
            if !self.shown.contains_key(&row.id) {
                let Some(mut shown) = new_line(row, &self.apps).and_then(Shown::new) else { continue };
                shown.write(&self.i18n, row, now);
                self.shown.insert(row.id, shown);
            }
            if let Some(shown) = self.shown.get(&row.id) {
                shown.class(if self.pins.contains(&row.id.0) { "pinned" } else { "" });
                let body = if place < attention { &above } else { &below };
                let _ = body.append_child(&shown.line);
            }
        }
        self.known = self.rows.keys().copied().collect();
        self.count_fresh();
        self.show_more_rows(rows.len(), found);
    }

    /// How many rows there are beside those that are shown, and why there may be none.
    fn show_more_rows(&self, shown: usize, found: usize) {
        let find = |selector: &str| self.area.query_selector(selector).ok().flatten();
        if let Some(more) = find("[data-more]") {
            let _ = more.toggle_attribute_with_force("hidden", shown >= found);
        }
        if let Some(text) = find("[data-shown]") {
            text.set_text_content(Some(&self.i18n.live_rows_shown(shown as i64, found as i64)));
        }
        if shown == 0
            && !self.filter.search.is_empty()
            && let (Some(title), Some(hint)) = (find(".empty h2"), find(".empty p"))
        {
            title.set_text_content(Some(self.i18n.live_no_match_title()));
            hint.set_text_content(Some(self.i18n.live_no_match_hint()));
        }
    }
}

/// An element with a text.
fn made(tag: &str, name: &str, value: &str, text: &str) -> Option<Element> {
    let element = document().create_element(tag).ok()?;
    element.set_attribute(name, value).ok()?;
    element.set_text_content(Some(text));
    Some(element)
}

/// Signs in and comes back to this page.
fn sign_in_link(i18n: &I18n) -> Option<Element> {
    let location = window().location();
    let here = format!("{}{}", location.pathname().ok()?, location.search().ok()?);
    let next = String::from(js_sys::encode_uri_component(&here));
    made("a", "href", &format!("/login?next={next}"), i18n.sign_in())
}

/// A line below the strip as the server would have drawn it.
fn alarm_line(alarm: &Alarm) -> Option<Element> {
    let line = made("p", "class", alarm.class, &format!("{} ", alarm.text))?;
    if let Some(id) = &alarm.request_id {
        line.append_child(&made("span", "class", "note", &format!("{id} "))?.into()).ok()?;
    }
    line.append_child(&made("a", "href", "/status", alarm.link)?.into()).ok()?;
    Some(line)
}

/// A row as the server would have drawn it, without its moving words.
fn new_line(row: &LiveRow, apps: &[AppLabel]) -> Option<Element> {
    let make = |tag: &str, class: &str| {
        let element = document().create_element(tag).ok()?;
        element.set_attribute("class", class).ok()?;
        Some(element)
    };
    let name = |text: &str, width: usize| {
        let element = document().create_element("bdi").ok()?;
        element.set_text_content(Some(&truncate_middle(text, width)));
        Some(element)
    };
    let line = make("tr", "")?;
    line.set_attribute("data-id", &row.id.0.to_string()).ok()?;
    let head = make("th", "d-who")?;
    head.set_attribute("scope", "row").ok()?;
    let link = make("a", "")?;
    link.set_attribute("href", &format!("/streams/{}", row.id)).ok()?;
    if let Some(app) = board_row::app_label(apps, row) {
        let span = make("span", "app")?;
        let app = name(app, APP_WIDTH)?;
        span.append_child(&app).ok()?;
        link.append_child(&span).ok()?;
    }
    let (host, room) = board_row::row_name(row);
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
    for column in LIVE_COLUMNS {
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
    Some(line)
}
