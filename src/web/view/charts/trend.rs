//! A counter over streams: one bar per stream, oldest first, with the median across.

use super::share;
use leptos::prelude::*;

/// One stream's total, and the text of its tooltip.
pub struct TrendBar {
    pub total: Option<i64>,
    pub title: String,
}

/// Bars on a zero baseline. An unknown total is hatched, not low; `median` is drawn across. `label` is for who does not see.
pub fn trend_chart(bars: &[TrendBar], median: Option<i64>, label: String) -> AnyView {
    let most = super::ceiling(bars.iter().filter_map(|bar| bar.total).chain(median));
    let slots = bars.len() as i64 * 10;
    let drawn = bars
        .iter()
        .enumerate()
        .map(|(place, bar)| {
            let (x, width) = (share(place as i64 * 10 + 1, slots), share(8, slots));
            let title = bar.title.clone();
            match bar.total {
                Some(total) => view! {
                    <rect class="total" x=x y=share(most - total, most) width=width height=share(total, most)>
                        <title>{title}</title>
                    </rect>
                }
                .into_any(),
                None => view! {
                    <rect x=x width=width height="100%" fill="url(#gap)">
                        <title>{title}</title>
                    </rect>
                }
                .into_any(),
            }
        })
        .collect_view();
    let across = median.map(|median| {
        let y = share(most - median, most);
        view! { <line class="baseline" x1="0" x2="100%" y1=y.clone() y2=y></line> }
    });
    view! {
        <svg class="chart trend-bars" width="100%" role="img" aria-label=label>
            {drawn}
            {across}
            <line class="base" x1="0" x2="100%" y1="100%" y2="100%"></line>
        </svg>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_total_is_hatched_and_zero_is_a_bar_without_height() {
        let bar = |total| TrendBar { total, title: "<b>".to_owned() };
        let html = trend_chart(&[bar(Some(0)), bar(None), bar(Some(100))], Some(50), "l".to_owned()).to_html();
        assert_eq!(html.matches("url(#gap)").count(), 1);
        assert_eq!(html.matches("class=\"total\"").count(), 2);
        assert!(html.contains("y=\"100%\" width=\"26.66%\" height=\"0%\""), "{html}");
        assert!(html.contains("&lt;b&gt;") && !html.contains("<b>"), "{html}");
        assert!(html.contains("y1=\"50%\""), "{html}");
    }

    #[test]
    fn no_streams_are_an_empty_drawing() {
        assert!(trend_chart(&[], None, String::new()).to_html().contains("<svg"));
    }
}
