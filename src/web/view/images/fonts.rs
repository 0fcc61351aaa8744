//! The letters of pictures: our own fonts, so that a bare machine writes Latin, Chinese, Japanese, Korean, Thai and emoji,
//! and whatever a configured folder adds.
//!
//! A text is cut into stretches of one font each before it is shaped, because a name mixes scripts and each wants its own
//! rules. What no font has is a box one can see.

use crate::i18n::HanForms;
use harfrust::font::Source;
use harfrust::font::glyph::outline::{DrawMemory, DrawOptions, PathSink};
use harfrust::{Buffer, Direction, Font, GlyphId, ShapeOptions, ShaperFont};
use icu_segmenter::LineSegmenter;
use icu_segmenter::options::{LineBreakOptions, LineBreakWordOption};
use std::path::Path;
use tiny_skia::PathBuilder;
use unicode_segmentation::UnicodeSegmentation;

/// Bytes of a configured folder that are taken in; what is beyond is left out, and said.
const MAX_FONT_BYTES: usize = 64 << 20;
/// Marks over or under one letter that are drawn; names of nothing but marks would cover what is around them.
const MAX_MARKS: usize = 3;
/// The box of a letter that no font has: width and height in ems, advance included.
const BOX: (f32, f32, f32) = (0.52, 0.7, 0.66);

/// What a font is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FontRole {
    Latin,
    Thai,
    /// Chinese forms, and all that Chinese and Japanese write alike.
    Han,
    /// Japanese forms of what the two write differently.
    Kanji,
    Hangul,
    Emoji,
    Symbols,
    /// From the configured folder.
    Added,
}

/// The fonts of the program: purpose, whether bold, file.
const OWN: [(FontRole, bool, &[u8]); 9] = [
    (FontRole::Latin, false, include_bytes!("fonts/latin.otf")),
    (FontRole::Latin, true, include_bytes!("fonts/latin-semibold.otf")),
    (FontRole::Thai, false, include_bytes!("fonts/thai.ttf")),
    (FontRole::Thai, true, include_bytes!("fonts/thai-semibold.ttf")),
    (FontRole::Han, false, include_bytes!("fonts/han.otf")),
    (FontRole::Kanji, false, include_bytes!("fonts/kanji.otf")),
    (FontRole::Hangul, false, include_bytes!("fonts/hangul.otf")),
    (FontRole::Emoji, false, include_bytes!("fonts/emoji.ttf")),
    (FontRole::Symbols, false, include_bytes!("fonts/symbols.ttf")),
];

struct Face {
    role: FontRole,
    bold: bool,
    font: Font,
    units: f32,
}

impl Face {
    /// The first font in these bytes; `None` where they are not a font.
    fn new(role: FontRole, bold: bool, data: impl Into<Source>) -> Option<Self> {
        let font = Font::new(data, 0)?;
        let units = f32::from(font.units_per_em().max(1));
        Some(Self { role, bold, font, units })
    }

    /// Whether the font has the letter.
    fn has(&self, letter: char) -> bool {
        self.font.charmap().map_unicode(letter).is_some_and(|glyph| glyph.to_u32() != 0)
    }
}

/// How a text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    pub size: f32,
    pub bold: bool,
    /// Added after each letter, in ems.
    pub spacing: f32,
}

impl TextStyle {
    pub const fn plain(size: f32) -> Self {
        Self { size, bold: false, spacing: 0.0 }
    }

    pub const fn bold(size: f32) -> Self {
        Self { size, bold: true, spacing: 0.0 }
    }

    pub const fn spaced(self, spacing: f32) -> Self {
        Self { spacing, ..self }
    }
}

/// One glyph of a line, in pixels from the line's start.
#[derive(Clone, Copy, Debug)]
struct Glyph {
    /// Place of the face, or none for the box.
    face: Option<usize>,
    id: u32,
    x: f32,
    y: f32,
    advance: f32,
    /// Byte of the text its cluster begins at.
    at: usize,
}

/// A shaped line.
#[derive(Clone, Debug)]
pub struct TextLine {
    pub text: String,
    pub width: f32,
    style: TextStyle,
    glyphs: Vec<Glyph>,
}

