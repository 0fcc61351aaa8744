//! Reports as pictures, for chats that neither open files nor print.
//!
//! May not: decide what is hidden (a picture is made from the link's derived document), ask the store, or know of requests.

pub mod qr;
