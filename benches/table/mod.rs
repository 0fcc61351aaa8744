//! Figures beside their budgets, one a line.

/// Prints "figure | measured | budget" and returns whether every budget is met. A budget may be empty.
pub struct Table {
    title: String,
    rows: Vec<(String, String, String)>,
    missed: Vec<String>,
}

impl Table {
    pub fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), rows: Vec::new(), missed: Vec::new() }
    }

    /// A figure without a budget.
    pub fn figure(&mut self, name: &str, measured: impl Into<String>) {
        self.rows.push((name.to_owned(), measured.into(), String::new()));
    }

    /// A figure and its budget, and whether it is kept.
    pub fn budget(&mut self, name: &str, measured: impl Into<String>, budget: &str, kept: bool) {
        let budget = if kept { budget.to_owned() } else { format!("{budget}  MISSED") };
        if !kept {
            self.missed.push(name.to_owned());
        }
        self.rows.push((name.to_owned(), measured.into(), budget));
    }

    /// Prints it; the run fails where a budget is missed.
    pub fn print(self) {
        let wide = |pick: fn(&(String, String, String)) -> &String, least: usize| {
            self.rows.iter().map(|row| pick(row).chars().count()).max().unwrap_or(0).max(least)
        };
        let (name, measured) = (wide(|row| &row.0, 6), wide(|row| &row.1, 8));
        println!("\n{}\n", self.title);
        println!("{:name$} | {:>measured$} | budget", "figure", "measured");
        println!("{:-<name$}-|-{:-<measured$}-|-{:-<20}", "", "", "");
        for (figure, value, budget) in &self.rows {
            println!("{figure:name$} | {value:>measured$} | {budget}");
        }
        if !self.missed.is_empty() {
            eprintln!("\nover budget: {}", self.missed.join(", "));
            std::process::exit(1);
        }
    }
}