impl TextLine {
    /// The size its letters are set in.
    pub const fn size(&self) -> f32 {
        self.style.size
    }

    /// How many letters no font had.
    pub fn missing(&self) -> usize {
        self.glyphs.iter().filter(|glyph| glyph.face.is_none()).count()
    }
}

/// Outlines of a line: what the fonts draw, and what has to be made bolder than they have it.
pub struct Outlines {
    pub plain: Option<tiny_skia::Path>,
    pub bolder: Option<tiny_skia::Path>,
    pub boxes: Option<tiny_skia::Path>,
}

/// Every font at hand.
pub struct Fonts {
    faces: Vec<Face>,
}

impl Fonts {
    /// Our own, and those of the folder after them: they are used for what the first lack.
    pub fn load(folder: Option<&Path>) -> Self {
        let mut faces: Vec<Face> =
            OWN.into_iter().filter_map(|(role, bold, data)| Face::new(role, bold, data)).collect();
        if let Some(folder) = folder {
            faces.extend(added(folder));
        }
        Self { faces }
    }

    /// The places of the faces in the order they are asked for a letter.
    fn order(&self, bold: bool, han: HanForms, emoji: bool) -> Vec<usize> {
        let mut roles = vec![
            FontRole::Latin,
            FontRole::Thai,
            FontRole::Han,
            FontRole::Hangul,
            FontRole::Emoji,
            FontRole::Symbols,
            FontRole::Added,
        ];
        if han == HanForms::Japanese {
            roles.insert(2, FontRole::Kanji);
        }
        if emoji {
            roles.insert(0, FontRole::Emoji);
        }
        let mut order = Vec::new();
        for role in roles {
            let of_role = |wanted: bool| {
                let fits = move |(_, face): &(usize, &Face)| face.role == role && face.bold == wanted;
                self.faces.iter().enumerate().filter(fits).map(|(place, _)| place)
            };
            order.extend(of_role(bold));
            order.extend(of_role(!bold));
        }
        order
    }

    /// Stretches of one face each: (face or none, the letters it draws, where they begin).
    fn stretches(&self, text: &str, bold: bool, han: HanForms) -> Vec<(Option<usize>, String, usize)> {
        // A Japanese name in another language's report has kana in it.
        let kana = text.chars().any(|letter| matches!(letter, '\u{3041}'..='\u{30ff}'));
        let han = if kana { HanForms::Japanese } else { han };
        let words = self.order(bold, han, false);
        let pictures = self.order(bold, han, true);
        let has = |place: usize, letter: char| self.faces[place].has(letter);
        let mut stretches: Vec<(Option<usize>, String, usize)> = Vec::new();
        for (at, cluster) in text.grapheme_indices(true) {
            let first = cluster.chars().next().unwrap_or(' ');
            let as_picture = first >= '\u{1f000}' || cluster.contains(['\u{fe0f}', '\u{20e3}']);
            let order = if as_picture { &pictures } else { &words };
            let whole = |place: &&usize| cluster.chars().all(|letter| unseen(letter) || has(**place, letter));
            let face = order.iter().find(whole).or_else(|| order.iter().find(|place| has(**place, first))).copied();
            // Marks its font lacks are left out, and so is what goes on for ever.
            let mut marks = 0;
            let drawn: String = match face {
                None => String::new(),
                Some(place) => cluster
                    .chars()
                    .filter(|letter| {
                        marks += usize::from(is_mark(*letter));
                        (unseen(*letter) || has(place, *letter)) && marks <= MAX_MARKS
                    })
                    .collect(),
            };
            match stretches.last_mut() {
                Some((last, letters, from)) if *last == face && face.is_some() && at - *from == letters.len() => {
                    letters.push_str(&drawn);
                }
                _ => stretches.push((face, drawn, at)),
            }
        }
        stretches
    }

