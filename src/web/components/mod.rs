//! Building blocks of pages, drawn on the server: names, report sections, tables, the frame of the console.
//!
//! Must not: read the store or ask anybody; what they show is passed in.

pub mod board;
pub mod frame;
pub mod host_past;
pub mod languages;
pub mod list;
mod name;
pub mod report;
mod sums;
#[cfg(test)]
mod tests;
pub mod top_bar;
pub mod trend;

pub use name::name;
