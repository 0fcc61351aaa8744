//! Under which name and logo reports are issued.

/// What the settings say of the issuer; `None` where they say nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuerRow {
    /// Printed on reports sealed from now on; else the configuration's.
    pub name: Option<String>,
    /// How readers reach the issuer.
    pub contact: Option<String>,
    /// The app's own word for coins, in the order of `Lang::ALL`.
    pub coins: [Option<String>; 3],
    /// `en`, `zh` or `ja`: the language of new links.
    pub lang: Option<String>,
    pub logo: Option<LogoRow>,
}

/// A picture as it was checked at its upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogoRow {
    pub bytes: Vec<u8>,
    /// `image/png`, `image/jpeg` or `image/webp`.
    pub mime: String,
}
