//! Names that strangers chose.

use crate::i18n::{escape_invisible, truncate_middle};
use leptos::prelude::*;

/// A name held apart from the text around it (`<bdi>`), with what would hide or turn text made visible, and cut in the
/// middle where it is wider than `width` columns. The whole name is its tooltip then.
pub fn name(text: &str, width: usize) -> AnyView {
    let (shown, whole) = (truncate_middle(text, width), escape_invisible(text));
    if shown == whole {
        view! { <bdi>{shown}</bdi> }.into_any()
    } else {
        view! { <bdi title=whole>{shown}</bdi> }.into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_text() {
        let html = name("<b>=1+1</b> 👑", 40).to_html();
        assert_eq!(html, "<bdi>&lt;b&gt;=1+1&lt;/b&gt; 👑</bdi>");
        let html = name("\u{202e}\"onload=x", 40).to_html();
        assert!(html.contains("‹RLO›"), "{html}");
        let html = name(&"\"<".repeat(60), 20).to_html();
        assert!(!html.contains("title=\"\"") && !html.contains("<\"<"), "{html}");
    }
}
