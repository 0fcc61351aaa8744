//! The server's events, over one connection per browser: browsers open six per host, and a user more tabs than that.
//!
//! The tab that holds the lock receives the server's events and passes them on; the others wait for the lock. A tab that is not
//! seen neither listens nor holds it. Without Web Locks (no https, an old browser) each tab that is seen listens itself.

use super::on;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;
use wasm_bindgen_futures::JsFuture;
use web_sys::{BroadcastChannel, EventSource, MessageEvent};

/// The lock and the channel.
const CHANNEL_NAME: &str = "aftershow.events";
/// Time until the next try after a response without events, as while the server starts.
const RETRY_DELAY: Duration = Duration::from_secs(5);
/// While nobody is signed in here: it may happen in another tab.
const SIGNED_OUT_RETRY_DELAY: Duration = Duration::from_secs(30);
/// A tab that has just been shown asks for a snapshot.
const HELLO: &str = "asks";

/// An event that a page receives.
pub enum SseMessage {
    /// The whole board, as JSON.
    Snapshot(String),
    /// One change, as JSON.
    Change(String),
    /// The session has ended: no events until a user signs in.
    SignedOut,
}

impl SseMessage {
    /// How tabs send it to each other: one letter for the kind, then the JSON.
    fn to_text(&self) -> String {
        match self {
            Self::Snapshot(json) => format!("S{json}"),
            Self::Change(json) => format!("C{json}"),
            Self::SignedOut => "O".to_owned(),
        }
    }

    fn from_text(text: &str) -> Option<Self> {
        let (kind, json) = text.split_at_checked(1)?;
        match kind {
            "S" => Some(Self::Snapshot(json.to_owned())),
            "C" => Some(Self::Change(json.to_owned())),
            "O" => Some(Self::SignedOut),
            _ => None,
        }
    }
}

/// A connection and what listens to it; dropped, it is closed.
struct EventConnection {
    events: EventSource,
    listeners: Vec<Closure<dyn FnMut(web_sys::Event)>>,
}

impl EventConnection {
    fn on<E: JsCast + 'static>(&mut self, name: &str, mut listener: impl FnMut(E) + 'static) {
        let closure = Closure::new(move |event: web_sys::Event| listener(event.unchecked_into()));
        let _ = self.events.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
        self.listeners.push(closure);
    }
}

impl Drop for EventConnection {
    fn drop(&mut self) {
        self.events.close();
    }
}

struct EventSubscription {
    on_message: Box<dyn Fn(SseMessage)>,
    channel: Option<BroadcastChannel>,
    source: RefCell<Option<EventConnection>>,
    /// Gives the lock back.
    release: RefCell<Option<js_sys::Function>>,
    /// The lock was asked for and has not come yet.
    waits: Cell<bool>,
}

/// Receives events for as long as the page lives, while it is visible.
pub fn follow(on_message: impl Fn(SseMessage) + 'static) {
    let subscription = Rc::new(EventSubscription {
        on_message: Box::new(on_message),
        channel: locks().and_then(|_| BroadcastChannel::new(CHANNEL_NAME).ok()),
        source: RefCell::new(None),
        release: RefCell::new(None),
        waits: Cell::new(false),
    });
    if let Some(channel) = &subscription.channel {
        let listener = subscription.clone();
        on(channel, "message", move |event: MessageEvent| {
            let Some(text) = event.data().as_string() else { return };
            if text == HELLO {
                // A tab that reconnects gets a snapshot, and so do all.
                if listener.source.borrow().is_some() {
                    listener.connect();
                }
            } else if !document().hidden()
                && let Some(message) = SseMessage::from_text(&text)
            {
                (listener.on_message)(message);
            }
        });
    }
    subscription.wake();
    on(
        &document(),
        "visibilitychange",
        move |_: web_sys::Event| {
            if document().hidden() { subscription.sleep() } else { subscription.wake() }
        },
    );
}

