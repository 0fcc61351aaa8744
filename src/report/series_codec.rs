//! The compressed form of canonical JSON in the database.
//!
//! A record is mostly its series: long lists of small whole numbers, whose cost is not their digits but how far they
//! scatter. Therefore long lists of numbers are taken out of the JSON and coded number by number against how often each size has
//! come so far (adaptive arithmetic coding); what is left, words and keys, goes through Brotli. A busy stream of three
//! hours read every five seconds takes 17 kB as compressed JSON, and 10 kB so; the times alone, which are jitter and
//! cannot be guessed, are 3 kB of it.
//!
//! `docs/SERIES-FORMAT.md` describes every byte of it.
//!
//! Must not: lose a byte. What is packed is unpacked again before it is kept; if it were not the same, plain Brotli is, and if
//! that were not either, it is an error: the seal then fails, and nothing of the stream goes.

use super::ReportError;
use super::canonical::Json;
use crate::domain::MAX_COUNTER;
use std::io::{Read, Write};

/// The largest record that is unpacked: a stream of days with a reading a second.
const MAX_UNPACKED_BYTES: u64 = 64 << 20;
/// Shorter lists stay in the JSON.
const MIN_LIST_LEN: usize = 16;
/// The first byte of this form. Plain Brotli as we write it, with a window of 22 bits, begins with an odd one.
const COLUMNS: u8 = 0x02;

/// Compresses a canonical record for the database.
pub fn compress(canonical: &[u8]) -> Result<Vec<u8>, ReportError> {
    pack_within(canonical, MAX_UNPACKED_BYTES)
}

/// The canonical record again, byte for byte.
pub fn decompress(packed: &[u8]) -> Result<Vec<u8>, ReportError> {
    unpack_within(packed, MAX_UNPACKED_BYTES)
}

fn pack_within(canonical: &[u8], max: u64) -> Result<Vec<u8>, ReportError> {
    if let Some(packed) = pack_columns(canonical)
        && unpack_within(&packed, max).is_ok_and(|again| again == canonical)
    {
        return Ok(packed);
    }
    let packed = brotli(canonical)?;
    if unpack_within(&packed, max)? != canonical {
        return Err(broken("it does not come back as it was"));
    }
    Ok(packed)
}

fn unpack_within(packed: &[u8], max: u64) -> Result<Vec<u8>, ReportError> {
    match packed.split_first() {
        Some((&COLUMNS, rest)) => unpack_columns(rest, max).ok_or_else(|| broken("its columns are damaged")),
        _ => unbrotli(packed, max),
    }
}

fn broken(what: &str) -> ReportError {
    ReportError::Packed(what.to_owned())
}

/// Brotli at 5: the writer of the database waits for it, and 11 takes twenty times as long for a seventh less.
fn brotli(bytes: &[u8]) -> Result<Vec<u8>, ReportError> {
    let mut packed = Vec::new();
    let params =
        brotli::enc::BrotliEncoderParams { quality: 5, lgwin: 22, size_hint: bytes.len(), ..Default::default() };
    let mut writer = brotli::CompressorWriter::with_params(&mut packed, 1 << 16, &params);
    writer.write_all(bytes).and_then(|()| writer.flush()).map_err(|error| broken(&error.to_string()))?;
    drop(writer);
    Ok(packed)
}

fn unbrotli(packed: &[u8], max: u64) -> Result<Vec<u8>, ReportError> {
    let mut bytes = Vec::new();
    brotli::Decompressor::new(packed, 1 << 16)
        .take(max + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| broken(&error.to_string()))?;
    if bytes.len() as u64 > max {
        return Err(broken("it is larger than any report"));
    }
    Ok(bytes)
}

