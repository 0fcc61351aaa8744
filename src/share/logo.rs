//! The issuer's logo: what is taken as a picture.
//!
//! Only PNG, JPEG and WebP, and only whole files of them: a picture is served from our own origin, so nothing that can hold
//! a script (SVG) and nothing that is two things at once. Looked at again each time it is read from the database.

use crate::store::LogoRow;

/// The largest file. It is loaded with a shared report, whose whole budget is 40 kB.
pub const MAX_BYTES: usize = 16 << 10;
/// The longest side, in pixels; it is printed 32 pixels high.
const MAX_SIDE: u32 = 1_024;

/// What a file is, by its own bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogoFormat {
    pub mime: &'static str,
    pub extension: &'static str,
    pub width: u32,
    pub height: u32,
}

/// Why a file is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogoError {
    #[error("choose a file first")]
    Empty,
    #[error("a logo has at most 16 KiB; this file is larger")]
    Large,
    #[error("this is no whole PNG, JPEG or WebP picture; SVG is not taken, since it can hold scripts")]
    Kind,
    #[error("a logo has at most 1024 pixels a side")]
    Size,
}

/// Checks an uploaded file.
pub fn check(bytes: &[u8]) -> Result<LogoFormat, LogoError> {
    if bytes.is_empty() {
        return Err(LogoError::Empty);
    }
    if bytes.len() > MAX_BYTES {
        return Err(LogoError::Large);
    }
    let found = png(bytes).or_else(|| jpeg(bytes)).or_else(|| webp(bytes)).ok_or(LogoError::Kind)?;
    let side = 1..=MAX_SIDE;
    if side.contains(&found.width) && side.contains(&found.height) { Ok(found) } else { Err(LogoError::Size) }
}

/// As the database keeps it.
pub fn row(bytes: Vec<u8>) -> Result<LogoRow, LogoError> {
    let picture = check(&bytes)?;
    Ok(LogoRow { bytes, mime: picture.mime.to_owned() })
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn le24(bytes: &[u8], at: usize) -> Option<u32> {
    let part = bytes.get(at..at + 3)?;
    Some(u32::from(part[0]) | u32::from(part[1]) << 8 | u32::from(part[2]) << 16)
}

/// Chunks from the signature to IEND, which ends the file.
fn png(bytes: &[u8]) -> Option<LogoFormat> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    if !bytes.starts_with(SIGNATURE) || bytes.get(12..16)? != b"IHDR" {
        return None;
    }
    let (width, height) = (be32(bytes, 16)?, be32(bytes, 20)?);
    let mut at = SIGNATURE.len();
    loop {
        let length = usize::try_from(be32(bytes, at)?).ok()?;
        let name = bytes.get(at + 4..at + 8)?;
        at = at.checked_add(length)?.checked_add(12)?;
        if name == b"IEND" {
            break;
        }
    }
    (at == bytes.len()).then_some(LogoFormat { mime: "image/png", extension: "png", width, height })
}

/// Segments from SOI to the scan, one frame header among them; EOI ends the file.
fn jpeg(bytes: &[u8]) -> Option<LogoFormat> {
    if !bytes.starts_with(&[0xff, 0xd8, 0xff]) || !bytes.ends_with(&[0xff, 0xd9]) {
        return None;
    }
    let mut at = 2;
    let mut size = None;
    loop {
        let (mark, kind) = (*bytes.get(at)?, *bytes.get(at + 1)?);
        if mark != 0xff {
            return None;
        }
        let length = usize::from(u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?));
        match kind {
            // Start of frame, but for the tables that share its range.
            0xc0..=0xcf if !matches!(kind, 0xc4 | 0xc8 | 0xcc) => {
                let side = |at: usize| Some(u32::from(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
                size = Some((side(at + 7)?, side(at + 5)?));
            }
            // The scan: what follows is the picture.
            0xda => break,
            _ => {}
        }
        if length < 2 {
            return None;
        }
        at += 2 + length;
    }
    let (width, height) = size?;
    Some(LogoFormat { mime: "image/jpeg", extension: "jpg", width, height })
}

/// One RIFF container that is as long as it says.
fn webp(bytes: &[u8]) -> Option<LogoFormat> {
    let riff = bytes.get(..4)? == b"RIFF" && bytes.get(8..12)? == b"WEBP";
    let length = u32::from_le_bytes(bytes.get(4..8)?.try_into().ok()?);
    if !riff || usize::try_from(length).ok()?.checked_add(8)? != bytes.len() {
        return None;
    }
    let content = 20;
    let (width, height) = match bytes.get(12..16)? {
        b"VP8 " if bytes.get(content + 3..content + 6)? == [0x9d, 0x01, 0x2a] => {
            let side =
                |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?) & 0x3fff));
            (side(content + 6)?, side(content + 8)?)
        }
        b"VP8L" if *bytes.get(content)? == 0x2f => {
            let bits = u32::from_le_bytes(bytes.get(content + 1..content + 5)?.try_into().ok()?);
            ((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1)
        }
        b"VP8X" => (le24(bytes, content + 4)? + 1, le24(bytes, content + 7)? + 1),
        _ => return None,
    };
    Some(LogoFormat { mime: "image/webp", extension: "webp", width, height })
}

