//! Texts in every language of the console, made before it is known who reads them.

use super::Lang;
use crate::domain::PerLanguage;

impl PerLanguage {
    /// Asks for the text in each language of the console.
    pub fn new(text: impl Fn(Lang) -> String) -> Self {
        let console = Lang::BUILT.iter().copied().filter(|lang| lang.of_console() == *lang);
        Self::from_pairs(console.map(|lang| (lang.code().to_owned(), text(lang))).collect())
    }

    /// The text in a language, or in the source language where the console does not have that one.
    pub fn get(&self, lang: Lang) -> &str {
        self.get_by_code(lang.of_console().code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_without_a_console_reads_the_source() {
        let text = PerLanguage::new(|lang| lang.code().to_owned());
        for lang in Lang::BUILT {
            assert_eq!(text.get(*lang), lang.of_console().code());
        }
        assert_eq!(PerLanguage::default().get(Lang::En), "");
    }
}