/// `navigator.locks`, where the browser has it. web-sys counts it among what is not stable yet.
fn locks() -> Option<JsValue> {
    let locks = js_sys::Reflect::get(&window().navigator(), &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

/// Asks for the lock; `held` is called with it, and it is given back when the promise that `held` returns is kept. `None`,
/// or `refused` is called, where the browser gives no locks here.
fn request_lock(
    locks: &JsValue,
    held: impl FnOnce() -> js_sys::Promise + 'static,
    refused: impl FnOnce() + 'static,
) -> Option<()> {
    let request: js_sys::Function = js_sys::Reflect::get(locks, &"request".into()).ok()?.dyn_into().ok()?;
    let promise = request.call2(locks, &CHANNEL_NAME.into(), &Closure::once_into_js(held)).ok()?;
    let promise: js_sys::Promise = promise.dyn_into().ok()?;
    spawn_local(async move {
        if JsFuture::from(promise).await.is_err() {
            refused();
        }
    });
    Some(())
}

/// Whether the server refuses events because the session has ended. An EventSource does not say why it failed.
async fn is_signed_out() -> bool {
    let head = web_sys::RequestInit::new();
    head.set_method("HEAD");
    match JsFuture::from(window().fetch_with_str_and_init("/events", &head)).await {
        Ok(answer) => answer.unchecked_into::<web_sys::Response>().status() == 401,
        // No answer at all: the server is away, which says nothing about the session.
        Err(_) => false,
    }
}

impl EventSubscription {
    fn wake(self: &Rc<Self>) {
        if document().hidden() {
            return;
        }
        let Some((locks, channel)) = locks().zip(self.channel.as_ref()) else {
            self.connect();
            return;
        };
        let _ = channel.post_message(&HELLO.into());
        if self.waits.replace(true) {
            return;
        }
        let subscription = self.clone();
        let held = move || {
            subscription.waits.set(false);
            if document().hidden() {
                return js_sys::Promise::resolve(&JsValue::NULL);
            }
            subscription.connect();
            js_sys::Promise::new(&mut |resolve, _| *subscription.release.borrow_mut() = Some(resolve))
        };
        let refused = self.clone();
        if request_lock(&locks, held, move || refused.alone()).is_none() {
            self.alone();
        }
    }

    /// There are no locks: this tab receives the server's events itself.
    fn alone(self: &Rc<Self>) {
        self.waits.set(false);
        if !document().hidden() {
            self.connect();
        }
    }

    fn sleep(&self) {
        self.source.take();
        if let Some(release) = self.release.take() {
            let _ = release.call0(&JsValue::NULL);
        }
    }

    /// Receives the server's events from now on, with a snapshot first.
    fn connect(self: &Rc<Self>) {
        let Ok(events) = EventSource::new("/events") else { return };
        let mut source = EventConnection { events, listeners: Vec::new() };
        for (name, message) in
            [("snapshot", SseMessage::Snapshot as fn(String) -> SseMessage), ("message", SseMessage::Change)]
        {
            let subscription = self.clone();
            source.on(name, move |event: MessageEvent| {
                if let Some(json) = event.data().as_string() {
                    subscription.publish(message(json));
                }
            });
        }
        let (subscription, failed) = (self.clone(), source.events.clone());
        source.on("error", move |_: web_sys::Event| {
            // The browser reconnects on its own while it connects; an answer that holds no events it takes for final.
            if failed.ready_state() == EventSource::CLOSED {
                let (subscription, failed) = (subscription.clone(), failed.clone());
                spawn_local(async move {
                    let signed_out = is_signed_out().await;
                    if signed_out {
                        subscription.publish(SseMessage::SignedOut);
                    }
                    let again = move || {
                        let current =
                            subscription.source.borrow().as_ref().is_some_and(|source| source.events == failed);
                        if current {
                            subscription.connect();
                        }
                    };
                    set_timeout(again, if signed_out { SIGNED_OUT_RETRY_DELAY } else { RETRY_DELAY });
                });
            }
        });
        self.source.replace(Some(source));
    }

    fn publish(&self, message: SseMessage) {
        if let Some(channel) = &self.channel {
            let _ = channel.post_message(&message.to_text().into());
        }
        (self.on_message)(message);
    }
}
