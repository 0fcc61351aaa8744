//! The curve that a row of a list shows: a byte for each level.

/// The level of the highest piece of a curve; the others are in proportion.
const MAX_LEVEL: u8 = 250;
/// The byte of a piece in which nothing was read.
const NOT_READ: u8 = 255;

/// A curve as its column stores it; nothing where there is none.
pub(super) fn to_bytes(curve: &[Option<u8>]) -> Option<Vec<u8>> {
    (!curve.is_empty())
        .then(|| curve.iter().map(|level| level.map_or(NOT_READ, |level| level.min(MAX_LEVEL))).collect())
}

pub(super) fn from_bytes(bytes: Vec<u8>) -> Vec<Option<u8>> {
    bytes.into_iter().map(|level| (level != NOT_READ).then_some(level)).collect()
}
