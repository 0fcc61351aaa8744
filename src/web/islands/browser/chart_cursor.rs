//! The cursor: a line in each chart of its area, and the values at its time in words; and how far the chart is drawn out.

use super::on;
use crate::domain::{Counter, Millis};
use crate::i18n::I18n;
use crate::web::view::charts::{time_ticks, value_at};
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use web_sys::{Element, HtmlElement, KeyboardEvent, PointerEvent};

/// One chart as its SVG describes it.
struct Chart {
    svg: Element,
    line: Element,
    counter: Counter,
    from: i64,
    step: i64,
    values: Vec<Option<i64>>,
    /// Values are of points in time, not for spans.
    points: bool,
    /// The cumulative baseline, and its step.
    baseline: Option<(Vec<Option<i64>>, i64)>,
    /// Where its value is written, and the text before.
    reading: Option<(Element, String)>,
}

/// Makes an element of a drawing.
fn drawn(name: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    let element = document().create_element_ns(Some("http://www.w3.org/2000/svg"), name).ok()?;
    attributes.iter().for_each(|(name, value)| set(&element, name, value));
    Some(element)
}

fn set(element: &Element, name: &str, value: &str) {
    // A name that cannot be an attribute is a programming error; the page stays as it was.
    let _ = element.set_attribute(name, value);
}

fn list(text: &str) -> Vec<Option<i64>> {
    text.split(',').map(|value| value.parse().ok()).collect()
}

impl Chart {
    fn read(svg: Element) -> Option<Self> {
        let number = |name: &str| svg.get_attribute(name)?.parse::<i64>().ok();
        let line = drawn("line", &[("class", "cursor"), ("y1", "0"), ("y2", "100%"), ("visibility", "hidden")])?;
        svg.append_child(&line).ok()?;
        let figure = svg.closest("figure").ok().flatten();
        let reading = figure.and_then(|figure| figure.query_selector("[data-reading]").ok().flatten());
        Some(Self {
            counter: Counter::from_name(&svg.get_attribute("data-counter")?)?,
            from: number("data-from")?,
            step: number("data-step")?.max(1),
            points: svg.has_attribute("data-points"),
            values: list(&svg.get_attribute("data-values")?),
            baseline: svg
                .get_attribute("data-baseline")
                .map(|baseline| list(&baseline))
                .zip(number("data-baseline-step")),
            reading: reading.map(|element| {
                let text = element.text_content().unwrap_or_default();
                (element, text)
            }),
            line,
            svg,
        })
    }

    fn span(&self) -> i64 {
        let steps = if self.points { self.values.len().max(2) - 1 } else { self.values.len().max(1) };
        steps as i64 * self.step
    }

    /// How far along the chart a time is, from 0 to 1.
    fn part(&self, at: i64) -> f64 {
        ((at - self.from) as f64 / self.span() as f64).clamp(0.0, 1.0)
    }

    fn show(&self, at: Option<i64>, i18n: &I18n) {
        if let Some((element, text)) = &self.reading {
            let number = at.map(|at| i18n.number(self.value(at)));
            element.set_text_content(Some(number.as_deref().unwrap_or(text)));
        }
        match at {
            Some(at) => {
                // In the middle of a span, on a point.
                let middle = if self.points { 0 } else { self.step / 2 };
                let place = format!("{:.2}%", self.part(at + middle) * 100.0);
                set(&self.line, "x1", &place);
                set(&self.line, "x2", &place);
                let _ = self.line.remove_attribute("visibility");
            }
            None => set(&self.line, "visibility", "hidden"),
        }
    }

    fn value(&self, at: i64) -> Option<i64> {
        value_at(&self.values, self.from, self.step, self.points, at)
    }

    /// The baseline at that time, straight between its steps.
    fn baseline_at(&self, at: i64) -> Option<i64> {
        let (baseline, step) = self.baseline.as_ref()?;
        let (since, step) = ((at - self.from).max(0), (*step).max(1));
        let place = usize::try_from(since / step).ok()?;
        let here = baseline.get(place).copied().flatten()?;
        let next = baseline.get(place + 1).copied().flatten().unwrap_or(here);
        Some(here + (next - here) * (since % step) / step)
    }
}

