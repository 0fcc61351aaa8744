//! Proportions of totals, each with its arithmetic.

use crate::domain::numbers::ratio::{Ratio, RatioKind, ratios};
use crate::domain::{Counter, Totals};
use crate::i18n::I18n;
use leptos::prelude::*;

/// A proportion as the page prints it: whole from 10 on, else one decimal; "at least" is never rounded up.
fn ratio_text(i18n: &I18n, ratio: &Ratio) -> Option<String> {
    let thousandths = ratio.thousandths?;
    let text = if thousandths >= 10_000 {
        i18n.integer(if ratio.at_least { thousandths / 1000 } else { (thousandths + 500) / 1000 })
    } else {
        let tenths = if ratio.at_least { thousandths / 100 } else { (thousandths + 50) / 100 };
        if tenths % 10 == 0 { (tenths / 10).to_string() } else { format!("{}.{}", tenths / 10, tenths % 10) }
    };
    Some(if ratio.kind == RatioKind::GiftersPer100Entries { i18n.at_least_of_100(&text) } else { text })
}

fn ratio_label(i18n: &I18n, kind: RatioKind) -> String {
    match kind {
        RatioKind::CoinsPer100Entries => i18n.per_100_entries(Counter::Coins),
        RatioKind::MessagesPer100Entries => i18n.per_100_entries(Counter::Messages),
        RatioKind::LikesPer100Entries => i18n.per_100_entries(Counter::Likes),
        RatioKind::GiftsPer100Entries => i18n.per_100_entries(Counter::Gifts),
        RatioKind::CoinsPerGifter => i18n.per_gifter(Counter::Coins),
        RatioKind::GiftsPerGifter => i18n.per_gifter(Counter::Gifts),
        RatioKind::CoinsPerGift => i18n.per_gift(Counter::Coins),
        RatioKind::GiftersPer100Entries => i18n.ratio_gifters().to_owned(),
    }
}

/// Number of ratios shown at once; the others are folded.
const FIRST_RATIOS: usize = 4;

/// The proportions; each opens its arithmetic.
pub(super) fn proportions(i18n: &I18n, totals: &Totals) -> AnyView {
    let mut rows = ratios(totals)
        .into_iter()
        .filter_map(|ratio| {
            let text = ratio_text(i18n, &ratio)?;
            let (above, below) = (i18n.number(ratio.numerator), i18n.number(ratio.denominator));
            let factor = if ratio.factor == 1 { String::new() } else { format!(" × {}", ratio.factor) };
            Some(view! {
                <details class="ratio">
                    <summary>
                        <span>{ratio_label(i18n, ratio.kind)}</span>
                        <b>{text}</b>
                    </summary>
                    <p class="note">{format!("{above} ÷ {below}{factor}")}</p>
                </details>
            })
        })
        .collect::<Vec<_>>();
    if rows.is_empty() {
        return ().into_any();
    }
    let more = rows.split_off(rows.len().min(FIRST_RATIOS));
    let more = (!more.is_empty()).then(|| {
        view! {
            <details class="more-ratios">
                <summary>{i18n.report_more_ratios()}</summary>
                {more}
            </details>
        }
    });
    view! {
        <section id="proportion" class="proportion" aria-labelledby="proportion-title">
            <h2 id="proportion-title">{i18n.report_ratios()} <small>{i18n.report_ratios_hint()}</small></h2>
            <div class="ratios">{rows}</div>
            {more}
        </section>
    }
    .into_any()
}