    /// Shapes one line of text.
    pub fn line(&self, text: &str, style: TextStyle, han: HanForms) -> TextLine {
        let mut glyphs = Vec::new();
        let mut x = 0.0;
        for (face, letters, at) in self.stretches(text, style.bold, han) {
            let mut buffer = Buffer::new();
            buffer.push_str(&letters);
            buffer.guess_segment_properties();
            let backwards = buffer.direction() == Direction::RightToLeft;
            // What no font has and what its font cannot shape is the box.
            let shaped = face.and_then(|place| {
                let face = &self.faces[place];
                harfrust::shape(&ShaperFont::new(&face.font), &mut buffer, ShapeOptions::new()).ok()?;
                Some((place, face))
            });
            let Some((place, face)) = shaped else {
                let advance = BOX.2 * style.size;
                glyphs.push(Glyph { face: None, id: 0, x, y: 0.0, advance, at });
                x += advance;
                continue;
            };
            let scale = style.size / face.units;
            let first = glyphs.len();
            for (info, position) in buffer.glyph_infos().iter().zip(buffer.glyph_positions()) {
                // A mark is drawn on the letter before it and takes no room, spacing or not.
                let spacing = if position.x_advance == 0 { 0.0 } else { style.spacing * style.size };
                let advance = position.x_advance as f32 * scale + spacing;
                glyphs.push(Glyph {
                    face: Some(place),
                    id: info.glyph_id,
                    x: x + position.x_offset as f32 * scale,
                    y: -(position.y_offset as f32) * scale,
                    advance,
                    at: at + info.cluster as usize,
                });
                x += advance;
            }
            if backwards {
                // Lines are cut in the order of their letters.
                glyphs[first..].reverse();
            }
        }
        TextLine { text: text.to_owned(), width: x, style, glyphs }
    }

    /// The width of a text on one line.
    pub fn width(&self, text: &str, style: TextStyle, han: HanForms) -> f32 {
        self.line(text, style, han).width
    }

    /// The text in lines of a width, by Unicode's rules and between letters where a word is wider than the line. Beyond
    /// `most` lines the last one ends in `…`.
    pub fn wrap(&self, text: &str, style: TextStyle, width: f32, most: usize, han: HanForms) -> Vec<TextLine> {
        let whole = self.line(text, style, han);
        if whole.width <= width {
            return vec![whole];
        }
        let mut room: Vec<(usize, f32)> = whole.glyphs.iter().map(|glyph| (glyph.at, glyph.advance)).collect();
        room.sort_by_key(|(at, _)| *at);
        let upto = |at: usize| -> f32 {
            room[..room.partition_point(|(from, _)| *from < at)].iter().map(|(_, advance)| *advance).sum()
        };
        let breaks = line_breaks(text);
        let clusters: Vec<usize> =
            text.grapheme_indices(true).map(|(at, _)| at).skip(1).chain(std::iter::once(text.len())).collect();
        let mut lines = Vec::new();
        let mut start = 0;
        while start < text.len() {
            if lines.len() + 1 == most.max(1) {
                lines.push(self.cut(&text[start..], style, width, han));
                break;
            }
            let before = upto(start);
            let fits = |end: &&usize| {
                let seen = text[start..**end].trim_end();
                upto(start + seen.len()) - before <= width
            };
            let after = |list: &[usize]| list[list.partition_point(|end| *end <= start)..].to_vec();
            let (words, letters) = (after(&breaks), after(&clusters));
            let end = words.iter().take_while(fits).last().or_else(|| letters.iter().take_while(fits).last());
            // One letter at least, or this would never end.
            let end = end.or(letters.first()).copied().unwrap_or(text.len());
            lines.push(self.line(text[start..end].trim_end(), style, han));
            start = end + (text[end..].len() - text[end..].trim_start().len());
        }
        lines
    }

    /// The text on one line of a width, its end replaced by `…` where it is longer.
    pub fn cut(&self, text: &str, style: TextStyle, width: f32, han: HanForms) -> TextLine {
        let whole = self.line(text, style, han);
        if whole.width <= width {
            return whole;
        }
        let ends: Vec<usize> = text.grapheme_indices(true).map(|(at, _)| at).collect();
        // The first place at which it is too long: widths grow with the text, so halving finds it.
        let fits = |end: &usize| self.width(&format!("{}…", text[..*end].trim_end()), style, han) <= width;
        let place = ends.partition_point(fits).saturating_sub(1);
        let end = ends.get(place).copied().unwrap_or(0);
        self.line(&format!("{}…", text[..end].trim_end()), style, han)
    }

