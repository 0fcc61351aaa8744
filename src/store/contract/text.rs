//! Hostile text is stored as it is, and found by any part of it.

use super::*;
use crate::domain::StreamSummary;
use crate::store::search_text::fold;
use std::collections::BTreeSet;

contract!(
    every_text_comes_back_as_it_was,
    a_search_finds_what_a_plain_search_in_folded_texts_finds,
    a_fingerprint_finds_the_stream_of_its_report_and_of_its_link,
);

/// What texts and terms are made of: scripts, cases of which folding is longer or is not that of ASCII, marks that combine,
/// emoji of several characters, and whatever SQL, LIKE, regular expressions or an index gives a meaning.
const PIECES: [&str; 42] = [
    "小",
    "鹿",
    "电台",
    "点歌",
    "あゆ",
    "ライブ",
    "สาย",
    "ฝน",
    "a",
    "B",
    "ab",
    "Radio",
    "ß",
    "SS",
    "İ",
    "ı",
    "Σ",
    "ς",
    "Ä",
    "e\u{301}",
    "É",
    "👩‍👩‍👧",
    "🎉",
    "%",
    "_",
    "'",
    "\"",
    "*",
    "(",
    ")",
    "-",
    " ",
    "  ",
    "NEAR",
    "OR",
    "\\",
    "^",
    ":",
    "\u{0}",
    "\n",
    "\u{1a}",
    "\\0",
];

struct TextRng(u64);

impl TextRng {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % most as u64) as usize
    }

    fn text(&mut self, most: usize) -> String {
        (0..self.below(most + 1)).map(|_| PIECES[self.below(PIECES.len())]).collect()
    }
}

async fn every_text_comes_back_as_it_was(database: TestDatabase) {
    let store = &database.store;
    let texts: Vec<String> = PIECES
        .iter()
        .map(|piece| (*piece).to_owned())
        .chain(["a\u{0}b\u{0}".to_owned(), "\u{1a}0\u{1a}1".to_owned(), "\u{10ffff}\u{e000}".to_owned()])
        .collect();
    for (place, text) in (1..).zip(&texts) {
        let text = text.as_str();
        let room = RoomId::parse(text).unwrap();
        let new = NewStream {
            title: Some(text.to_owned()),
            host: Some(text.to_owned()),
            host_name: Some(text.to_owned()),
            ..NewStream { room: room.clone(), ..new_stream("x", place * 1_000) }
        };
        let id = database.open(new).await;
        store.follow_room(APP, &room, FoundBy::Hand, Millis(place)).await.unwrap();
        store.describe_room(APP, &room, Some(id), Some(text), None, None).await.unwrap();
        let moment = MomentRow {
            kind: crate::domain::record::MomentKind::Battle,
            key: text.to_owned(),
            from: Millis(1),
            until: None,
            label: Some(text.to_owned()),
        };
        let failure = Write::Failure {
            stream: id,
            code: text.to_owned(),
            at: Millis(1),
            request_id: Some(text.to_owned()),
            retries: 0,
        };
        store.apply_all(&[Write::Moment { stream: id, moment: moment.clone() }, failure]).await.unwrap();
        let row = store.stream(id).await.unwrap().unwrap();
        assert_eq!((&row.room, row.title.as_deref(), row.host.as_deref()), (&room, Some(text), Some(text)), "{text:?}");
        assert_eq!(row.host_name.as_deref(), Some(text));
        assert!(store.is_followed(APP, &room).await.unwrap(), "{text:?}");
        let series = store.series(id).await.unwrap();
        assert_eq!(series.moments, [moment]);
        assert_eq!(series.failures[0].request_id.as_deref(), Some(text));
        let query = StreamQuery { room: Some(room), ..StreamQuery::default() };
        assert_eq!(store.streams(&query).await.unwrap().rows.len(), 1, "{text:?}");
        let query = StreamQuery { app: Some(APP), host: Some(text.to_owned()), ..StreamQuery::default() };
        assert_eq!(store.streams(&query).await.unwrap().rows.len(), 1, "{text:?}");
    }
    let rooms: BTreeSet<String> =
        store.manual_rooms(APP).await.unwrap().into_iter().map(|row| row.room.as_str().to_owned()).collect();
    assert_eq!(rooms, texts.into_iter().collect());
}