/// `COLUMNS`, how many lists were taken out, for each how many lists of any kind precede it and its length, the
/// length of the rest, the rest in Brotli, and the numbers.
fn pack_columns(canonical: &[u8]) -> Option<Vec<u8>> {
    let mut json = Json::parse(canonical).ok()?;
    let mut taken = Vec::new();
    take_lists(&mut json, &mut 0, &mut taken);
    if taken.is_empty() {
        return None;
    }
    let rest = brotli(json.canonical().as_bytes()).ok()?;
    let mut packed = vec![COLUMNS];
    put(&mut packed, taken.len() as u64);
    for (place, list) in &taken {
        put(&mut packed, *place);
        put(&mut packed, list.len() as u64);
    }
    put(&mut packed, rest.len() as u64);
    packed.extend(rest);
    let mut coder = BitEncoder::new(packed);
    for (i, (_, list)) in taken.iter().enumerate() {
        let beside = i.checked_sub(1).map(|before| taken[before].1.as_slice());
        let mut numbers = NumberModel::new();
        for (row, &value) in list.iter().enumerate() {
            numbers.code(&mut coder, is_moving(beside, row), value)?;
        }
    }
    Some(coder.finish())
}

fn unpack_columns(mut packed: &[u8], max: u64) -> Option<Vec<u8>> {
    let count = get(&mut packed)?;
    let mut places = Vec::new();
    let mut total = 0_u64;
    for _ in 0..count {
        let (place, length) = (get(&mut packed)?, get(&mut packed)?);
        // Each number takes two bytes of JSON at least.
        total = total.checked_add(length).filter(|&total| total <= max / 2)?;
        places.push((place, usize::try_from(length).ok()?));
    }
    let length = usize::try_from(get(&mut packed)?).ok()?;
    let (rest, numbers) = packed.split_at_checked(length)?;
    let mut json = Json::parse(&unbrotli(rest, max).ok()?).ok()?;
    let mut coder = BitDecoder::new(numbers);
    let mut lists: Vec<(u64, Vec<i64>)> = Vec::with_capacity(places.len());
    for (place, length) in places {
        let mut numbers = NumberModel::new();
        let mut list = Vec::with_capacity(length);
        for row in 0..length {
            let moving = is_moving(lists.last().map(|(_, before)| before.as_slice()), row);
            list.push(numbers.code(&mut coder, moving, 0)?);
        }
        lists.push((place, list));
    }
    let mut lists = lists.into_iter().peekable();
    put_lists(&mut json, &mut 0, &mut lists);
    lists.peek().is_none().then(|| json.canonical().into_bytes())
}

/// Empties every long list of numbers and keeps it, with its place among all lists in the order of the text.
fn take_lists(json: &mut Json, seen: &mut u64, taken: &mut Vec<(u64, Vec<i64>)>) {
    match json {
        Json::List(items) => {
            let place = *seen;
            *seen += 1;
            let numbers: Option<Vec<i64>> = items.iter().map(Json::as_int).collect();
            match numbers.filter(|numbers| numbers.len() >= MIN_LIST_LEN) {
                Some(numbers) => {
                    items.clear();
                    taken.push((place, numbers));
                }
                None => items.iter_mut().for_each(|item| take_lists(item, seen, taken)),
            }
        }
        Json::Object(entries) => entries.values_mut().for_each(|entry| take_lists(entry, seen, taken)),
        _ => {}
    }
}

/// Puts each list back where it was.
fn put_lists(json: &mut Json, seen: &mut u64, lists: &mut std::iter::Peekable<std::vec::IntoIter<(u64, Vec<i64>)>>) {
    match json {
        Json::List(items) => {
            let place = *seen;
            *seen += 1;
            if let Some((_, numbers)) = lists.next_if(|(at, _)| *at == place) {
                *items = numbers.into_iter().map(Json::Int).collect();
            } else {
                items.iter_mut().for_each(|item| put_lists(item, seen, lists));
            }
        }
        Json::Object(entries) => entries.values_mut().for_each(|entry| put_lists(entry, seen, lists)),
        _ => {}
    }
}

/// Whether the list before holds anything but 0 in this row: where no coins came, no gifts did.
fn is_moving(beside: Option<&[i64]>, row: usize) -> bool {
    beside.and_then(|before| before.get(row)).is_some_and(|&value| value != 0)
}