/// What a cursor and its charts share.
struct Area {
    i18n: I18n,
    charts: Vec<Chart>,
    plots: Element,
    handle: HtmlElement,
    shown: RwSignal<String>,
    /// The time under the cursor.
    place: Cell<Option<i64>>,
    /// How many times its width the chart is drawn out.
    level: Cell<f64>,
    /// Times of the axis drawn for this level.
    times: RefCell<Vec<Element>>,
    /// Where a mouse was pressed.
    pressed: Cell<Option<f64>>,
    /// Where a stretch began to be dragged, and its mark.
    dragged: RefCell<Option<(f64, Element)>>,
}

impl Area {
    fn first(&self) -> &Chart {
        &self.charts[0]
    }

    fn last_place(&self) -> i64 {
        let chart = self.first();
        chart.from + if chart.points { chart.span() } else { chart.span() - chart.step }
    }

    /// Puts the cursor at a time, or away.
    fn show(&self, at: Option<i64>) {
        let chart = self.first();
        let at = at.map(|at| at.clamp(chart.from, self.last_place()));
        self.place.set(at);
        self.charts.iter().for_each(|chart| chart.show(at, &self.i18n));
        let Some(at) = at else {
            self.shown.set(String::new());
            let _ = self.handle.remove_attribute("aria-valuetext");
            return;
        };
        let i18n = &self.i18n;
        let time = if chart.step < 60_000 { i18n.hms(Millis(at)) } else { i18n.hm(Millis(at)) };
        let mut values: Vec<String> =
            self.charts.iter().map(|chart| i18n.labelled_or_unknown(chart.counter, chart.value(at))).collect();
        values.extend(
            chart.baseline_at(at).map(|baseline| format!("{} {}", i18n.chart_typical(), i18n.integer(baseline))),
        );
        let text = format!("{time} · {}", values.join(" · "));
        set(&self.handle, "aria-valuenow", &((at - chart.from) / chart.step).to_string());
        set(&self.handle, "aria-valuetext", &text);
        // Where each chart writes its own value, the time is enough.
        self.shown.set(if chart.reading.is_some() { time } else { text });
    }

    /// The time at a place of the screen, over whichever chart it is.
    fn time_at(&self, svg: &Element, x: f64) -> Option<i64> {
        let chart = self.charts.iter().find(|chart| chart.svg == *svg)?;
        let bounds = svg.get_bounding_client_rect();
        let share = ((x - bounds.left()) / bounds.width().max(1.0)).clamp(0.0, 0.9999);
        let steps = share * chart.span() as f64 / chart.step as f64;
        let steps = if chart.points { steps.round() } else { steps.floor() };
        Some(chart.from + steps as i64 * chart.step)
    }

    /// The largest zoom of the chart: ten values stay visible.
    fn most(&self) -> f64 {
        (self.first().values.len() as f64 / 10.0).clamp(1.0, 24.0)
    }

    /// Zooms the chart by this factor, with this part of it in the middle.
    fn zoom(&self, level: f64, middle: f64) {
        let level = level.clamp(1.0, self.most());
        self.level.set(level);
        let svg = &self.first().svg;
        set(svg, "width", &format!("{:.0}%", level * 100.0));
        let zoomed = level > 1.0;
        let _ = self.plots.class_list().toggle_with_force("zoomed", zoomed);
        for old in self.times.take() {
            old.remove();
        }
        if zoomed {
            self.draw_times(svg, level);
        }
        let (wide, seen) = (f64::from(self.plots.scroll_width()), f64::from(self.plots.client_width()));
        self.plots.set_scroll_left((wide * middle - seen / 2.0).max(0.0) as i32);
        self.scrolled();
    }

