//! Rooms as Tencent's JSON: `get_room_info`, the items of `get_room_list`, `Statistic`, webhooks.
//!
//! Must not: decide anything. Keys, nesting and types are those of Tencent's pages and of its own console.

use super::room::{SimRoom, SimSession};
use crate::domain::{Counter, Counters};
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

/// Totals under Tencent's keys, in the order of its pages; a JSON map would have them in that of the alphabet.
#[derive(Debug)]
pub struct SimTotals(Vec<(&'static str, i64)>);

impl SimTotals {
    /// The six of `get_room_stats`.
    pub fn stats(counters: &Counters) -> Self {
        Self(Counter::ALL.iter().map(|&counter| (counter.tencent_key(), counters.get(counter))).collect())
    }

    /// The five of `destroy_room`: no TotalMsgCount.
    pub fn final_totals(counters: &Counters) -> Self {
        let mut totals = Self::stats(counters);
        totals.0.retain(|(key, _)| *key != Counter::Messages.tencent_key());
        totals
    }
}

impl Serialize for SimTotals {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// The six totals of `get_room_stats`.
pub fn stats(counters: &Counters) -> Map<String, Value> {
    Counter::ALL.iter().map(|&counter| (counter.tencent_key().to_owned(), counters.get(counter).into())).collect()
}

/// The `Statistic` of a room-closed webhook: five totals, no TotalMsgCount.
pub fn statistic(counters: &Counters) -> Value {
    let mut totals = stats(counters);
    totals.remove(Counter::Messages.tencent_key());
    totals.into()
}

/// How many are inside now; not documented, and not cumulative.
fn online(counters: &Counters) -> i64 {
    counters.viewers / 6 + 1
}

/// `RoomInfo` of `get_room_info`: the documented keys, and those Tencent's console expects besides.
pub fn info(room: &SimRoom, session: &SimSession, counters: &Counters) -> Value {
    let meta = &room.meta;
    json!({
        "RoomId": room.id, "RoomName": meta.name, "RoomType": "Live", "Owner_Account": meta.owner,
        "CreateTime": session.create_time, "IsSeatEnabled": true, "TakeSeatMode": meta.take_seat_mode,
        "MaxSeatCount": meta.max_seat_count, "MaxMemberCount": meta.max_member_count,
        "IsMessageDisabled": meta.message_disabled, "CoverURL": meta.cover_url, "Category": meta.category,
        "ActivityStatus": meta.activity_status, "ViewCount": counters.viewers, "IsPublicVisible": meta.public,
        "Notice": meta.notice,
        "MemberCount": online(counters), "OnlineCount": online(counters), "Popularity": counters.viewers * 10,
        "IsUnlimitedRoomEnabled": meta.unlimited, "SeatLayoutTemplateId": 600, "SeatTemplate": meta.seat_template,
        "IsGiftEnabled": true, "IsLikeEnabled": true, "BackgroundURL": meta.background_url,
        "LifetimeAfterNoUsers": 1800, "LifetimeAfterOwnerLeave": 0, "LifetimeAfterOwnerOffline": 600,
        "KeepOwnerOnSeat": meta.keep_owner_on_seat, "IsScreenSharingDisabled": false, "IsAudioDisabled": false,
        "IsVideoDisabled": false, "CustomInfo": "",
    })
}

/// An item of `RoomList`.
pub fn item(room: &SimRoom, session: &SimSession, counters: &Counters) -> Value {
    let meta = &room.meta;
    json!({
        "RoomId": room.id, "RoomName": meta.name, "Owner_Account": meta.owner, "OwnerName": meta.owner_name,
        "OwnerAvatarUrl": "", "CoverURL": meta.cover_url, "Category": meta.category, "CreateTime": session.create_time,
        "ActivityStatus": meta.activity_status, "ViewCount": counters.viewers, "MemberCount": online(counters),
        "OnlineCount": online(counters), "Popularity": counters.viewers * 10,
        "IsUnlimitedRoomEnabled": meta.unlimited, "SeatLayoutTemplateId": 600, "VideoQualityList": [],
    })
}

/// `RoomInfo` of the create webhook.
pub fn created(room: &SimRoom, create_time: i64) -> Value {
    let meta = &room.meta;
    json!({
        "RoomId": room.id, "RoomName": meta.name, "RoomType": "Live", "Owner_Account": meta.owner,
        "MaxMemberCount": meta.max_member_count, "IsMessageDisabled": meta.message_disabled, "CustomInfo": "",
        "IsSeatEnabled": true, "TakeSeatMode": meta.take_seat_mode, "MaxSeatCount": meta.max_seat_count,
        "CreateTime": create_time, "IsPublicVisible": meta.public, "CoverURL": meta.cover_url,
        "Category": meta.category,
    })
}

/// `RoomInfo` of the destroy webhook; when Tencent itself ends a room it has RoomId and lacks Category.
pub fn destroyed(room: &SimRoom, counters: &Counters, by_system: bool) -> Value {
    let meta = &room.meta;
    let mut json = json!({
        "RoomName": meta.name, "RoomType": "Live", "Owner_Account": meta.owner, "IsSeatEnabled": true,
        "TakeSeatMode": meta.take_seat_mode, "MaxMemberCount": meta.max_member_count,
        "MaxSeatCount": meta.max_seat_count, "CustomInfo": "", "IsMessageDisabled": meta.message_disabled,
        "CoverURL": meta.cover_url, "ActivityStatus": meta.activity_status, "IsPublicVisible": meta.public,
        "ViewCount": counters.viewers, "BackgroundURL": meta.background_url, "IsUnlimitedRoomEnabled": meta.unlimited,
    });
    if by_system {
        json["RoomId"] = room.id.as_str().into();
    } else {
        json["Category"] = meta.category.clone().into();
    }
    json
}

/// `RoomInfo` of the update webhook.
pub fn updated(room: &SimRoom) -> Value {
    let meta = &room.meta;
    json!({
        "RoomId": room.id, "RoomName": meta.name, "MaxMemberCount": meta.max_member_count,
        "IsMessageDisabled": meta.message_disabled, "CoverURL": meta.cover_url, "Category": meta.category,
        "ActivityStatus": meta.activity_status, "IsPublicVisible": meta.public, "TakeSeatMode": meta.take_seat_mode,
        "CustomInfo": "",
    })
}

/// A live room as the control face lists it; not Tencent's.
pub fn control(room: &SimRoom, session: &SimSession, now: i64) -> Value {
    let mut json = stats(&session.counters(now));
    json.insert("room_id".to_owned(), room.id.as_str().into());
    json.insert("name".to_owned(), room.meta.name.as_str().into());
    json.insert("host".to_owned(), json!(room.meta.owner));
    json.insert("public".to_owned(), room.meta.public.into());
    json.insert("create_time".to_owned(), session.create_time.into());
    json.into()
}