    /// The outlines of a line whose baseline begins at a point.
    pub fn outlines(&self, line: &TextLine, x: f32, y: f32) -> Outlines {
        let (mut plain, mut bolder, mut boxes) = (PathBuilder::new(), PathBuilder::new(), PathBuilder::new());
        for glyph in &line.glyphs {
            let Some(face) = glyph.face.map(|place| &self.faces[place]) else {
                let (wide, high) = (BOX.0 * line.style.size, BOX.1 * line.style.size);
                let left = x + glyph.x + (glyph.advance - wide) / 2.0;
                if let Some(rect) = tiny_skia::Rect::from_xywh(left, y - high, wide, high) {
                    boxes.push_rect(rect);
                }
                continue;
            };
            let Some(outline) = face.font.outline_glyphs().get(GlyphId::new(glyph.id)) else { continue };
            let builder =
                if line.style.bold && !face.bold && face.role != FontRole::Emoji { &mut bolder } else { &mut plain };
            let mut pen = Pen { builder, x: x + glyph.x, y: y + glyph.y };
            let options = DrawOptions::new().with_ppem(Some(line.style.size));
            // A broken glyph of a configured font draws nothing.
            let _ = outline.draw(&options, DrawMemory::default(), &mut pen);
        }
        Outlines { plain: plain.finish(), bolder: bolder.finish(), boxes: boxes.finish() }
    }
}

/// The bytes before which a line may end, its own end included: Unicode's rules, with words of Thai from a dictionary and
/// Korean between words alone, as Korean is printed.
fn line_breaks(text: &str) -> Vec<usize> {
    let korean = text.chars().any(|letter| matches!(letter, '\u{ac00}'..='\u{d7a3}'));
    let other = text.chars().any(|letter| matches!(letter, '\u{3041}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}'));
    let mut options = LineBreakOptions::default();
    options.word_option = (korean && !other).then_some(LineBreakWordOption::KeepAll);
    LineSegmenter::new_dictionary(options).segment_str(text).skip_while(|at| *at == 0).collect()
}

/// Letters that are never drawn themselves: joiners, variation selectors, tags.
const fn unseen(letter: char) -> bool {
    matches!(letter, '\u{ad}' | '\u{34f}' | '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{e0000}'..='\u{e0fff}')
}

/// Marks that stack on a letter. Thai's own are few per letter and needed.
const fn is_mark(letter: char) -> bool {
    matches!(letter, '\u{300}'..='\u{36f}' | '\u{483}'..='\u{489}' | '\u{e31}' | '\u{e34}'..='\u{e3a}'
        | '\u{e47}'..='\u{e4e}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}'
        | '\u{fe20}'..='\u{fe2f}')
}

/// The fonts of a folder, by name, as far as they fit.
fn added(folder: &Path) -> Vec<Face> {
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => {
            tracing::warn!(folder = %folder.display(), %error, "the font folder cannot be read; pictures use our own fonts");
            return Vec::new();
        }
    };
    let mut files: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|path| {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or_default();
        ["ttf", "otf", "ttc", "otc"].iter().any(|known| known.eq_ignore_ascii_case(ending))
    });
    files.sort();
    let (mut faces, mut bytes) = (Vec::new(), 0);
    for path in files {
        let size = std::fs::metadata(&path).map_or(0, |about| usize::try_from(about.len()).unwrap_or(usize::MAX));
        if bytes + size > MAX_FONT_BYTES {
            tracing::warn!(font = %path.display(), "left out: the font folder holds more than 64 MiB");
            continue;
        }
        let Ok(data) = std::fs::read(&path) else {
            tracing::warn!(font = %path.display(), "the font cannot be read");
            continue;
        };
        bytes += data.len();
        // Collections hold the same letters in the forms of several countries; the first will do.
        match Face::new(FontRole::Added, false, data) {
            Some(face) => faces.push(face),
            None => tracing::warn!(font = %path.display(), "this is not a font we can read"),
        }
    }
    faces
}

/// Takes outlines as fonts have them, y upwards.
struct Pen<'a> {
    builder: &'a mut PathBuilder,
    x: f32,
    y: f32,
}

