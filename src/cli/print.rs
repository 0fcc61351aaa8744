//! How answers are written to a terminal or a pipe.
//!
//! Must not: let foreign text steer a terminal, or panic when the reader of a pipe has left.

use super::Problem;
use std::io::Write;

/// Writes an answer to standard output. A pipe whose reader has left (`| head`) is no failure.
pub fn print_stdout(text: &str) -> Result<(), Problem> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Problem::Failed(format!("cannot write the answer: {error}")))
        }
        _ => Ok(()),
    }
}

/// Foreign text on one line: control characters and direction marks are escaped.
pub fn printable(text: &str) -> String {
    let mut printable = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                printable.extend(c.escape_unicode())
            }
            c if c.is_control() => printable.extend(c.escape_default()),
            c => printable.push(c),
        }
    }
    printable
}

/// A whole number with its thousands apart: 46,800.
pub fn thousands(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3 + 1);
    if number < 0 {
        grouped.push('-');
    }
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// Rows under a head, all but the last column flush right; the last is free text.
pub fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let last = head.len().saturating_sub(1);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let mut text = String::new();
    let mut line = |cells: Vec<&str>| {
        for (column, cell) in cells.iter().enumerate() {
            match column == last {
                true => text.push_str(cell),
                false => text.push_str(&format!("{cell:>width$}  ", width = widths[column])),
            }
        }
        text.push('\n');
    };
    line(head.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped() {
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1,000"), (46_800_123, "46,800,123"), (-1234, "-1,234")] {
            assert_eq!(thousands(number), text);
        }
    }

    #[test]
    fn foreign_text_stays_on_its_line() {
        assert_eq!(printable("a\u{1b}[31m\n鹿\u{202e}b"), "a\\u{1b}[31m\\n鹿\\u{202e}b");
    }

    #[test]
    fn columns_are_aligned() {
        let rows = vec![vec!["1,530".to_owned(), "a room".to_owned()], vec!["–".to_owned(), "鹿".to_owned()]];
        assert_eq!(table(&["coins", "room"], &rows), "coins  room\n1,530  a room\n    –  鹿\n");
    }
}
