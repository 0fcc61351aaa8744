//! `/`: every live stream, what needs a look first.

use super::page::{Page, serve};
use crate::api::FormAction;
use crate::api::rooms::AddedRooms;
use crate::auth::Role;
use crate::components::board::{board, strip};
use crate::components::frame::{empty, field_text, frame, tab_title};
use crate::islands::LiveBoard;
use crate::islands::cells::{AppLabel, BoardSort, BoardView, Drawn, order};
use crate::lang::Words;
use leptos::prelude::*;

pub fn live() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        let title = words.pick("Live", "直播中", "ライブ");
        let mut rows = page.state.board.rows();
        if let Some(search) = page.param("q").map(str::to_lowercase) {
            rows.retain(|row| {
                let texts =
                    [row.title.as_deref(), row.host.as_deref(), row.host_name.as_deref(), Some(row.room.as_str())];
                let found = texts.into_iter().flatten().any(|text| text.to_lowercase().contains(&search));
                // An app is found by its whole name: a part of it may be a part of any title.
                found || page.app_names(row.app).iter().any(|name| name.to_lowercase() == search)
            });
        }
        let board_view = BoardView::from_name(page.param("view"));
        rows.retain(|row| board_view.shows(row));
        let sort = page.param("sort").and_then(BoardSort::from_name).unwrap_or_default();
        let looks = order(&mut rows, sort, board_view, |_| false);
        let apps: Vec<AppLabel> =
            page.state.config.apps.iter().filter_map(|app| Some((app.id, page.app_label(app.id)?))).collect();
        let table =
            board(words, &rows, &apps, looks, sort, page.now, |column| page.address_with(&[("sort", Some(column))]));
        let kiosk = page.param("kiosk").is_some();
        let keys = (!kiosk).then(|| {
            let words = words.pick(
                "On a row: Enter opens it, P pins it, N goes to its note, E keeps one that is ending.",
                "选中一行后：Enter 打开，P 置顶，N 写备注，E 继续跟踪即将结束的直播。",
                "行を選んで：Enterで開く、Pで固定、Nでメモ、Eで終了中の配信を追跡し続ける。",
            );
            view! { <p class="note keys">{words}</p> }
        });
        let nothing = rows.is_empty().then(|| nobody(&page, board_view));
        let island_words = Words { zone: words.zone.since(page.now - 86_400_000), ..words.clone() };
        let drawn = Drawn { apps, sort: sort.name().to_owned(), now: page.now.0 };
        let attention = page.address_with(&[("view", Some("attention")), ("q", None)]);
        let above = strip(words, &page.state.board.strip(), page.now, attention);
        let only = (board_view == BoardView::Attention).then(|| {
            let all = page.address_with(&[("view", None)]);
            view! {
                <p class="note">
                    {words.pick("Only what needs attention.", "仅显示需关注的直播。", "要確認の配信のみ表示しています。")} " "
                    <a href=all>{words.pick("All live streams ›", "全部直播 ›", "すべての配信 ›").to_owned()}</a>
                </p>
            }
        });
        let content = view! {
            <div class="page-head">
                <h1>{title.to_owned()}</h1>
                {search(&page)}
            </div>
            <LiveBoard words=island_words drawn=drawn>
                <div class="above">{above} {keys} {only}</div>
                {table}
            </LiveBoard>
            {nothing}
            {(page.may(Role::Operator) && !kiosk).then(|| forms(&page))}
        }
        .into_any();
        if kiosk { wall(title, content) } else { frame(&page, "/", title, content) }
    })
}

/// The board alone, for a wall: no navigation, larger type.
fn wall(title: &str, content: AnyView) -> AnyView {
    view! {
        {tab_title(title)}
        <main id="content" class="kiosk">
            {content}
        </main>
    }
    .into_any()
}

fn search(page: &Page) -> AnyView {
    let words = &page.words;
    let typed = page.param("q").unwrap_or_default().to_owned();
    view! {
        <form method="get" role="search" class="in-line">
            <div>
                <label for="q" class="visually-hidden">
                    {words.pick("Room, title or host", "房间、标题或主播", "部屋・タイトル・配信者").to_owned()}
                </label>
                <input
                    id="q"
                    name="q"
                    type="search"
                    value=typed
                    placeholder=words.pick("Room, title or host", "房间、标题或主播", "部屋・タイトル・配信者").to_owned()
                />
            </div>
            <button type="submit">{words.pick("Filter", "筛选", "絞り込む").to_owned()}</button>
        </form>
    }
    .into_any()
}

