//! The data centres of Tencent Cloud Live and their hosts.
//!
//! Must not: be guessed by asking one host after another; repeated bad signatures lock an account (70050).

use url::Url;

/// The station of an SDKAppID. Calling another station's host is answered 60026, 70016 or 70020.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Region {
    China,
    Singapore,
    Usa,
    Indonesia,
    Korea,
    Germany,
    Japan,
    India,
    Saudi,
}

impl Region {
    pub const ALL: [Self; 9] = [
        Self::China,
        Self::Singapore,
        Self::Usa,
        Self::Indonesia,
        Self::Korea,
        Self::Germany,
        Self::Japan,
        Self::India,
        Self::Saudi,
    ];

    /// The name in the configuration.
    pub const fn name(self) -> &'static str {
        match self {
            Self::China => "china",
            Self::Singapore => "singapore",
            Self::Usa => "usa",
            Self::Indonesia => "indonesia",
            Self::Korea => "korea",
            Self::Germany => "germany",
            Self::Japan => "japan",
            Self::India => "india",
            Self::Saudi => "saudi",
        }
    }

    /// The host that takes the region's calls. The first four are on the page of the API (Get Room Statistics, query
    /// parameters), the others on those of Tencent's chat, whose gateway it is.
    pub const fn host(self) -> &'static str {
        match self {
            Self::China => "console.tim.qq.com",
            Self::Singapore => "adminapisgp.im.qcloud.com",
            Self::Usa => "adminapiusa.im.qcloud.com",
            Self::Indonesia => "adminapiidn.im.qcloud.com",
            Self::Korea => "adminapikr.im.qcloud.com",
            Self::Germany => "adminapiger.im.qcloud.com",
            Self::Japan => "adminapijpn.im.qcloud.com",
            Self::India => "adminapiind.im.qcloud.com",
            Self::Saudi => "adminapiksa.im.qcloud.com",
        }
    }

    /// The region of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|region| region.name() == name)
    }

    /// `https://HOST/`.
    pub fn url(self) -> Url {
        Url::parse(&format!("https://{}/", self.host())).expect("the hosts of the table are hosts")
    }
}
