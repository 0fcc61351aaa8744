//! A sheet to draw on: shapes and lines of text in their order, painted in the end.
//!
//! Measures are the page's pixels; painting multiplies them. The sheet remembers every text it was given, so that a test can
//! check what a picture must not say.

use super::fonts::{Fonts, TextLine, TextStyle};
use super::qr::QrModules;
use crate::i18n::HanForms;
use crate::web::view::theme::Colour;
use crate::web::view::theme::Theme;
use tiny_skia::{Color, FillRule, LineCap, LineJoin, Paint, Path, PathBuilder, Pixmap, Rect, Stroke, Transform};

/// Pixels of a picture's height that are drawn at most; what a report says ends far before.
const MAX_HEIGHT: u32 = 9_000;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
pub enum PictureError {
    #[error("a picture of {0} × {1} pixels cannot be drawn")]
    Size(u32, u32),
    #[error("the picture could not be written: {0}")]
    Encoding(#[from] png::EncodingError),
}

/// The anchor of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextAnchor {
    Start,
    Middle,
    End,
}

enum Shape {
    Fill(Path, Colour, f32),
    Line(Path, Colour, f32),
}

pub struct Canvas<'a> {
    pub fonts: &'a Fonts,
    pub theme: Theme,
    /// Which forms Han letters take.
    pub han: HanForms,
    pub width: f32,
    shapes: Vec<Shape>,
    texts: Vec<String>,
}

/// A path of straight lines.
fn polyline(points: &[(f32, f32)], close: bool) -> Option<Path> {
    let mut path = PathBuilder::new();
    let (first, rest) = points.split_first()?;
    path.move_to(first.0, first.1);
    rest.iter().for_each(|(x, y)| path.line_to(*x, *y));
    if close {
        path.close();
    }
    path.finish()
}

impl<'a> Canvas<'a> {
    pub const fn new(fonts: &'a Fonts, theme: Theme, han: HanForms, width: f32) -> Self {
        Self { fonts, theme, han, width, shapes: Vec::new(), texts: Vec::new() }
    }

    /// Every text on the sheet, a line each.
    pub fn texts(&self) -> String {
        self.texts.join("\n")
    }

    pub fn rect(&mut self, x: f32, y: f32, width: f32, height: f32, colour: Colour) {
        if let Some(rect) = Rect::from_xywh(x, y, width.max(0.0), height.max(0.0)) {
            self.shapes.push(Shape::Fill(PathBuilder::from_rect(rect), colour, 1.0));
        }
    }

    pub fn area(&mut self, points: &[(f32, f32)], colour: Colour, opacity: f32) {
        self.shapes.extend(polyline(points, true).map(|path| Shape::Fill(path, colour, opacity)));
    }

    /// A line along points; a single one is a dot.
    pub fn curve(&mut self, points: &[(f32, f32)], colour: Colour, width: f32) {
        let path = match points {
            [(x, y)] => PathBuilder::from_circle(*x, *y, width / 2.0).map(|path| Shape::Fill(path, colour, 1.0)),
            points => polyline(points, false).map(|path| Shape::Line(path, colour, width)),
        };
        self.shapes.extend(path);
    }

    pub fn rule(&mut self, from: (f32, f32), to: (f32, f32), colour: Colour) {
        self.curve(&[from, to], colour, 1.0);
    }

    /// A gap: oblique lines on a ground a little darker than the paper.
    pub fn hatched(&mut self, x: f32, y: f32, width: f32, height: f32) {
        self.rect(x, y, width, height, self.theme.paper_2());
        // Lines run down to the left; each is cut to the rectangle.
        let mut offset = 3.5;
        while offset < width + height {
            let top = ((offset.min(width)), (offset - width).max(0.0));
            let bottom = ((offset - height).max(0.0), offset.min(height));
            self.curve(&[(x + top.0, y + top.1), (x + bottom.0, y + bottom.1)], self.theme.line_2(), 1.0);
            offset += 7.0;
        }
    }

    pub fn line_of(&self, text: &str, style: TextStyle) -> TextLine {
        self.fonts.line(text, style, self.han)
    }

