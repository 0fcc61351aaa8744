//! `/verify`: is this report genuine? Open to everybody; the answer is the server's (`POST /verify`).

use super::page::serve;
use crate::components::frame::frame;
use leptos::prelude::*;

pub fn verify() -> AnyView {
    serve(|page| async move {
        let words = &page.words;
        let title = words.pick("Verify a report", "校验报告", "レポートの照合");
        let typed = page.param("fingerprint").unwrap_or_default().to_owned();
        let content = view! {
            <div class="narrow">
                <h1>{title.to_owned()}</h1>
                <p>
                    {words
                        .pick(
                            "A sealed report is signed. Here you learn whether its figures are still those that were sealed.",
                            "已定稿的报告带有签名。在此可确认其中的数字是否仍与定稿时一致。",
                            "確定済みのレポートには署名があります。数字が確定時のままかどうかを確かめられます。",
                        )
                        .to_owned()}
                </p>
                <form method="post" action="/verify" enctype="multipart/form-data" class="stacked">
                    <label for="file">
                        {words
                            .pick(
                                "The file: JSON or offline web page, at most 2 MiB",
                                "文件：JSON 或离线网页，不超过 2 MiB",
                                "ファイル：JSONまたはオフライン用ページ（2 MiBまで）",
                            )
                            .to_owned()}
                    </label>
                    <input id="file" name="file" type="file" accept=".json,.html,application/json,text/html" required/>
                    <button type="submit" class="primary">{words.pick("Verify the file", "校验文件", "ファイルを照合").to_owned()}</button>
                </form>
                <form method="post" action="/verify" class="stacked">
                    <label for="fingerprint">
                        {words
                            .pick(
                                "Or the fingerprint printed on it; it tells existence and time, no figures",
                                "或报告上的校验码；仅能确认是否存在及时间，不含数字",
                                "または印刷された照合コード。存在と時刻だけがわかります",
                            )
                            .to_owned()}
                    </label>
                    <input
                        id="fingerprint"
                        name="fingerprint"
                        value=typed
                        placeholder="8F3A-91C2-D04B-77E1"
                        required
                        spellcheck="false"
                        autocapitalize="characters"
                        autocomplete="off"
                    />
                    <button type="submit">{words.pick("Look it up", "查询", "調べる").to_owned()}</button>
                </form>
                <p class="note">
                    <a href="/.well-known/aftershow.pub">
                        {words.pick("Public keys", "公钥", "公開鍵").to_owned()}
                    </a>
                </p>
            </div>
        }
        .into_any();
        frame(&page, "/verify", title, content)
    })
}
