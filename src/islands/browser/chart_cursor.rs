//! The cursor: a line in each chart of its area, and the values at its time in words.

use super::on;
use crate::charts::value_at;
use crate::domain::{Counter, Millis};
use crate::lang::Words;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use std::cell::Cell;
use std::rc::Rc;
use web_sys::{Element, KeyboardEvent, PointerEvent};

/// One chart as its SVG tells of itself.
struct Chart {
    svg: Element,
    line: Element,
    counter: Counter,
    from: i64,
    step: i64,
    values: Vec<Option<i64>>,
    /// Values stand at points of time, not for spans.
    points: bool,
}

impl Chart {
    fn read(svg: Element) -> Option<Self> {
        let number = |name: &str| svg.get_attribute(name)?.parse::<i64>().ok();
        let values = svg.get_attribute("data-values")?.split(',').map(|value| value.parse().ok()).collect();
        let line = document().create_element_ns(Some("http://www.w3.org/2000/svg"), "line").ok()?;
        for (name, value) in [("class", "cursor"), ("y1", "0"), ("y2", "100%"), ("visibility", "hidden")] {
            line.set_attribute(name, value).ok()?;
        }
        svg.append_child(&line).ok()?;
        Some(Self {
            counter: Counter::from_name(&svg.get_attribute("data-counter")?)?,
            from: number("data-from")?,
            step: number("data-step")?.max(1),
            points: svg.has_attribute("data-points"),
            values,
            line,
            svg,
        })
    }

    fn span(&self) -> i64 {
        let steps = if self.points { self.values.len().max(2) - 1 } else { self.values.len().max(1) };
        steps as i64 * self.step
    }

    fn show(&self, at: Option<i64>) {
        let place = at.map(|at| ((at - self.from) as f64 * 100.0 / self.span() as f64).clamp(0.0, 100.0));
        let _ = match place {
            Some(place) => {
                let place = format!("{place:.2}%");
                let _ = self.line.set_attribute("x1", &place);
                let _ = self.line.set_attribute("x2", &place);
                self.line.remove_attribute("visibility")
            }
            None => self.line.set_attribute("visibility", "hidden"),
        };
    }

    fn value(&self, at: i64) -> Option<i64> {
        value_at(&self.values, self.from, self.step, self.points, at)
    }
}

pub fn chart_cursor(area: NodeRef<Div>, words: Words, spoken: RwSignal<String>) {
    Effect::new(move |_| {
        let Some(area) = area.get() else { return };
        let Ok(found) = area.query_selector_all("svg[data-values]") else { return };
        let charts: Vec<Chart> =
            (0..found.length()).filter_map(|place| Chart::read(found.item(place)?.dyn_into().ok()?)).collect();
        let Some(first) = charts.first() else { return };
        let (from, step, span) = (first.from, first.step, first.span());
        for (name, value) in [("tabindex", "0"), ("role", "group")] {
            let _ = area.set_attribute(name, value);
        }
        let label: Vec<String> = charts.iter().map(|chart| words.counter(chart.counter)).collect();
        let _ = area.set_attribute("aria-label", &label.join(", "));

        let words = words.clone();
        let place: Rc<Cell<Option<i64>>> = Rc::default();
        let charts = Rc::new(charts);
        let show = {
            let (place, charts) = (place.clone(), charts.clone());
            Rc::new(move |at: Option<i64>| {
                place.set(at);
                charts.iter().for_each(|chart| chart.show(at));
                spoken.set(at.map_or_else(String::new, |at| {
                    let values: Vec<String> =
                        charts.iter().map(|chart| words.labelled_or_unknown(chart.counter, chart.value(at))).collect();
                    let time = if step < 60_000 { words.hms(Millis(at)) } else { words.hm(Millis(at)) };
                    format!("{time} · {}", values.join(" · "))
                }));
            })
        };
        let (follow, shown) = (show.clone(), charts.clone());
        let point = move |event: PointerEvent| {
            let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
            let Ok(Some(svg)) = target.closest("svg[data-values]") else { return };
            let Some(chart) = shown.iter().find(|chart| chart.svg == svg) else { return };
            let bounds = svg.get_bounding_client_rect();
            let share = (f64::from(event.client_x()) - bounds.left()) / bounds.width().max(1.0);
            let steps = (share.clamp(0.0, 0.9999) * chart.span() as f64 / chart.step as f64).floor() as i64;
            follow(Some(chart.from + steps * chart.step));
        };
        let pointed = point.clone();
        on(&area, "pointermove", point);
        on(&area, "pointerdown", pointed);
        let leave = show.clone();
        on(&area, "pointerleave", move |event: PointerEvent| {
            // A finger that is lifted leaves the value to be read.
            if event.pointer_type() == "mouse" {
                leave(None);
            }
        });
        on(&area, "keydown", move |event: KeyboardEvent| {
            let now = place.get().unwrap_or(from);
            let stride = if event.shift_key() { step * 10 } else { step };
            let next = match event.key().as_str() {
                "ArrowLeft" => now - stride,
                "ArrowRight" if place.get().is_none() => from,
                "ArrowRight" => now + stride,
                "Home" => from,
                "End" => from + span - step,
                "Escape" => return show(None),
                _ => return,
            };
            event.prevent_default();
            show(Some(next.clamp(from, from + span - step)));
        });
    });
}