fn contains(row: &StreamSummary, term: &str) -> bool {
    let term = fold(term.trim());
    let fields = [Some(row.room.as_str()), row.title.as_deref(), row.host.as_deref(), row.host_name.as_deref()];
    term.is_empty() || fields.into_iter().flatten().any(|field| fold(field).contains(&term))
}

async fn a_search_finds_what_a_plain_search_in_folded_texts_finds(database: TestDatabase) {
    let store = &database.store;
    let mut random = TextRng(11);
    let maybe = |random: &mut TextRng| (random.below(5) > 0).then(|| random.text(6));
    let streams: Vec<NewStream> = (0..200)
        .map(|place| NewStream {
            title: maybe(&mut random),
            host: maybe(&mut random),
            host_name: maybe(&mut random),
            create_time: None,
            ..new_stream(&format!("Live_{place}"), 1_000)
        })
        .collect();
    let ids = store.open_streams(&streams).await.unwrap();
    for round in 0..2 {
        let rows = store.streams(&StreamQuery { limit: 500, ..StreamQuery::default() }).await.unwrap().rows;
        assert_eq!(rows.len(), 200);
        for _ in 0..200 {
            // Any part of a text that is there, in another case, or any text.
            let text = match random.below(3) {
                0 => random.text(2),
                _ => rows[random.below(rows.len())].title.clone().unwrap_or_default(),
            };
            let letters: Vec<char> = text.chars().collect();
            let from = random.below(letters.len().max(1));
            let term: String = letters.iter().skip(from).take(1 + random.below(6)).collect();
            let term = match random.below(3) {
                0 => term.to_uppercase(),
                1 => term.to_lowercase(),
                _ => term,
            };
            let expected: BTreeSet<StreamId> =
                rows.iter().filter(|row| contains(row, &term)).map(|row| row.id).collect();
            let query = StreamQuery { search: Some(term.clone()), limit: 500, ..StreamQuery::default() };
            let found: BTreeSet<StreamId> =
                store.streams(&query).await.unwrap().rows.iter().map(|row| row.id).collect();
            assert_eq!(found, expected, "round {round}: {term:?}");
        }
        for (place, id) in ids.iter().enumerate() {
            if random.below(3) == 0 {
                let (title, host) = (random.text(6), random.text(3));
                let room = RoomId::parse(&format!("Live_{place}")).unwrap();
                store.describe_room(APP, &room, Some(*id), Some(&title), Some(&host), None).await.unwrap();
            }
        }
    }
}

async fn a_fingerprint_finds_the_stream_of_its_report_and_of_its_link(database: TestDatabase) {
    let store = &database.store;
    let other = database.open(new_stream("a", 1_000)).await;
    let stream = database.open(new_stream("b", 2_000)).await;
    let report = database.seal(stream, Millis(9_000), coins(1)).await;
    database.seal(other, Millis(9_000), coins(1)).await;
    let link = "337f410b1b29629b".repeat(4);
    let derived = DerivedRow {
        share: 1,
        report: report.sha256.clone(),
        sha256: link.clone(),
        signature: vec![0],
        key: "key".to_owned(),
        document: vec![0],
        made_at: Millis(1),
    };
    store.add_derived(&derived).await.unwrap();
    for typed in [&report.sha256[..16], "337f 410b 1b29 629b", "337F-410B"] {
        let fingerprint = Some(typed.to_lowercase().replace([' ', '-'], ""));
        let query = StreamQuery { search: Some(typed.to_owned()), fingerprint, ..StreamQuery::default() };
        let rows = store.streams(&query).await.unwrap().rows;
        assert_eq!(rows.iter().map(|row| row.id).collect::<Vec<_>>(), [stream], "{typed}");
        assert_eq!(store.sum_streams(&query).await.unwrap().unwrap().streams, 1);
    }
}
