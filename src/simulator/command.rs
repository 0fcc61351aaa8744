//! The commands of the API by name and path.

/// The commands there are. `get_room_statistic`, which Tencent's console calls, is `get_room_stats`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SimCommand {
    Stats,
    List,
    Info,
    Create,
    Destroy,
    Update,
    CallbackToken,
}

impl SimCommand {
    pub const ALL: [Self; 7] =
        [Self::Stats, Self::List, Self::Info, Self::Create, Self::Destroy, Self::Update, Self::CallbackToken];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Stats => "get_room_stats",
            Self::List => "get_room_list",
            Self::Info => "get_room_info",
            Self::Create => "create_room",
            Self::Destroy => "destroy_room",
            Self::Update => "update_room_info",
            Self::CallbackToken => "get_callback_token",
        }
    }

    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "get_room_statistic" => Some(Self::Stats),
            name => Self::ALL.into_iter().find(|command| command.name() == name),
        }
    }

    pub fn from_path(path: &str) -> Option<Self> {
        let (service, name) = path.strip_prefix("/v4/")?.split_once('/')?;
        Self::from_name(name).filter(|&command| {
            service == if command == Self::CallbackToken { "live_config" } else { "live_engine_http_srv" }
        })
    }
}
