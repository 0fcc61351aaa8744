//! (not written yet)

pub mod simulate;

pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
