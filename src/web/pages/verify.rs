//! `/verify`: is this report genuine? Open to everybody; the answer is the server's (`POST /verify`).

use super::page::serve;
use crate::web::components::frame::frame;
use leptos::prelude::*;

pub fn verify() -> AnyView {
    serve(|page| async move {
        let i18n = &page.i18n;
        let title = i18n.verify_title();
        let typed = page.param("fingerprint").unwrap_or_default().to_owned();
        let content = view! {
            <div class="narrow">
                <h1>{title.to_owned()}</h1>
                <p>
                    {i18n
                        .verify_intro()
                        .to_owned()}
                </p>
                <form method="post" action="/verify" enctype="multipart/form-data" class="stacked">
                    <label for="file">
                        {i18n
                            .verify_file()
                            .to_owned()}
                    </label>
                    <input id="file" name="file" type="file" accept=".json,.html,application/json,text/html" required/>
                    <button type="submit" class="primary">{i18n.verify_submit_file().to_owned()}</button>
                </form>
                <form method="post" action="/verify" class="stacked">
                    <label for="fingerprint">
                        {i18n
                            .verify_fingerprint()
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
                    <button type="submit">{i18n.verify_look_up().to_owned()}</button>
                </form>
                <p class="note">
                    <a href="/.well-known/aftershow.pub">
                        {i18n.verify_public_keys().to_owned()}
                    </a>
                </p>
            </div>
        }
        .into_any();
        frame(&page, "/verify", title, content)
    })
}
