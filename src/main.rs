//! The binary: the allocator and one call, so that everything else can be tested as a library.

/// Reuses memory across threads: with the arenas of glibc, a second identical round of `make abuse` added 61 MB.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    aftershow::cli::main()
}