impl PathSink for Pen<'_> {
    fn move_to(&mut self, x: f32, y: f32) {
        self.builder.move_to(self.x + x, self.y - y);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.builder.line_to(self.x + x, self.y - y);
    }

    fn quad_to(&mut self, cx: f32, cy: f32, x: f32, y: f32) {
        self.builder.quad_to(self.x + cx, self.y - cy, self.x + x, self.y - y);
    }

    fn curve_to(&mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) {
        let (left, top) = (self.x, self.y);
        self.builder.cubic_to(left + ax, top - ay, left + bx, top - by, left + x, top - y);
    }

    fn close(&mut self) {
        self.builder.close();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const STYLE: TextStyle = TextStyle::plain(16.0);

    fn fonts() -> Fonts {
        Fonts::load(None)
    }

    #[test]
    fn our_own_fonts_are_whole_and_small() {
        assert_eq!(fonts().faces.len(), OWN.len());
        assert!(OWN.iter().map(|(_, _, data)| data.len()).sum::<usize>() <= 6_000_000);
    }

    #[test]
    fn every_script_we_promise_is_written() {
        let fonts = fonts();
        for text in [
            "Entries 12,480 · 18\u{a0}% “usual” – ✓ ★ → ‹RLO› …",
            "小鹿电台 · 点歌专场,观众的消费（平时 208,500）",
            "あゆ 弾き語り 配信レポート コイン 髙橋﨑 辻",
            "ฟ้าใส ครัวน้ำพริกกุ้ง",
            "한국어 방송",
            "👑 🎉 ❤️ 1️⃣ 👩\u{200d}🚀 👍🏽 🇯🇵",
            "Tiếng Việt, Bahasa Indonesia, Русский, Ελληνικά",
            "繁體中文 喆 珺",
            "␀␊␡␤␣",
        ] {
            let line = fonts.line(text, STYLE, HanForms::Chinese);
            assert_eq!(line.missing(), 0, "{text}");
            assert!(line.glyphs.iter().all(|glyph| glyph.id != 0), "{text}");
        }
    }

    #[test]
    fn what_no_font_has_is_a_box_of_its_own() {
        let fonts = fonts();
        let line = fonts.line("a\u{10400}\u{10401}b", STYLE, HanForms::Chinese);
        assert_eq!(line.missing(), 2);
        let known = fonts.width("ab", STYLE, HanForms::Chinese);
        assert!((line.width - known - 2.0 * BOX.2 * 16.0).abs() < 0.01);
        let outlines = fonts.outlines(&line, 0.0, 20.0);
        assert!(outlines.boxes.is_some() && outlines.plain.is_some());
    }

    #[test]
    fn scripts_do_not_disturb_each_other() {
        let fonts = fonts();
        let alone = fonts.width("ฟ้าใส", STYLE, HanForms::Chinese);
        let mixed = fonts.line("A👩\u{200d}🚀ฟ้าใส小", STYLE, HanForms::Chinese);
        let rest = fonts.width("A👩\u{200d}🚀", STYLE, HanForms::Chinese) + fonts.width("小", STYLE, HanForms::Chinese);
        assert!((mixed.width - alone - rest).abs() < 0.01, "{} {alone} {rest}", mixed.width);
        // Marks take no room: the word is as wide as its letters.
        assert!(alone < 16.0 * 3.0, "{alone}");
    }

    #[test]
    fn japanese_forms_are_japanese() {
        let fonts = fonts();
        let face = |han| fonts.line("直", STYLE, han).glyphs[0].face.map(|place| fonts.faces[place].role);
        assert_eq!(face(HanForms::Japanese), Some(FontRole::Kanji));
        assert_eq!(face(HanForms::Chinese), Some(FontRole::Han));
        // A Japanese name in an English report has kana beside it.
        assert_eq!(
            fonts.line("直の", STYLE, HanForms::Chinese).glyphs[0].face.map(|place| fonts.faces[place].role),
            Some(FontRole::Kanji)
        );
    }

    #[test]
    fn digits_are_equally_wide() {
        let fonts = fonts();
        for bold in [false, true] {
            let style = TextStyle { bold, ..STYLE };
            let widths: Vec<f32> =
                ('0'..='9').map(|digit| fonts.width(&digit.to_string(), style, HanForms::Chinese)).collect();
            assert!(widths.iter().all(|width| (width - widths[0]).abs() < 0.05), "{widths:?}");
        }
    }

    #[test]
    fn lines_fit_and_nothing_is_lost() {
        let fonts = fonts();
        for text in [
            "25% of coins in 10 minutes: 61,940 in the PK with あゆ, 22:05–22:15.",
            "四分之一的金币在十分钟内到来：与あゆ的PK中61,940金币，22:05–22:15。",
            "コインの4分の1が10分間に集中しました：あゆとのPKで61,940コイン（22:05~22:15）。",
            "https://live.example.com/averyveryveryveryveryveryveryveryveryverylongword",
            "ครัวน้ำพริกกุ้งครัวน้ำพริกกุ้งครัวน้ำพริกกุ้งครัวน้ำพริกกุ้ง",
            "👩\u{200d}🚀👩\u{200d}🚀👩\u{200d}🚀👩\u{200d}🚀👩\u{200d}🚀👩\u{200d}🚀👩\u{200d}🚀👩\u{200d}🚀",
        ] {
            let lines = fonts.wrap(text, STYLE, 120.0, 99, HanForms::Chinese);
            assert!(lines.len() > 1, "{text}");
            for line in &lines {
                assert!(line.width <= 121.0, "{} {}", line.width, line.text);
            }
            let squeezed = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(squeezed(&lines.iter().map(|line| line.text.as_str()).collect::<String>()), squeezed(text));
        }
    }

    #[test]
    fn thai_breaks_between_words_and_korean_between_spaces() {
        let pieces = |text: &str| {
            let ends = line_breaks(text);
            let starts = std::iter::once(0).chain(ends.iter().copied());
            starts.zip(&ends).map(|(from, to)| text[from..*to].to_owned()).collect::<Vec<_>>().join("|")
        };
        assert_eq!(pieces("รายงานการถ่ายทอดสด"), "รายงาน|การ|ถ่ายทอด|สด");
        assert_eq!(pieces("방송 리포트 확인하기"), "방송 |리포트 |확인하기");
        assert_eq!(pieces("小鹿,电台 a-b"), "小|鹿,|电|台 |a-|b");
    }

    #[test]
    fn too_many_lines_end_in_dots() {
        let fonts = fonts();
        let text = "word ".repeat(60);
        let lines = fonts.wrap(&text, STYLE, 120.0, 2, HanForms::Chinese);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].text.ends_with('…') && lines[1].width <= 120.0, "{}", lines[1].text);
        let one = fonts.cut("小鹿电台点歌专场特别节目", STYLE, 60.0, HanForms::Chinese);
        assert!(one.text.starts_with('小') && one.text.ends_with('…') && one.width <= 60.0);
        assert_eq!(fonts.cut("short", STYLE, 300.0, HanForms::Chinese).text, "short");
        // Nothing fits, and it still ends.
        assert!(fonts.wrap("小鹿", STYLE, 1.0, 9, HanForms::Chinese).len() <= 2);
        assert_eq!(fonts.wrap("", STYLE, 100.0, 9, HanForms::Chinese).len(), 1);
    }

    #[test]
    fn letters_buried_in_marks_keep_three() {
        let fonts = fonts();
        let buried = format!("a{}b", "\u{301}".repeat(200));
        let line = fonts.line(&buried, STYLE, HanForms::Chinese);
        assert!(line.glyphs.len() <= 6, "{}", line.glyphs.len());
    }

    #[test]
    fn a_folder_adds_what_ours_lack() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("broken.ttf"), b"not a font").unwrap();
        std::fs::write(folder.path().join("notes.txt"), b"no font at all").unwrap();
        std::fs::write(folder.path().join("thai.ttf"), include_bytes!("fonts/thai.ttf")).unwrap();
        let fonts = Fonts::load(Some(folder.path()));
        assert_eq!(fonts.faces.len(), 10);
        assert_eq!(fonts.faces[9].role, FontRole::Added);
        assert_eq!(Fonts::load(Some(&folder.path().join("nowhere"))).faces.len(), 9);
    }
}
