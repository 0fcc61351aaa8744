//! The text that searches look into: the names of a stream, case-folded, the same for every engine.

use unicase::UniCase;

/// Between the fields of a text, so that no term spans two of them.
pub(super) const SEPARATOR: char = '\n';

/// A text as it is compared: Unicode case folding; control characters are spaces.
pub(super) fn fold(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    UniCase::new(plain).to_folded_case()
}

/// What `search_text` holds of a stream.
pub(super) fn search_text(room: &str, title: Option<&str>, host: Option<&str>, host_name: Option<&str>) -> String {
    let fields = [Some(room), title, host, host_name].map(|field| fold(field.unwrap_or_default()));
    fields.join(SEPARATOR.encode_utf8(&mut [0; 4]))
}
