//! One app of Tencent Cloud Live: its key, its region, its rules.
//!
//! Must not: call Tencent, or print a key (secrets are [`SecretString`], whose `Debug` is redacted).

use super::Region;
use crate::domain::AppId;
use secrecy::SecretString;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;
use url::{Host, Url};
use wildmatch::WildMatch;

/// One SDKAppID with what is needed to ask for its rooms. Fields carry the names of their keys in `[tencent]` and
/// `[[app]]`, if not said otherwise.
#[derive(Clone, Debug)]
pub struct AppConfig {
    /// `sdkappid`.
    pub id: AppId,
    /// `name` (`Japan`): what the console calls the app; see [`AppConfig::name`].
    pub name: Option<String>,
    /// `short` (`JP`): the same in a row of a list; see [`AppConfig::short`].
    pub short: Option<String>,
    /// `secret_key` or the content of `secret_key_file`: text, never hex-decoded.
    pub secret_key: SecretString,
    /// An admin account of the app; `administrator` by default.
    pub identifier: String,
    /// `region` or `endpoint` (endpoint wins).
    pub endpoint: Endpoint,
    /// `get_room_stats`; Tencent's own console calls `get_room_statistic`.
    pub stats_command: String,
    /// Which rooms of the room list are followed; all public ones by default.
    pub follow: MonitoredRooms,
    /// Share of Tencent's limits that we use, 0.01 to 1; 0.8 by default, the rest is for other programs.
    pub budget_share: f64,
    /// IANA name of the zone of the app's reports; `UTC` by default.
    pub timezone: String,
    /// `day_start` (`06:00`): when the app's days begin, in minutes after midnight of its zone; 0 by default.
    pub day_start: u32,
    /// Token under which Tencent signs its webhooks.
    pub webhook_token: Option<SecretString>,
    /// The token before, accepted while rotating.
    pub webhook_token_previous: Option<SecretString>,
    /// Bearer token of copies that the app's own backend forwards.
    pub forward_token: Option<SecretString>,
    /// End a stream after this many minutes in which successful readings do not move. Off by default.
    pub quiet_end_minutes: Option<u32>,
    /// Overrides `collector.interval`.
    pub interval: Option<Duration>,
}

impl AppConfig {
    /// An app with the defaults for everything else.
    pub fn new(id: AppId, secret_key: SecretString, endpoint: Endpoint) -> Self {
        Self {
            id,
            name: None,
            short: None,
            secret_key,
            identifier: "administrator".to_owned(),
            endpoint,
            stats_command: "get_room_stats".to_owned(),
            follow: MonitoredRooms::Public,
            budget_share: 0.8,
            timezone: "UTC".to_owned(),
            day_start: 0,
            webhook_token: None,
            webhook_token_previous: None,
            forward_token: None,
            quiet_end_minutes: None,
            interval: None,
        }
    }

    /// The configured name, else the SDKAppID.
    pub fn name(&self) -> String {
        self.name.clone().unwrap_or_else(|| self.id.to_string())
    }

    /// The configured short form, else the name.
    pub fn short(&self) -> String {
        self.short.clone().unwrap_or_else(|| self.name())
    }

    /// Whether a name or short form of one app is also a name, short form or SDKAppID of the other, whatever the case.
    pub(super) fn shared_label(&self, other: &Self) -> Option<String> {
        let own = [self.name.clone(), self.short.clone(), Some(self.id.to_string())];
        let theirs = [other.name.clone(), other.short.clone(), Some(other.id.to_string())];
        let theirs: Vec<String> = theirs.iter().flatten().map(|label| label.to_lowercase()).collect();
        own.into_iter().flatten().find(|label| theirs.contains(&label.to_lowercase()))
    }
}

/// Longest `name`, in characters: what fits a heading.
pub(super) const MAX_NAME_LEN: usize = 40;
/// Longest `short`, in characters: what fits a column of a list.
pub(super) const MAX_SHORT_LEN: usize = 8;

/// Which rooms are followed without being added by hand.
#[derive(Clone, Debug, PartialEq)]
pub enum MonitoredRooms {
    /// `public`: every room of the room list.
    Public,
    /// `none`: only rooms added by hand.
    None,
    /// `match:GLOB`: rooms of the list whose RoomId matches; `*` any text, `?` one character.
    Match(WildMatch),
}

