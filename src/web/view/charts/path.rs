//! SVG path data from points on an integer grid, as short as it can be without losing a point.

use std::fmt::Write;

/// A point of the grid, or a place where nothing is known.
pub type Point = Option<(i64, i64)>;

/// Writes whole numbers with a space only where one is needed.
struct PathWriter {
    text: String,
    command: char,
}

impl PathWriter {
    const fn new() -> Self {
        Self { text: String::new(), command: ' ' }
    }

    fn command(&mut self, command: char, numbers: &[i64]) {
        // `l` may be repeated without its letter; the others are rare enough to be written.
        let repeated = command == self.command && command == 'l';
        if !repeated {
            self.text.push(command);
        }
        for (place, number) in numbers.iter().enumerate() {
            if (place > 0 || repeated) && *number >= 0 {
                self.text.push(' ');
            }
            // Writing into a String cannot fail.
            let _ = write!(self.text, "{number}");
        }
        self.command = command;
    }

    /// Relative segments along the points; straight runs become one segment.
    fn along(&mut self, points: &[(i64, i64)]) {
        let mut place = 1;
        while place < points.len() {
            let (dx, dy) = (points[place].0 - points[place - 1].0, points[place].1 - points[place - 1].1);
            let mut end = place;
            while end + 1 < points.len()
                && points[end + 1].0 - points[end].0 == dx
                && points[end + 1].1 - points[end].1 == dy
            {
                end += 1;
            }
            let count = (end - place + 1) as i64;
            if dy == 0 {
                self.command('h', &[dx * count]);
            } else if dx == 0 {
                self.command('v', &[dy * count]);
            } else {
                self.command('l', &[dx * count, dy * count]);
            }
            place = end + 1;
        }
    }
}

/// Runs of known points.
fn runs(points: &[Point]) -> impl Iterator<Item = Vec<(i64, i64)>> {
    points.split(Option::is_none).filter(|run| !run.is_empty()).map(|run| run.iter().flatten().copied().collect())
}

/// A line that breaks where nothing is known. A point between two unknowns becomes a dot (with round caps).
pub fn line(points: &[Point]) -> String {
    let mut writer = PathWriter::new();
    for run in runs(points) {
        writer.command('M', &[run[0].0, run[0].1]);
        if run.len() == 1 {
            writer.command('h', &[0]);
        }
        writer.along(&run);
    }
    writer.text
}

/// The area between the line and a base, one piece per known run.
pub fn area(points: &[Point], base: i64) -> String {
    let mut writer = PathWriter::new();
    for run in runs(points).filter(|run| run.len() > 1) {
        writer.command('M', &[run[0].0, base]);
        writer.command('V', &[run[0].1]);
        writer.along(&run);
        writer.command('V', &[base]);
        writer.text.push('z');
        writer.command = 'z';
    }
    writer.text
}

/// The area between two edges of the same length; a piece ends where either is unknown.
pub fn band(upper: &[Point], lower: &[Point]) -> String {
    let mut writer = PathWriter::new();
    let both: Vec<Option<_>> = upper.iter().zip(lower).map(|(upper, lower)| Some(((*upper)?, (*lower)?))).collect();
    for run in both.split(Option::is_none).filter(|run| !run.is_empty()) {
        let (above, mut below): (Vec<_>, Vec<_>) = run.iter().flatten().copied().unzip();
        below.reverse();
        writer.command('M', &[above[0].0, above[0].1]);
        writer.along(&above);
        writer.command('L', &[below[0].0, below[0].1]);
        writer.along(&below);
        writer.text.push('z');
        writer.command = 'z';
    }
    writer.text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn lines_are_relative_and_break_at_gaps() {
        assert_eq!(line(&[Some((0, 9)), Some((2, 7)), Some((4, 8)), None, Some((8, 1))]), "M0 9l2-2 2 1M8 1h0");
        assert_eq!(line(&[Some((0, 5)), Some((2, 5)), Some((4, 5)), Some((6, 3)), Some((8, 1))]), "M0 5h4l4-4");
        assert_eq!(line(&[]), "");
        assert_eq!(line(&[None, None]), "");
    }

    #[test]
    fn areas_begin_at_their_base() {
        assert_eq!(area(&[Some((0, 5)), Some((2, 3))], 9), "M0 9V5l2-2V9z");
        assert_eq!(area(&[Some((0, 5))], 9), "");
    }

    #[test]
    fn bands_go_there_and_back() {
        let (upper, lower) = ([Some((0, 1)), Some((2, 0))], [Some((0, 5)), Some((2, 6))]);
        assert_eq!(band(&upper, &lower), "M0 1l2-1L2 6l-2-1z");
        assert_eq!(band(&upper, &[None, Some((2, 6))]), "M2 0L2 6z");
    }

    proptest! {
        #[test]
        fn walking_the_path_ends_at_the_last_point(ys in proptest::collection::vec(0i64..200, 2..60)) {
            let points: Vec<Point> = ys.iter().enumerate().map(|(x, y)| Some((x as i64 * 2, *y))).collect();
            let text = line(&points);
            // Read the path back: every number with its command.
            let (mut x, mut y, mut command) = (0, 0, ' ');
            let mut numbers: Vec<i64> = Vec::new();
            let mut token = String::new();
            let mut apply = |command: char, numbers: &mut Vec<i64>| match (command, numbers.len()) {
                ('M', 2) => { x = numbers[0]; y = numbers[1]; numbers.clear(); }
                ('l', 2) => { x += numbers[0]; y += numbers[1]; numbers.clear(); }
                ('h', 1) => { x += numbers[0]; numbers.clear(); }
                _ => {}
            };
            for character in text.chars().chain(std::iter::once('Z')) {
                if character.is_ascii_digit() {
                    token.push(character);
                    continue;
                }
                if !token.is_empty() {
                    numbers.push(token.parse().expect("digits"));
                    token.clear();
                    apply(command, &mut numbers);
                }
                match character {
                    '-' => token.push('-'),
                    ' ' => {}
                    other => command = other,
                }
            }
            prop_assert_eq!((x, y), points[points.len() - 1].expect("known"));
        }
    }
}
