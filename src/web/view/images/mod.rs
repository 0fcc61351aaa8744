//! Reports as pictures, for chats that neither open files nor print: the share image a reader saves, the card a chat unfurls.
//!
//! Must not: decide what is hidden (a picture is made from the link's derived document), ask the store, or know of requests.
//!
//! Texts are shaped with fonts of our own ([`fonts`]), put on a [`sheet`] together with the charts, and painted in one go.

mod canvas;
mod card;
mod chart;
pub mod fonts;
pub mod qr;
mod share_image;

pub use canvas::PictureError;
pub use fonts::Fonts;

use crate::domain::record::Document;
use crate::i18n::{I18n, Lang};
use crate::web::view::theme::Theme;
use canvas::Canvas;

/// Width and height of a card, as chats want them.
pub const CARD: (u32, u32) = (1200, 630);
/// Width of a share image.
pub const SHARE_IMAGE: u32 = (share_image::WIDTH * share_image::SCALE) as u32;

/// What a picture is made of.
pub struct PictureInput {
    pub document: Document,
    pub i18n: I18n,
    /// Where the report's fingerprint can be verified; complete, or there is no code to scan.
    pub verify: Option<String>,
}

impl PictureInput {
    fn sheet<'a>(&self, fonts: &'a Fonts, theme: Theme, width: f32) -> Canvas<'a> {
        Canvas::new(fonts, theme, self.i18n.lang.han_forms(), width)
    }

    /// The share image as a PNG.
    pub fn share_image(&self, fonts: &Fonts, theme: Theme) -> Result<Vec<u8>, PictureError> {
        let mut sheet = self.sheet(fonts, theme, share_image::WIDTH);
        let height = share_image::draw(&mut sheet, self);
        sheet.png(height, share_image::SCALE)
    }

    /// Every text of the share image, a line each.
    pub fn share_image_texts(&self, fonts: &Fonts) -> String {
        let mut sheet = self.sheet(fonts, Theme::Light, share_image::WIDTH);
        share_image::draw(&mut sheet, self);
        sheet.texts()
    }

    /// The card as a PNG. Chats show it on a ground of their own, so it is light.
    pub fn card(&self, fonts: &Fonts) -> Result<Vec<u8>, PictureError> {
        let mut sheet = self.sheet(fonts, Theme::Light, CARD.0 as f32);
        card::draw(&mut sheet, self);
        sheet.png(CARD.1 as f32, 1.0)
    }

    /// Every text of the card, a line each.
    pub fn card_texts(&self, fonts: &Fonts) -> String {
        let mut sheet = self.sheet(fonts, Theme::Light, CARD.0 as f32);
        card::draw(&mut sheet, self);
        sheet.texts()
    }
}

/// The card of a link that asks for a password.
pub fn locked_card(fonts: &Fonts, lang: Lang) -> Result<Vec<u8>, PictureError> {
    let mut sheet = Canvas::new(fonts, Theme::Light, lang.han_forms(), CARD.0 as f32);
    card::draw_locked(&mut sheet, lang);
    sheet.png(CARD.1 as f32, 1.0)
}

#[cfg(test)]
mod tests;