    /// Writes a shaped line; the point lies on its baseline.
    pub fn write(&mut self, line: &TextLine, x: f32, y: f32, anchor: TextAnchor, colour: Colour) {
        self.put(line, x, y, anchor, colour, false);
    }

    /// Text on a chart: the paper shines around its letters.
    pub fn write_over(&mut self, line: &TextLine, x: f32, y: f32, anchor: TextAnchor, colour: Colour) {
        self.put(line, x, y, anchor, colour, true);
    }

    fn put(&mut self, line: &TextLine, x: f32, y: f32, anchor: TextAnchor, colour: Colour, halo: bool) {
        let left = match anchor {
            TextAnchor::Start => x,
            TextAnchor::Middle => x - line.width / 2.0,
            TextAnchor::End => x - line.width,
        };
        let outlines = self.fonts.outlines(line, left, y);
        self.texts.push(line.text.clone());
        let size = line.size();
        if halo {
            let paths = [&outlines.plain, &outlines.bolder].into_iter().flatten().cloned();
            let paper = self.theme.paper();
            self.shapes.extend(paths.map(|path| Shape::Line(path, paper, 3.0)));
        }
        self.shapes.extend(outlines.plain.map(|path| Shape::Fill(path, colour, 1.0)));
        if let Some(path) = outlines.bolder {
            self.shapes.push(Shape::Line(path.clone(), colour, size * 0.035));
            self.shapes.push(Shape::Fill(path, colour, 1.0));
        }
        self.shapes.extend(outlines.boxes.map(|path| Shape::Line(path, self.theme.ink_3(), size * 0.06)));
    }

    /// A QR code: dark on white in every theme, because cameras read nothing else reliably.
    pub fn qr(&mut self, modules: &QrModules, x: f32, y: f32, side: f32) {
        self.rect(x, y, side, side, [255, 255, 255]);
        let unit = side / modules.side as f32;
        let mut path = PathBuilder::new();
        for run in &modules.runs {
            let left = x + run.x as f32 * unit;
            if let Some(rect) = Rect::from_xywh(left, y + run.y as f32 * unit, run.length as f32 * unit, unit) {
                path.push_rect(rect);
            }
        }
        self.shapes.extend(path.finish().map(|path| Shape::Fill(path, [0, 0, 0], 1.0)));
    }

    /// Paints the sheet, `height` of it, and writes it as a PNG.
    pub fn png(&self, height: f32, scale: f32) -> Result<Vec<u8>, PictureError> {
        let size = ((self.width * scale).round() as u32, (height * scale).ceil() as u32);
        let pixmap = Some(size).filter(|(_, height)| *height <= MAX_HEIGHT);
        let mut pixmap = pixmap.and_then(|(w, h)| Pixmap::new(w, h)).ok_or(PictureError::Size(size.0, size.1))?;
        let [r, g, b] = self.theme.paper();
        pixmap.fill(Color::from_rgba8(r, g, b, 255));
        let whole = Transform::from_scale(scale, scale);
        for shape in &self.shapes {
            let mut paint = Paint { anti_alias: true, ..Paint::default() };
            let colour = |[r, g, b]: Colour, opacity: f32| Color::from_rgba8(r, g, b, (opacity * 255.0).round() as u8);
            match shape {
                Shape::Fill(path, of, opacity) => {
                    paint.set_color(colour(*of, *opacity));
                    pixmap.fill_path(path, &paint, FillRule::Winding, whole, None);
                }
                Shape::Line(path, of, width) => {
                    paint.set_color(colour(*of, 1.0));
                    let stroke = Stroke {
                        width: *width,
                        line_cap: LineCap::Round,
                        line_join: LineJoin::Round,
                        ..Stroke::default()
                    };
                    pixmap.stroke_path(path, &paint, &stroke, whole, None);
                }
            }
        }
        // Nothing shines through the paper, so the pixels are the same with and without their opacity multiplied in.
        let mut file = Vec::new();
        let mut encoder = png::Encoder::new(&mut file, size.0, size.1);
        encoder.set_color(png::ColorType::Rgba);
        encoder.set_depth(png::BitDepth::Eight);
        encoder.set_compression(png::Compression::Balanced);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(pixmap.data())?;
        writer.finish()?;
        Ok(file)
    }
}