impl MonitoredRooms {
    /// Whether a room of the list is followed.
    pub fn includes(&self, room: &str) -> bool {
        match self {
            Self::Public => true,
            Self::None => false,
            Self::Match(glob) => glob.matches(room),
        }
    }

    /// `public`, `none` or `match:GLOB`.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "public" => Some(Self::Public),
            "none" => Some(Self::None),
            _ => text
                .strip_prefix("match:")
                .filter(|glob| !glob.is_empty())
                .map(|glob| Self::Match(WildMatch::new(glob))),
        }
    }
}

impl fmt::Display for MonitoredRooms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Public => f.write_str("public"),
            Self::None => f.write_str("none"),
            Self::Match(glob) => write!(f, "match:{glob}"),
        }
    }
}

/// Where an app's calls go: scheme, host and port, nothing else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    base: Url,
    region: Option<Region>,
    guessed: bool,
}

/// Why a text is no endpoint.
#[derive(Debug, thiserror::Error)]
pub enum EndpointError {
    #[error("is not an address; write https://HOST or http://HOST:PORT, without a path")]
    Shape,
    #[error(
        "{0} is not a host of Tencent (*.im.qcloud.com, *.tim.qq.com, *.my-imcloud.com); set allow_custom_endpoint = true \
         if the secret key may be used there"
    )]
    Foreign(String),
    #[error("Tencent's hosts are called over https only")]
    Plain,
}

impl Endpoint {
    /// The host of a region.
    pub fn of(region: Region) -> Self {
        Self { base: region.url(), region: Some(region), guessed: false }
    }

    /// What Tencent's own console assumes when nothing is configured: SDKAppIDs below 1400000000 are in Singapore, the
    /// others in China. `check` says that it is a guess.
    pub fn guess(id: AppId) -> Self {
        let region = if id.0 < 1_400_000_000 { Region::Singapore } else { Region::China };
        Self { guessed: true, ..Self::of(region) }
    }

    /// An address of one's own: `https://HOST` or `http://HOST:PORT`. Hosts that are not Tencent's need `allow_custom`.
    pub fn parse(text: &str, allow_custom: bool) -> Result<Self, EndpointError> {
        let base = Url::parse(text).map_err(|_| EndpointError::Shape)?;
        let plain_path = matches!(base.path(), "" | "/");
        let bare = base.username().is_empty() && base.password().is_none() && base.query().is_none();
        if !matches!(base.scheme(), "http" | "https") || !plain_path || !bare || base.fragment().is_some() {
            return Err(EndpointError::Shape);
        }
        let host = base.host_str().unwrap_or_default().to_owned();
        let official = matches!(base.host(), Some(Host::Domain(_)))
            && [".im.qcloud.com", ".tim.qq.com", ".my-imcloud.com"].iter().any(|suffix| host.ends_with(suffix));
        if official && (base.scheme() != "https" || base.port().is_some()) && !allow_custom {
            return Err(EndpointError::Plain);
        }
        if !official && !allow_custom {
            return Err(EndpointError::Foreign(host));
        }
        let region = Region::ALL.into_iter().find(|region| region.host() == host);
        Ok(Self { base, region, guessed: false })
    }

    /// Scheme, host and port; the path is `/`.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Host and port, as a firewall knows them: `live.tim.qq.com:443`.
    pub fn address(&self) -> String {
        let port = self.base.port_or_known_default().map(|port| format!(":{port}")).unwrap_or_default();
        format!("{}{port}", self.base.host_str().unwrap_or_default())
    }

    /// The region this host belongs to, where it is one of the named.
    pub fn region(&self) -> Option<Region> {
        self.region
    }

    /// Whether the region was guessed from the SDKAppID.
    pub fn is_guessed(&self) -> bool {
        self.guessed
    }

    /// Whether the host is this machine: no proxy is asked for it.
    pub fn is_loopback(&self) -> bool {
        match self.base.host() {
            Some(Host::Ipv4(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Ipv6(address)) => IpAddr::from(address).is_loopback(),
            Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
            None => false,
        }
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.base.as_str().trim_end_matches('/'))
    }
}