/// Seven bits a byte, the lowest first.
fn put(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn get(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..63).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// How often a binary choice was 1 so far, in 65,536ths.
#[derive(Clone, Copy)]
struct BitModel {
    one: u16,
    seen: u16,
}

impl BitModel {
    const EVEN: Self = Self { one: 1 << 15, seen: 0 };

    /// The estimate of Krichevsky and Trofimov, forgetting slowly after 250 choices; never certain.
    fn learn(&mut self, bit: bool) {
        let target = if bit { 65_535 } else { 0 };
        let one = i32::from(self.one) + (target - i32::from(self.one)) / i32::from(self.seen + 2);
        self.one = one.clamp(32, 65_503) as u16;
        self.seen = (self.seen + 1).min(250);
    }
}

/// Writes or reads bits by their chances; one procedure over both makes packing and unpacking the same walk.
trait BitCoder {
    /// Codes a bit: the one given when writing, the one read when reading.
    fn bit(&mut self, chance: &mut BitModel, bit: bool) -> bool;
}

/// The coder's interval. Writing and reading narrow it by the same steps, so that they always agree.
struct Interval {
    low: u32,
    high: u32,
}

impl Interval {
    const ALL: Self = Self { low: 0, high: u32::MAX };

    /// The end of the part that a 1 takes.
    fn split(&self, chance: BitModel) -> u32 {
        self.low + ((u64::from(self.high - self.low) * u64::from(chance.one)) >> 16) as u32
    }

    /// Takes the part of a bit.
    const fn narrow(&mut self, middle: u32, bit: bool) {
        if bit { self.high = middle } else { self.low = middle + 1 }
    }

    /// The first byte, once it is settled; what is left grows by as much.
    const fn is_settled(&mut self) -> Option<u8> {
        if (self.low ^ self.high) >> 24 != 0 {
            return None;
        }
        let byte = (self.high >> 24) as u8;
        self.low <<= 8;
        self.high = self.high << 8 | 0xff;
        Some(byte)
    }
}

struct BitEncoder {
    out: Vec<u8>,
    interval: Interval,
}

impl BitEncoder {
    const fn new(out: Vec<u8>) -> Self {
        Self { out, interval: Interval::ALL }
    }

    fn finish(mut self) -> Vec<u8> {
        // One more byte distinguishes the last interval from its neighbours; the reader takes zeros beyond the end.
        self.out.extend(self.interval.high.to_be_bytes().into_iter().take(1));
        self.out
    }
}

impl BitCoder for BitEncoder {
    fn bit(&mut self, chance: &mut BitModel, bit: bool) -> bool {
        self.interval.narrow(self.interval.split(*chance), bit);
        chance.learn(bit);
        while let Some(byte) = self.interval.is_settled() {
            self.out.push(byte);
        }
        bit
    }
}

struct BitDecoder<'a> {
    bytes: std::slice::Iter<'a, u8>,
    interval: Interval,
    value: u32,
}

impl<'a> BitDecoder<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        let mut decoder = Self { bytes: bytes.iter(), interval: Interval::ALL, value: 0 };
        for _ in 0..4 {
            decoder.shift();
        }
        decoder
    }

    fn shift(&mut self) {
        self.value = self.value << 8 | u32::from(self.bytes.next().copied().unwrap_or(0));
    }
}

impl BitCoder for BitDecoder<'_> {
    fn bit(&mut self, chance: &mut BitModel, _: bool) -> bool {
        let middle = self.interval.split(*chance);
        let bit = self.value <= middle;
        self.interval.narrow(middle, bit);
        chance.learn(bit);
        while self.interval.is_settled().is_some() {
            self.shift();
        }
        bit
    }
}

/// Bits of the largest magnitude, 2^53 − 1.
const SIZES: usize = 54;
/// Bits after the leading one that are learned; those below are noise.
const LEARNED: usize = 6;

