//! The commands of the API: their names and how often each may be called.

use super::wire::InvalidText;

/// A command of the API with a budget of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Command {
    RoomStats,
    RoomInfo,
    RoomList,
    /// `live_config/get_callback_token`, which only `check` calls.
    CallbackToken,
}

impl Command {
    pub const ALL: [Self; 4] = [Self::RoomStats, Self::RoomInfo, Self::RoomList, Self::CallbackToken];

    /// Calls a second that Tencent allows (each endpoint's page, "Rate Limits").
    pub const fn limit(self) -> u32 {
        match self {
            Self::RoomStats => 100,
            Self::RoomList => 10,
            Self::RoomInfo | Self::CallbackToken => 200,
        }
    }

    /// Tencent's name for it; the app may call `get_room_stats` otherwise.
    pub const fn name(self) -> &'static str {
        match self {
            Self::RoomStats => "get_room_stats",
            Self::RoomInfo => "get_room_info",
            Self::RoomList => "get_room_list",
            Self::CallbackToken => "get_callback_token",
        }
    }

    /// What becomes of broken text in its response: lists and descriptions hold names, which anybody may choose.
    pub(super) const fn invalid_text(self) -> InvalidText {
        match self {
            Self::RoomInfo | Self::RoomList => InvalidText::Replace,
            Self::RoomStats | Self::CallbackToken => InvalidText::Refuse,
        }
    }

    pub(super) const fn service(self) -> &'static str {
        match self {
            Self::CallbackToken => "live_config",
            _ => "live_engine_http_srv",
        }
    }
}