    fn draw_times(&self, svg: &Element, level: f64) {
        let chart = self.first();
        let (from, until) = (Millis(chart.from), Millis(chart.from + chart.span()));
        let mut times = self.times.borrow_mut();
        for tick in time_ticks(&self.i18n.zone, from, until, (level * 4.0) as i64) {
            let x = format!("{:.2}%", chart.part(tick.0) * 100.0);
            let place = [("class", "tick fine"), ("x", &x), ("y", "100%"), ("dy", "16"), ("text-anchor", "middle")];
            if let Some(text) = drawn("text", &place) {
                text.set_text_content(Some(&self.i18n.hm(tick)));
                if svg.append_child(&text).is_ok() {
                    times.push(text);
                }
            }
        }
    }

    /// The labels of levels stay where they can be read.
    fn scrolled(&self) {
        let left = self.plots.scroll_left().to_string();
        if let Ok(labels) = self.first().svg.query_selector_all(".level") {
            for label in (0..labels.length()).filter_map(|place| labels.item(place)?.dyn_into::<Element>().ok()) {
                set(&label, "x", &left);
            }
        }
    }

    /// The part of the chart in the middle of what is seen, or under the cursor.
    fn center(&self) -> f64 {
        match self.place.get() {
            Some(at) => self.first().part(at),
            None => {
                let (left, seen) = (f64::from(self.plots.scroll_left()), f64::from(self.plots.client_width()));
                (left + seen / 2.0) / f64::from(self.plots.scroll_width()).max(1.0)
            }
        }
    }

    /// Brings the cursor into what is seen.
    fn follow(&self) {
        let Some(at) = self.place.get().filter(|_| self.level.get() > 1.0) else { return };
        let x = f64::from(self.plots.scroll_width()) * self.first().part(at);
        let (left, seen) = (f64::from(self.plots.scroll_left()), f64::from(self.plots.client_width()));
        if x < left || x > left + seen {
            self.plots.set_scroll_left((x - seen / 2.0).max(0.0) as i32);
        }
    }

    fn by(&self, what: &str) {
        match what {
            "in" => self.zoom(self.level.get() * 2.0, self.center()),
            "out" => self.zoom(self.level.get() / 2.0, self.center()),
            _ => self.zoom(1.0, 0.0),
        }
    }

    /// Marks what is dragged over with a mouse.
    fn drag(&self, svg: &Element, x: f64) {
        let mut dragged = self.dragged.borrow_mut();
        let bounds = svg.get_bounding_client_rect();
        let place = (x - bounds.left()).clamp(0.0, bounds.width());
        if dragged.is_none() {
            let start = self.pressed.get().unwrap_or(place);
            let mark = drawn("rect", &[("class", "dragged"), ("y", "0"), ("height", "100%"), ("width", "0")]);
            *dragged = mark.filter(|mark| svg.append_child(mark).is_ok()).map(|mark| (start, mark));
        }
        if let Some((start, mark)) = dragged.as_ref() {
            set(mark, "x", &format!("{:.0}", start.min(place)));
            set(mark, "width", &format!("{:.0}", (place - start).abs()));
        }
    }

    /// Draws out what was dragged over, where that was more than a trembling hand.
    fn dropped(&self, x: Option<f64>) {
        let Some((start, mark)) = self.dragged.take() else { return };
        mark.remove();
        let bounds = self.first().svg.get_bounding_client_rect();
        let Some(end) = x.map(|x| (x - bounds.left()).clamp(0.0, bounds.width())) else { return };
        if (end - start).abs() > 12.0 {
            let seen = f64::from(self.plots.client_width());
            self.zoom(self.level.get() * seen / (end - start).abs(), (start + end) / 2.0 / bounds.width().max(1.0));
        }
    }
}

pub fn chart_cursor(area: NodeRef<Div>, i18n: I18n, shown: RwSignal<String>) {
    Effect::new(move |_| {
        if let Some(area) = area.get() {
            // A drawing of another version stays as it is.
            let _ = wake(&area, i18n.clone(), shown);
        }
    });
}

