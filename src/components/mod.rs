//! Building blocks of pages, drawn on the server: names, report sections, tables, the frame of the console.
//!
//! May not: read the store or ask anybody; what they show is passed in.

pub mod name;
pub mod report;

pub use name::name;
