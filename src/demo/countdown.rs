//! The sentence of the demo's strip, and the island that updates it each second.

use super::story::{self, Announcement};
use crate::domain::Millis;
use crate::i18n::I18n;
use leptos::prelude::*;

/// "Demo · next: 小鹿 ends in 0:42"; before the first sign-in, that it waits for it.
pub fn next_step(i18n: &I18n, began: Option<Millis>, now: Millis) -> String {
    let Some(began) = began else {
        return i18n.demo_waits_for_sign_in().to_owned();
    };
    let next = story::next(began, now);
    let seconds = ((next.due - now).max(0) + 999) / 1000;
    let time = format!("{}:{:02}", seconds / 60, seconds % 60);
    i18n.demo_next_cue(&announcement(i18n, next.what, next.name), &time)
}

fn announcement(i18n: &I18n, what: Announcement, name: &str) -> String {
    match what {
        Announcement::Starts => i18n.demo_cue_starts(name),
        Announcement::Battle => i18n.demo_cue_battle(name),
        Announcement::Best => i18n.demo_cue_record(name),
        Announcement::Whale => i18n.demo_cue_large_gift(name),
        Announcement::CutOff => i18n.demo_cue_no_response(name),
        Announcement::MaybeEnding => i18n.demo_cue_possibly_ended(name),
        Announcement::Recovers => i18n.demo_cue_recovers(name),
        Announcement::Ends => i18n.demo_cue_ends(name),
        Announcement::Replay => i18n.demo_cue_replay().to_owned(),
    }
}

/// `began` is when the present run of the story began, `now` the server's clock when the page was made.
#[island]
pub fn DemoStrip(i18n: I18n, began: i64, now: i64) -> impl IntoView {
    let text = RwSignal::new(next_step(&i18n, Some(Millis(began)), Millis(now)));
    #[cfg(feature = "hydrate")]
    {
        let ahead = now - js_sys::Date::now() as i64;
        // An interval that the browser refuses leaves the sentence as the server wrote it.
        let _ = set_interval_with_handle(
            move || text.set(next_step(&i18n, Some(Millis(began)), Millis(js_sys::Date::now() as i64 + ahead))),
            std::time::Duration::from_secs(1),
        );
    }
    view! { <span>{text}</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn the_strip_counts_down_in_the_readers_language() {
        let i18n = |lang| I18n { lang, ..I18n::default() };
        let began = Some(Millis(0));
        assert_eq!(next_step(&i18n(Lang::En), began, Millis(53_000 + 32_500)), "Demo · next: 小鹿 ends in 0:10");
        assert_eq!(next_step(&i18n(Lang::En), began, Millis(95_000)), "Demo · next: 小鹿 starts in 2:25");
        assert_eq!(next_step(&i18n(Lang::Zh), began, Millis(53_000 + 32_500)), "演示 · 接下来：0:10 后小鹿 下播");
        assert!(next_step(&i18n(Lang::Ja), None, Millis(0)).starts_with("デモ"));
    }
}
