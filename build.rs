//! Generates the typed message functions of `src/i18n` from the catalogues in `locales/`. Must not: need the network or
//! change anything outside `OUT_DIR`.

#[path = "build/i18n/mod.rs"]
mod i18n;

use std::path::Path;
use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=locales");
    println!("cargo::rerun-if-changed=build");
    // The pseudo-language shows where text does not fit or is not in a catalogue; no release contains it.
    let with_pseudo = std::env::var("PROFILE").is_ok_and(|profile| profile == "debug");
    // Set by `make locale-rows`, whose command is a part of what is built here.
    println!("cargo::rerun-if-env-changed=LOCALE_ROWS_TO_COME");
    let rows_to_come = std::env::var_os("LOCALE_ROWS_TO_COME").is_some();
    let catalogues = match i18n::load(Path::new("locales"), with_pseudo, rows_to_come) {
        Ok(catalogues) => catalogues,
        Err(problems) => {
            for problem in problems {
                println!("cargo::error={problem}");
            }
            return ExitCode::FAILURE;
        }
    };
    for (language, missing) in catalogues.missing() {
        println!("cargo::warning={language}: {missing} messages are not translated yet and appear in English");
    }
    let folder = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let file = Path::new(&folder).join("messages.rs");
    std::fs::write(file, i18n::generate::generate(&catalogues)).expect("OUT_DIR can be written");
    ExitCode::SUCCESS
}
