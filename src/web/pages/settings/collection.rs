//! What each app's streams are found, read and ended by: shown here, set in the configuration.

use crate::config::{AppConfig, Config, MonitoredRooms};
use crate::i18n::{I18n, escape_invisible};
use crate::web::pages::page::PageContext;
use crate::web::pages::rooms::rooms_link;
use leptos::prelude::*;

/// What each app's streams are found, read and ended by. Set where the key is, not here: users who may read the console
/// sees them, and only who runs the machine changes them.
pub(super) fn collection_settings(page: &PageContext) -> AnyView {
    let i18n = &page.i18n;
    let apps = page
        .state
        .config
        .apps
        .iter()
        .map(|app| {
            let rows = i18n
                .rules_of(app, &page.state.config)
                .into_iter()
                .map(|(what, value, key)| {
                    view! {
                        <tr>
                            <th scope="row">{what}</th>
                            <td>{value}</td>
                            <td>
                                <code>{key}</code>
                            </td>
                        </tr>
                    }
                })
                .collect_view();
            view! {
                <table class="list people rules">
                    <caption>{page.app_in_full(app.id)}</caption>
                    <tbody>{rows}</tbody>
                </table>
            }
        })
        .collect_view();
    view! {
        <section class="card" aria-labelledby="rules">
            <h2 id="rules">{i18n.settings_collection().to_owned()}</h2>
            {apps}
            <p class="note">{i18n.rules_note().to_owned()}</p>
            {rooms_link(i18n)}
        </section>
    }
    .into_any()
}

impl I18n {
    /// (what, as it is, key of the configuration) of an app.
    fn rules_of(&self, app: &AppConfig, config: &Config) -> Vec<(String, String, &'static str)> {
        let seconds = |time: std::time::Duration| format!("{}\u{a0}s", time.as_secs_f64());
        let follow = match &app.follow {
            MonitoredRooms::Public => self.settings_monitor_public().to_owned(),
            MonitoredRooms::None => self.settings_monitor_manual().to_owned(),
            MonitoredRooms::Match(pattern) => self.settings_monitor_matching(&escape_invisible(&pattern.to_string())),
        };
        let quiet = match app.quiet_end_minutes {
            None => self.settings_idle_never().to_owned(),
            Some(minutes) => self.settings_idle_after(i64::from(minutes)),
        };
        let day = format!("{:02}:{:02} · {}", app.day_start / 60, app.day_start % 60, app.timezone);
        let rule = |what: &str, value, key| (what.to_owned(), value, key);
        vec![
            rule(self.settings_rule_rooms(), follow, "follow"),
            rule(self.settings_rule_interval(), seconds(config.interval(app)), "interval"),
            rule(self.settings_rule_grace(), seconds(config.collector.grace), "grace"),
            rule(self.settings_rule_idle(), quiet, "quiet_end_minutes"),
            rule(
                self.settings_rule_rate_limit(),
                self.percent((app.budget_share * 100.0).round() as i64),
                "budget_share",
            ),
            rule(self.settings_rule_day(), day, "day_start, timezone"),
        ]
    }

    fn rules_note(&self) -> &'static str {
        self.settings_collection_hint()
    }
}