fn nobody(page: &Page, view: BoardView) -> AnyView {
    let words = &page.words;
    if view == BoardView::Attention {
        return empty(
            words.pick("Nothing needs attention", "没有需要关注的直播", "確認が必要な配信はありません"),
            words.pick(
                "A stream appears here when its host has left for 3 minutes and the room stays, when it gets entries without any reaction, or when Tencent does not answer for it.",
                "主播离开3分钟而直播间仍在、只有进房而没有任何互动、或腾讯没有应答时，直播会显示在此。",
                "配信者の退室から3分たってもルームが残っている、入室があっても反応がない、Tencentの応答がない配信がここに表示されます。",
            ),
        );
    }
    if page.param("q").is_some() {
        return empty(
            words.pick("No live stream fits", "没有符合的直播", "該当する配信はありません"),
            words.pick("Ended ones are under History.", "已结束的在“历史”中。", "終了した配信は「履歴」にあります。"),
        );
    }
    empty(
        words.pick("No room is live", "目前没有直播", "配信中の部屋はありません"),
        words.pick(
            "A public room appears here within seconds of its creation; a private one when you add its RoomId.",
            "公开房间创建后几秒内会显示在此；私有房间在添加 RoomId 后显示。",
            "公開の部屋は作成から数秒で表示されます。非公開の部屋はRoomIdを追加すると表示されます。",
        ),
    )
}

/// Which app, where there are several.
pub fn app_choice(page: &Page, id: &'static str) -> Option<AnyView> {
    let apps = page.state.collector.apps();
    let options = (apps.len() > 1).then(|| {
        apps.iter().map(|app| view! { <option value=app.0>{page.app_in_full(*app)}</option> }).collect_view()
    })?;
    Some(
        view! {
            <label for=id>{page.words.pick("App", "应用", "アプリ").to_owned()}</label>
            <select id=id name="app">
                {options}
            </select>
        }
        .into_any(),
    )
}

fn forms(page: &Page) -> AnyView {
    let words = &page.words;
    let typed = |action: FormAction, field: &str| {
        page.typed(action).and_then(|flash| flash.field(field)).unwrap_or_default().to_owned()
    };
    // What was refused stays in the field, also where other rooms were accepted.
    let refused = page.request.flash.as_deref().filter(|flash| flash.action == FormAction::AddRooms);
    let refused = refused
        .and_then(|flash| flash.answer::<AddedRooms>())
        .map(|added| added.refused.iter().map(|refused| refused.room.clone()).collect::<Vec<_>>().join("\n"));
    let rooms = refused.unwrap_or_else(|| typed(FormAction::AddRooms, "rooms"));
    view! {
        <section class="add" aria-label=words.pick("Rooms", "房间", "部屋").to_owned()>
            <form method="post" action=FormAction::AddRooms.path() class="stacked">
                <h2>{words.pick("Follow rooms", "跟踪房间", "部屋を追跡").to_owned()}</h2>
                {app_choice(page, "add-app")}
                <label for="rooms">
                    {words.pick("RoomIds, one a line", "RoomId，每行一个", "RoomId（1行に1つ）").to_owned()}
                </label>
                <textarea id="rooms" name="rooms" rows="3" required autocapitalize="none" spellcheck="false">
                    {field_text(&rooms)}
                </textarea>
                <button type="submit">{words.follow().to_owned()}</button>
                {super::rooms::rooms_link(words)}
            </form>
            <form method="post" action=FormAction::TakeSnapshot.path() class="stacked">
                <h2>{words.pick("Totals of a room, now", "立即读取一个房间", "部屋の合計をいま取得").to_owned()}</h2>
                {app_choice(page, "snapshot-app")}
                <label for="room">"RoomId"</label>
                <input
                    id="room"
                    name="room"
                    required
                    maxlength="48"
                    autocapitalize="none"
                    spellcheck="false"
                    value=typed(FormAction::TakeSnapshot, "room")
                />
                <p class="note">
                    {words
                        .pick(
                            "One reading, kept as a sealed report. It follows and ends nothing.",
                            "单次读数，保存为已定稿报告；不会跟踪也不会结束任何直播。",
                            "1回だけ取得し、確定したレポートとして残します。追跡も終了もしません。",
                        )
                        .to_owned()}
                </p>
                <button type="submit">{words.pick("Read once", "读取一次", "1回取得").to_owned()}</button>
            </form>
        </section>
    }
    .into_any()
}