/// What one list has shown of its numbers so far.
struct NumberModel {
    /// How many bits the magnitude has: a tree of six choices, once for rows where the list before is unchanged.
    size: [[BitModel; 64]; 2],
    sign: [BitModel; SIZES],
    /// The bits after the leading one, by size and the bits before them.
    top: Vec<[BitModel; 1 << LEARNED]>,
}

impl NumberModel {
    fn new() -> Self {
        Self {
            size: [[BitModel::EVEN; 64]; 2],
            sign: [BitModel::EVEN; SIZES],
            top: vec![[BitModel::EVEN; 1 << LEARNED]; SIZES],
        }
    }

    /// Codes one number; `None` where it is none that a record may hold.
    fn code(&mut self, coder: &mut impl BitCoder, moving: bool, value: i64) -> Option<i64> {
        let magnitude = value.unsigned_abs();
        let wanted = (64 - magnitude.leading_zeros()) as usize;
        if wanted >= SIZES {
            return None;
        }
        let tree = &mut self.size[usize::from(moving)];
        let mut node = 1;
        for shift in (0..6).rev() {
            let bit = coder.bit(&mut tree[node], wanted >> shift & 1 == 1);
            node = node << 1 | usize::from(bit);
        }
        let size = node - 64;
        if size == 0 {
            return Some(0);
        }
        if size >= SIZES {
            return None;
        }
        let negative = coder.bit(&mut self.sign[size], value < 0);
        let mut read = 1_u64;
        for (place, shift) in (0..size - 1).rev().enumerate() {
            let mut noise = BitModel::EVEN;
            let chance = if place < LEARNED { &mut self.top[size][read as usize] } else { &mut noise };
            let bit = coder.bit(chance, magnitude >> shift & 1 == 1);
            read = read << 1 | u64::from(bit);
        }
        let value = i64::try_from(read).ok()?;
        let value = if negative { -value } else { value };
        (-MAX_COUNTER..=MAX_COUNTER).contains(&value).then_some(value)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::report::compose::compose;
    use crate::report::compose::tests::{long_stream, material, record, runs_every};
    use crate::report::record_bytes;
    use proptest::prelude::*;

    #[test]
    fn packing_loses_nothing_and_broken_bytes_are_an_error() {
        let bytes = record_bytes(&record()).unwrap();
        let packed = compress(&bytes).unwrap();
        assert_eq!(packed[0], COLUMNS);
        assert_eq!(decompress(&packed).unwrap(), bytes);
        assert!(decompress(&packed[..packed.len() / 8]).is_err());
        assert!(
            decompress(b"not brotli at all").is_err() && decompress(&[COLUMNS]).is_err() && decompress(&[]).is_err()
        );
    }

    #[test]
    fn what_was_packed_before_is_still_read() {
        let bytes = record_bytes(&record()).unwrap();
        let old = brotli(&bytes).unwrap();
        assert_eq!(old[0] & 1, 1, "it cannot be taken for columns");
        assert_eq!(decompress(&old).unwrap(), bytes);
        // Without a long list, or not canonical, it is plain Brotli.
        for plain in [&b"{\"a\":[1,2]}"[..], b"not JSON", b"", b"[1, 2]"] {
            assert_eq!(decompress(&compress(plain).unwrap()).unwrap(), plain);
        }
    }

    /// The blocks of the example in the documentation: the JSON, and the bytes.
    fn documented_example() -> (String, Vec<u8>) {
        let text = include_str!("../../docs/SERIES-FORMAT.md");
        let example = text.split("## Example").nth(1).unwrap();
        let mut blocks = example.split("```").skip(1).step_by(2);
        let json = blocks.next().unwrap().trim_start_matches("json").trim().to_owned();
        let digits: Vec<&str> = blocks.next().unwrap().split_whitespace().collect();
        (json, digits.into_iter().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect())
    }

    #[test]
    fn the_documented_example_is_decoded() {
        let (json, packed) = documented_example();
        assert_eq!(packed[0], COLUMNS);
        assert_eq!(String::from_utf8(decompress(&packed).unwrap()).unwrap(), json);
    }

    /// Rows of this version stay readable for ever, so its bytes are written the same as long as Brotli's are.
    #[test]
    fn the_documented_example_is_what_is_written() {
        let (json, packed) = documented_example();
        let written = compress(json.as_bytes()).unwrap();
        assert_eq!(written, packed, "{}", written.iter().map(|byte| format!("{byte:02x} ")).collect::<String>());
    }

    #[test]
    fn what_could_not_be_unpacked_is_not_packed() {
        // A stream of a year: more numbers than are unpacked, in a few hundred bytes.
        let numbers = |count: usize| format!("[{}]", vec!["0"; count].join(","));
        assert_eq!(unpack_within(&pack_within(numbers(500).as_bytes(), 1_001).unwrap(), 1_001).unwrap().len(), 1_001);
        assert!(pack_within(numbers(501).as_bytes(), 1_001).is_err());
        assert!(pack_within(&[b'a'; 1_002], 1_001).is_err());
    }

    /// Shannon's least for numbers drawn independently, in bytes.
    fn entropy(column: &[i64]) -> f64 {
        let mut counts = std::collections::BTreeMap::new();
        for value in column {
            *counts.entry(value).or_insert(0) += 1;
        }
        let all = column.len() as f64;
        counts.values().map(|&count| -f64::from(count) * (f64::from(count) / all).log2()).sum::<f64>() / 8.0
    }

    #[test]
    fn three_hours_fit_in_twelve_kilobytes_at_any_pace() {
        for every in [10_000, 5_000] {
            let mut record = long_stream(3);
            record.series = compose(crate::report::ReportInput { runs: runs_every(3, every), ..material(3) }).series;
            let bytes = record_bytes(&record).unwrap();
            let packed = compress(&bytes).unwrap();
            assert_eq!(decompress(&packed).unwrap(), bytes);
            let mut json = Json::parse(&bytes).unwrap();
            let mut lists = Vec::new();
            take_lists(&mut json, &mut 0, &mut lists);
            let floor: Vec<f64> = lists.iter().map(|(_, list)| entropy(list)).collect();
            // In the order of the text: six counters, then last, more, span, step, took.
            println!(
                "{} runs, one every {} s: {} bytes of JSON, {} in plain Brotli, {} packed; words {}, scatter of the \
                 counters {:.0}, of the times {:.0}",
                record.series.len(),
                every / 1000,
                bytes.len(),
                brotli(&bytes).unwrap().len(),
                packed.len(),
                brotli(json.canonical().as_bytes()).unwrap().len(),
                floor[..6].iter().sum::<f64>(),
                floor[6..].iter().sum::<f64>(),
            );
            assert!(packed.len() <= 12_000, "{}", packed.len());
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]
        #[test]
        fn any_lists_come_back(
            lists in prop::collection::vec(prop::collection::vec(prop_oneof![
                Just(0), -3_i64..200, -MAX_COUNTER..=MAX_COUNTER, Just(MAX_COUNTER), Just(-MAX_COUNTER)
            ], 0..300), 0..6),
            name in ".{0,8}",
        ) {
            let list = |list: Vec<i64>| Json::List(list.into_iter().map(Json::Int).collect());
            let lists: Vec<Json> = lists.into_iter().map(list).collect();
            let json = Json::Object([("name".to_owned(), Json::Text(name)), ("lists".to_owned(), Json::List(lists))].into());
            let bytes = json.canonical().into_bytes();
            prop_assert_eq!(decompress(&compress(&bytes).unwrap()).unwrap(), bytes);
        }

        #[test]
        fn damage_never_panics(place in any::<prop::sample::Index>(), flip in 1_u8.., cut in any::<prop::sample::Index>()) {
            static PACKED: std::sync::LazyLock<Vec<u8>> =
                std::sync::LazyLock::new(|| compress(&record_bytes(&record()).unwrap()).unwrap());
            let mut packed = PACKED.clone();
            let place = place.index(packed.len());
            packed[place] ^= flip;
            let _ = decompress(&packed);
            let _ = decompress(&packed[..cut.index(packed.len())]);
        }
    }
}
