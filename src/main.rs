//! The binary: one line, so that everything else can be tested as a library.

fn main() -> std::process::ExitCode {
    aftershow::cli::main()
}
