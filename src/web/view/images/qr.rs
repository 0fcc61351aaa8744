//! QR codes as SVG, dark on white in every theme, because cameras read nothing else reliably.

use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write;

/// Longer texts make codes too fine for a phone's camera.
const MAX_TEXT_LEN: usize = 600;
/// Modules of white around a code, as the standard wants them.
const QUIET_ZONE: i32 = 4;

/// Dark modules beside each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QrRun {
    pub x: i32,
    pub y: i32,
    pub length: i32,
}

/// The dark modules of a code, and how many modules its side has, quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QrModules {
    pub side: i32,
    pub runs: Vec<QrRun>,
}

/// The modules of a text; `None` where it is too long to be read from a screen.
pub fn modules(text: &str) -> Option<QrModules> {
    let text = Some(text).filter(|text| text.len() <= MAX_TEXT_LEN)?;
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let mut runs = Vec::new();
    for y in 0..code.size() {
        let mut x = 0;
        while x < code.size() {
            let length = (x..code.size()).take_while(|x| code.get_module(*x, y)).count() as i32;
            if length > 0 {
                runs.push(QrRun { x: x + QUIET_ZONE, y: y + QUIET_ZONE, length });
            }
            x += length.max(1);
        }
    }
    Some(QrModules { side: code.size() + 2 * QUIET_ZONE, runs })
}

/// A QR code as a whole SVG element of class `qr`, without styles or scripts; the size is its place's. `None` where the
/// text is too long. It is decoration to a screen reader: the same address is beside it as a link.
pub fn qr_svg(text: &str) -> Option<String> {
    let QrModules { side, runs } = modules(text)?;
    let mut path = String::new();
    for QrRun { x, y, length } in runs {
        // Writing into a String cannot fail.
        let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
    }
    Some(format!(
        "<svg class=\"qr\" xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" aria-hidden=\"true\" \
         focusable=\"false\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/>\
         <path fill=\"#000\" d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The modules a drawing shows, as a camera would see them.
    fn drawn(svg: &str, side: i32) -> Vec<Vec<bool>> {
        let mut seen = vec![vec![false; side as usize]; side as usize];
        let path = svg.split("#000\" d=\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a path");
        for piece in path.split('M').skip(1) {
            let (x, rest) = piece.split_once(' ').expect("two numbers");
            let (y, rest) = rest.split_once('h').expect("a run");
            let (run, _) = rest.split_once('v').expect("one high");
            let (x, y, run): (usize, usize, usize) =
                (x.parse().expect("x"), y.parse().expect("y"), run.parse().expect("run"));
            seen[y][x..x + run].fill(true);
        }
        seen
    }

    #[test]
    fn every_module_is_drawn_and_nothing_else() {
        let text = "https://live.example.com/verify?fingerprint=8F3A-91C2-D04B-77E1";
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).expect("short");
        let modules = modules(text).expect("short");
        let seen = drawn(&qr_svg(text).expect("short"), modules.side);
        for (y, row) in seen.iter().enumerate() {
            for (x, dark) in row.iter().enumerate() {
                assert_eq!(*dark, code.get_module(x as i32 - QUIET_ZONE, y as i32 - QUIET_ZONE), "{x} {y}");
            }
        }
        assert_eq!(modules.side, code.size() + 8);
    }

    #[test]
    fn hostile_text_is_only_modules() {
        let svg = qr_svg("\"><script>\u{202e}").expect("short");
        assert!(!svg.contains("script") && !svg.contains("style="), "{svg}");
        assert!(qr_svg(&"x".repeat(600)).is_some());
        assert_eq!(qr_svg(&"x".repeat(601)), None);
    }
}
