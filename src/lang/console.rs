//! Words of the console: navigation, forms, empty states.
