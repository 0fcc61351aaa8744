//! What drawing pictures takes: the fonts, and turns of their own.

use super::turns::RenderQueue;
use crate::web::view::images::Fonts;
use std::path::PathBuf;
use std::sync::OnceLock;

/// The fonts, read when the first picture is asked for, and who may draw.
pub struct PictureTools {
    folder: Option<PathBuf>,
    fonts: OnceLock<Fonts>,
    pub turns: RenderQueue,
}

impl PictureTools {
    pub fn new(folder: Option<PathBuf>) -> Self {
        Self { folder, fonts: OnceLock::new(), turns: RenderQueue::default() }
    }

    pub fn fonts(&self) -> &Fonts {
        self.fonts.get_or_init(|| Fonts::load(self.folder.as_deref()))
    }
}