#[cfg(test)]
pub mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// A PNG of one grey pixel.
    pub fn pixel() -> Vec<u8> {
        hex::decode(
            "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b55\
             0000000a4944415478da6368000000820081da45083b0000000049454e44ae426082",
        )
        .unwrap()
    }

    fn webp(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let length = (content.len() as u32).to_le_bytes();
        let body = [&b"WEBP"[..], kind, &length, content].concat();
        [&b"RIFF"[..], &(body.len() as u32).to_le_bytes(), &body].concat()
    }

    fn jpeg(width: u16, height: u16) -> Vec<u8> {
        let app = [0xff, 0xe0, 0, 4, 1, 2];
        let mut frame = vec![0xff, 0xc0, 0, 11, 8];
        frame.extend(height.to_be_bytes());
        frame.extend(width.to_be_bytes());
        frame.extend([1, 1, 0x11, 0]);
        [&[0xff, 0xd8][..], &app, &frame, &[0xff, 0xda, 0, 2, 1, 2, 3], &[0xff, 0xd9]].concat()
    }

    #[test]
    fn pictures_are_known_by_their_bytes() {
        let png = check(&pixel()).unwrap();
        assert_eq!((png.mime, png.width, png.height), ("image/png", 1, 1));
        let jpg = check(&jpeg(300, 200)).unwrap();
        assert_eq!((jpg.mime, jpg.width, jpg.height), ("image/jpeg", 300, 200));
        let lossy = webp(b"VP8 ", &[0, 0, 0, 0x9d, 1, 0x2a, 64, 0, 32, 0]);
        assert_eq!(check(&lossy).map(|p| (p.mime, p.width, p.height)), Ok(("image/webp", 64, 32)));
        let lossless = webp(b"VP8L", &[0x2f, 63, 0xc0, 7, 0]);
        assert_eq!(check(&lossless).map(|p| (p.width, p.height)), Ok((64, 32)));
        let extended = webp(b"VP8X", &[0, 0, 0, 0, 63, 0, 0, 31, 0, 0]);
        assert_eq!(check(&extended).map(|p| (p.width, p.height)), Ok((64, 32)));
    }

    #[test]
    fn anything_else_is_refused() {
        let svg = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        let with_more = [&pixel()[..], b"<script>alert(1)</script>"].concat();
        let cut = &pixel()[..40];
        for bytes in
            [&svg[..], &with_more, cut, b"GIF89a\x01\x00\x01\x00", b"\x89PNG\r\n\x1a\n", b"RIFF", &[0xff, 0xd8, 0xff]]
        {
            assert_eq!(check(bytes), Err(LogoError::Kind), "{bytes:?}");
        }
        assert_eq!(check(b""), Err(LogoError::Empty));
        assert_eq!(check(&vec![0; MAX_BYTES + 1]), Err(LogoError::Large));
        assert_eq!(check(&jpeg(1_025, 10)), Err(LogoError::Size));
        assert_eq!(check(&jpeg(0, 10)), Err(LogoError::Size));
    }
}
