//! The themes of a report, and their colours: ink, paper and counters as in the style sheet, held equal to it by a test.

use crate::domain::Counter;

/// The colours a reader asked for (`?theme=`), against what their system would choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Theme {
    Light,
    Dark,
}

/// Red, green, blue.
pub type Colour = [u8; 3];

impl Theme {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Light, Self::Dark].into_iter().find(|theme| theme.name() == name)
    }

    const fn pick(self, light: u32, dark: u32) -> Colour {
        let colour = match self {
            Self::Light => light,
            Self::Dark => dark,
        };
        [(colour >> 16) as u8, (colour >> 8) as u8, colour as u8]
    }

    pub(crate) const fn paper(self) -> Colour {
        self.pick(0xfcfbf8, 0x14161a)
    }

    pub(crate) const fn paper_2(self) -> Colour {
        self.pick(0xf3f1ec, 0x1d2026)
    }

    pub(crate) const fn ink(self) -> Colour {
        self.pick(0x1b1d21, 0xebe9e4)
    }

    pub(crate) const fn ink_2(self) -> Colour {
        self.pick(0x54565c, 0xb1b2b6)
    }

    pub(crate) const fn ink_3(self) -> Colour {
        self.pick(0x696b71, 0x93959b)
    }

    pub(crate) const fn line(self) -> Colour {
        self.pick(0xdfdcd4, 0x30343b)
    }

    pub(crate) const fn line_2(self) -> Colour {
        self.pick(0x88867f, 0x767a82)
    }

    pub(crate) const fn mark(self) -> Colour {
        self.pick(0xf6ecd2, 0x37301d)
    }

    pub(crate) const fn counter(self, counter: Counter) -> Colour {
        match counter {
            Counter::Viewers => self.pick(0x1c6fc0, 0x6db3f5),
            Counter::Gifts => self.pick(0x6a3fb0, 0xb99cf3),
            Counter::Coins => self.pick(0xa56a00, 0xe3ab3d),
            Counter::Gifters => self.pick(0xb83280, 0xf291c4),
            Counter::Likes => self.pick(0xc2321d, 0xf5806b),
            Counter::Messages => self.pick(0x00776c, 0x46c2b2),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_the_colours_of_the_page() {
        let sheet = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/style/_tokens.scss"));
        let token = |name: &str, theme: Theme| -> Colour {
            let line = sheet.lines().find(|line| line.trim().starts_with(&format!("--{name}:"))).expect(name);
            let pair = line.split_once("light-dark(").and_then(|(_, rest)| rest.split_once(')')).expect(name).0;
            let (light, dark) = pair.split_once(',').expect(name);
            let text = match theme {
                Theme::Light => light,
                Theme::Dark => dark,
            };
            let number = u32::from_str_radix(text.trim().trim_start_matches('#'), 16).expect(name);
            [(number >> 16) as u8, (number >> 8) as u8, number as u8]
        };
        for theme in [Theme::Light, Theme::Dark] {
            for (name, colour) in [
                ("paper", theme.paper()),
                ("paper-2", theme.paper_2()),
                ("ink", theme.ink()),
                ("ink-2", theme.ink_2()),
                ("ink-3", theme.ink_3()),
                ("line", theme.line()),
                ("line-2", theme.line_2()),
                ("mark", theme.mark()),
            ] {
                assert_eq!(colour, token(name, theme), "{name} {theme:?}");
            }
            for counter in Counter::ALL {
                assert_eq!(theme.counter(counter), token(counter.name(), theme), "{counter:?} {theme:?}");
            }
        }
    }
}