fn wake(area: &Element, i18n: I18n, shown: RwSignal<String>) -> Option<()> {
    let one = |selector: &str| area.query_selector(selector).ok().flatten();
    let found = area.query_selector_all("svg[data-values]").ok()?;
    let charts: Vec<Chart> =
        (0..found.length()).filter_map(|place| Chart::read(found.item(place)?.dyn_into().ok()?)).collect();
    charts.first()?;
    let (plots, handle) = (one(".plots")?, one(".handle")?.dyn_into::<HtmlElement>().ok()?);
    let buttons = one(".zoom");
    let zooms = buttons.is_some();
    let shared = Rc::new(Area {
        i18n,
        charts,
        plots: plots.clone(),
        handle: handle.clone(),
        shown,
        place: Cell::new(None),
        level: Cell::new(1.0),
        times: RefCell::default(),
        pressed: Cell::new(None),
        dragged: RefCell::default(),
    });
    let steps = (shared.last_place() - shared.first().from) / shared.first().step;
    for (name, value) in [("tabindex", "0"), ("aria-valuemin", "0"), ("aria-valuemax", &steps.to_string())] {
        set(&handle, name, value);
    }
    let _ = handle.remove_attribute("hidden");

    let over =
        |event: &PointerEvent| event.target()?.dyn_into::<Element>().ok()?.closest("svg[data-values]").ok().flatten();
    let this = shared.clone();
    on(area, "pointermove", move |event: PointerEvent| {
        let Some(svg) = over(&event) else { return };
        if let Some(at) = this.time_at(&svg, f64::from(event.client_x())) {
            this.show(Some(at));
        }
        if zooms && event.pointer_type() == "mouse" && event.buttons() == 1 {
            this.drag(&svg, f64::from(event.client_x()));
        }
    });
    let this = shared.clone();
    on(area, "pointerdown", move |event: PointerEvent| {
        let x = f64::from(event.client_x());
        let svg = over(&event);
        this.pressed.set(svg.as_ref().map(|svg| x - svg.get_bounding_client_rect().left()));
        if let Some(at) = svg.and_then(|svg| this.time_at(&svg, x)) {
            this.show(Some(at));
        }
    });
    let this = shared.clone();
    on(area, "pointerup", move |event: PointerEvent| this.dropped(Some(f64::from(event.client_x()))));
    let this = shared.clone();
    on(area, "pointerleave", move |event: PointerEvent| {
        this.dropped(None);
        // A finger that is lifted leaves the value to be read.
        if event.pointer_type() == "mouse" {
            this.show(None);
        }
    });
    let this = shared.clone();
    on(&handle, "focus", move |_: web_sys::Event| {
        if this.place.get().is_none() {
            this.show(Some(this.first().from));
        }
    });
    let this = shared.clone();
    on(&handle, "keydown", move |event: KeyboardEvent| {
        let (first, step) = (this.first().from, this.first().step);
        let now = this.place.get().unwrap_or(first);
        let stride = if event.shift_key() { step * 10 } else { step };
        let next = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => now - stride,
            "ArrowRight" | "ArrowUp" => now + stride,
            "PageDown" => now - step * 10,
            "PageUp" => now + step * 10,
            "Home" => first,
            "End" => this.last_place(),
            "Escape" => return this.show(None),
            "+" | "=" if zooms => return this.by("in"),
            "-" if zooms => return this.by("out"),
            "0" if zooms => return this.by("whole"),
            _ => return,
        };
        event.prevent_default();
        this.show(Some(next));
        this.follow();
    });
    if let Some(buttons) = buttons.filter(|_| shared.most() > 1.0) {
        let _ = buttons.remove_attribute("hidden");
        let this = shared.clone();
        on(&buttons, "click", move |event: web_sys::Event| {
            let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            if let Some(what) = target.and_then(|target| target.get_attribute("data-zoom")) {
                this.by(&what);
            }
        });
    }
    on(&plots, "scroll", move |_: web_sys::Event| shared.scrolled());
    Some(())
}
