//! Names that strangers chose: shown whole and harmless. Nothing is stripped; what would hide or turn text is made visible.

/// Control characters, bidirectional overrides and invisible spaces as marks one can see.
pub fn escape_invisible(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\u{0}'..='\u{1f}' => shown.push(char::from_u32(0x2400 + character as u32).unwrap_or('␀')),
            '\u{7f}' => shown.push('␡'),
            '\u{80}'..='\u{9f}' => shown.push_str("‹C1›"),
            '\u{61c}' => shown.push_str("‹ALM›"),
            '\u{200b}' | '\u{2060}' | '\u{feff}' => shown.push_str("‹ZW›"),
            '\u{200e}' => shown.push_str("‹LRM›"),
            '\u{200f}' => shown.push_str("‹RLM›"),
            '\u{2028}' | '\u{2029}' => shown.push('␤'),
            '\u{202a}' => shown.push_str("‹LRE›"),
            '\u{202b}' => shown.push_str("‹RLE›"),
            '\u{202c}' => shown.push_str("‹PDF›"),
            '\u{202d}' => shown.push_str("‹LRO›"),
            '\u{202e}' => shown.push_str("‹RLO›"),
            '\u{2066}' => shown.push_str("‹LRI›"),
            '\u{2067}' => shown.push_str("‹RLI›"),
            '\u{2068}' => shown.push_str("‹FSI›"),
            '\u{2069}' => shown.push_str("‹PDI›"),
            other => shown.push(other),
        }
    }
    if shown.trim().is_empty() { format!("‹{}›", "␣".repeat(shown.chars().count().clamp(1, 8))) } else { shown }
}

/// Whether the character joins the one before it, so that no cut may come between.
fn joins(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36f}' | '\u{e31}' | '\u{e34}'..='\u{e3a}' | '\u{e47}'..='\u{e4e}' | '\u{200d}'
        | '\u{20d0}'..='\u{20ff}' | '\u{fe00}'..='\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// Columns a character takes in most fonts: two for East Asian ones and emoji.
fn columns(character: char) -> usize {
    match character {
        _ if joins(character) => 0,
        '\u{1100}'..='\u{115f}'
        | '\u{2e80}'..='\u{a4cf}'
        | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}'
        | '\u{fe30}'..='\u{fe6f}'
        | '\u{ff00}'..='\u{ff60}'
        | '\u{1f000}'..='\u{1faff}'
        | '\u{20000}'..='\u{3ffff}' => 2,
        _ => 1,
    }
}

/// Columns a text takes in most fonts.
pub fn display_width(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// The text made [`escape_invisible`] and, where it is wider than `width` columns, cut in the middle: both ends distinguish rooms.
pub fn truncate_middle(text: &str, width: usize) -> String {
    let shown = escape_invisible(text);
    if display_width(&shown) <= width {
        return shown;
    }
    let characters: Vec<char> = shown.chars().collect();
    let (mut head, mut tail, mut used) = (0, characters.len(), 1);
    loop {
        let from_head = head <= characters.len() - tail;
        let next = if from_head { characters[head] } else { characters[tail - 1] };
        used += columns(next);
        if used > width || head >= tail {
            break;
        }
        if from_head { head += 1 } else { tail -= 1 }
    }
    while head < tail && head > 0 && joins(characters[head]) {
        head -= 1;
    }
    while tail < characters.len() && joins(characters[tail]) {
        tail += 1;
    }
    let (start, end): (String, String) = (characters[..head].iter().collect(), characters[tail..].iter().collect());
    format!("{}…{}", start.trim_end(), end.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overrides_and_controls_are_seen() {
        assert_eq!(escape_invisible("a\u{202e}txt.exe"), "a‹RLO›txt.exe");
        assert_eq!(escape_invisible("line\nbreak\0"), "line␊break␀");
        assert_eq!(escape_invisible("👩\u{200d}🚀"), "👩\u{200d}🚀");
        assert_eq!(escape_invisible("   "), "‹␣␣␣›");
        assert_eq!(escape_invisible("<b>=1+1</b> 👑"), "<b>=1+1</b> 👑");
    }

    #[test]
    fn long_names_lose_their_middle() {
        assert_eq!(truncate_middle("short", 20), "short");
        let cut = truncate_middle("room-2026-11-21-a-very-long-identifier-0042", 20);
        assert!(cut.starts_with("room-2026") && cut.ends_with("0042"), "{cut}");
        assert!(cut.chars().map(columns).sum::<usize>() <= 20, "{cut}");
        let cjk = truncate_middle("小鹿电台点歌专场特别节目第二季第七期", 20);
        assert!(cjk.starts_with("小鹿") && cjk.ends_with("七期") && cjk.contains('…'), "{cjk}");
        for width in 0..8 {
            let _ = truncate_middle("\u{300}\u{300}ab\u{300}c", width);
        }
    }
}
